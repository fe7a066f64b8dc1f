"""The Keras model: its formula, and that it is saved and read again."""

from pathlib import Path

import numpy as np

from movierec_cli.training.backend import keras, tf
from movierec_cli.training.ranking.member import Member, side_by_side
from movierec_cli.training.ranking.network import Network

RNG = np.random.default_rng(4)
MOVIES = 9


def table(*shape: int) -> np.ndarray:
    return RNG.normal(size=shape).astype(np.float32)


def test_its_scores_are_those_of_both_members_also_after_it_was_saved(tmp_path: Path) -> None:
    """In safe mode, in which nothing is run that a file brings along."""
    towers = Member(table(MOVIES, 4), table(MOVIES, 4), table(4), table(MOVIES))
    computed = Member(
        table(MOVIES, 3), table(MOVIES, 3), np.zeros(3, np.float32), np.zeros(MOVIES, np.float32)
    )
    network = Network(MOVIES, 4, 3)
    network.put_in(towers, computed)
    histories = table(5, MOVIES)
    expected = (histories @ towers.history_vectors + towers.start) @ towers.score_vectors.T + towers.bias
    expected = expected + histories @ computed.history_vectors @ computed.score_vectors.T
    network.model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras", safe_mode=True)
    for model in (network.model, again):
        found = model(tf.sparse.from_dense(histories)).numpy()
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)
    both = side_by_side([towers, computed])
    products = (histories @ both.history_vectors + both.start) @ both.score_vectors.T
    np.testing.assert_allclose(products, expected, rtol=1e-4, atol=1e-4)


def test_only_the_towers_learn() -> None:
    network = Network(MOVIES, 4, 3)
    names = {id(table) for table in network.trained}
    assert {id(table) for table in network.model.trainable_weights} == names
    assert [tuple(table.shape) for table in network.trained] == [(MOVIES, 4), (4,), (MOVIES, 4), (MOVIES,)]
