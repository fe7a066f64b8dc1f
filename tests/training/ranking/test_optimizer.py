"""Steps of Adam are those of the paper, in numpy, and those of Keras."""

import numpy as np
import pytest

from movierec_cli.training.backend import keras, tf
from movierec_cli.training.ranking import optimizer as averaged_adam


@pytest.mark.parametrize("large", [False, True])
def test_steps_are_those_of_the_paper(large: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    shapes = [(5, 3), (3,)]
    starts = [rng.normal(size=shape) for shape in shapes]
    trained = [keras.Variable(start, dtype="float32") for start in starts]
    monkeypatch.setattr(averaged_adam, "AVERAGING", 0.3)
    optimizer = averaged_adam.AveragedAdam(trained, large=large)
    step = tf.function(optimizer.apply)
    expected, mean = ([start.copy() for start in starts] for _ in range(2))
    first, second = ([np.zeros(shape) for shape in shapes] for _ in range(2))
    for t in range(1, 8):
        rate = 0.1 / t
        optimizer.learning_rate.assign(rate)
        gradients = [rng.normal(size=shape) for shape in shapes]
        step([tf.constant(gradient, tf.float32) for gradient in gradients])
        momentum = min(0.3, (1 + t) / (10 + t))
        for i, gradient in enumerate(gradients):
            # Kingma and Ba, algorithm 1; epsilon where section 2's faster order has it.
            first[i] = 0.9 * first[i] + 0.1 * gradient
            second[i] = 0.999 * second[i] + 0.001 * gradient**2
            size = rate * np.sqrt(1 - 0.999**t) / (1 - 0.9**t)
            expected[i] -= size * first[i] / (np.sqrt(second[i]) + 1e-7)
            mean[i] = momentum * mean[i] + (1 - momentum) * expected[i]
    tables = [*(variable.numpy() for variable in trained), *optimizer.averages()]
    for table, numbers in zip(tables, [*expected, *mean], strict=True):
        np.testing.assert_allclose(table, numbers, rtol=1e-4, atol=1e-5)


def test_steps_are_those_of_keras() -> None:
    rng = np.random.default_rng(1)
    starts = [rng.normal(size=shape) for shape in [(6, 2), (2,)]]
    ours, theirs = ([keras.Variable(start, dtype="float32") for start in starts] for _ in range(2))
    optimizer = averaged_adam.AveragedAdam(ours)
    optimizer.learning_rate.assign(0.05)
    other = keras.optimizers.Adam(
        0.05,
        beta_1=averaged_adam.FIRST,
        beta_2=averaged_adam.SECOND,
        epsilon=averaged_adam.EPSILON,
    )
    for _ in range(20):
        gradients = [tf.constant(rng.normal(size=start.shape), tf.float32) for start in starts]
        optimizer.apply(gradients)
        other.apply(gradients, theirs)
    for variable, right, start in zip(ours, theirs, starts, strict=True):
        np.testing.assert_allclose(variable.numpy(), right.numpy(), rtol=1e-4, atol=1e-5)
        assert np.abs(variable.numpy() - start).max() > 0.1


def test_going_on_from_tables_sets_what_learns_and_its_average() -> None:
    trained = [keras.Variable([1.0, 2.0]), keras.Variable([[3.0]])]
    optimizer = averaged_adam.AveragedAdam(trained)
    optimizer.learning_rate.assign(1.0)
    optimizer.apply([tf.ones([2]), tf.ones([1, 1])])
    optimizer.go_on_from([np.array([7.0, 8.0]), np.array([[9.0]])])
    for tables in ([variable.numpy() for variable in trained], optimizer.averages()):
        assert [table.tolist() for table in tables] == [[7.0, 8.0], [[9.0]]]
