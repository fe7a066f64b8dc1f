"""Ratings as sparse matrices, and their products, against dense ones in numpy."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from scipy.sparse import csr_array

from movierec_cli.datasets.interactions import Interactions
from movierec_cli.training import sparse


@pytest.fixture
def dense() -> npt.NDArray[np.float64]:
    """One row has most of the entries, two rows and a column have none."""
    rng = np.random.default_rng(3)
    matrix = np.where(rng.random((40, 60)) < 0.05, rng.normal(size=(40, 60)), 0.0)
    matrix[7] = rng.normal(size=60)
    matrix[[2, 39]] = 0
    matrix[:, 4] = 0
    return matrix


def test_values_come_to_stand_at_their_person_and_movie() -> None:
    """The second person has no rating, the third movie none either."""
    ratings = Interactions(
        user_ids=np.array([3, 5, 9]),
        movie_ids=np.array([10, 20, 30, 40]),
        row_splits=np.array([0, 2, 2, 5]),
        movie_index=np.array([3, 0, 1, 3, 0], np.int32),
        rating=np.ones(5, np.float32),
    )
    matrix = sparse.by_person(ratings, np.array([1, 2, 3, 4, 5], np.float32))
    assert matrix.dtype == np.float32
    assert matrix.indices.nbytes == 5 * 4  # half the memory of scipy's usual ones
    assert matrix.toarray().tolist() == [[2, 0, 0, 1], [0, 0, 0, 0], [5, 3, 0, 4]]


@pytest.mark.parametrize("worth_a_thread", [1, sparse.WORTH_A_THREAD])
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float32, 1e-5), (np.float64, 1e-12)])
def test_a_product_is_that_of_the_dense_matrices(
    dense: npt.NDArray[np.float64],
    dtype: type[np.floating[Any]],
    tolerance: float,
    worth_a_thread: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In one thread and in several, and whatever the number of cores."""
    monkeypatch.setattr(sparse, "WORTH_A_THREAD", worth_a_thread)
    matrix = csr_array(dense.astype(dtype))
    for width in (5, 16, 41):
        right = np.random.default_rng(4).normal(size=(60, width)).astype(dtype)
        left = np.random.default_rng(5).normal(size=(40, width)).astype(dtype)
        for cores in (1, 2, 7, 64):
            monkeypatch.setattr("os.cpu_count", lambda cores=cores: cores)
            for found, expected in (
                (sparse.product(matrix, right), dense @ right),
                (sparse.product(matrix.T, left), dense.T @ left),
            ):
                assert found.dtype == dtype
                np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("rows", [0, 1, 2])
def test_a_matrix_without_entries(rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for worth_a_thread in (0, 1):
        monkeypatch.setattr(sparse, "WORTH_A_THREAD", worth_a_thread)
        found = sparse.product(csr_array((rows, 3), dtype=np.float32), np.ones((3, 4), np.float32))
        assert found.tolist() == [[0.0] * 4] * rows
