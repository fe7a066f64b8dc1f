"""Steps of Adam are those of the paper, in numpy."""

import numpy as np
import pytest

from movierec_cli.models.backend import keras, tf
from movierec_cli.models.optimizer import AveragedAdam


@pytest.mark.parametrize("large", [False, True])
def test_steps_are_those_of_the_paper(large: bool) -> None:
    rng = np.random.default_rng(0)
    shapes = [(5, 3), (3,)]
    starts = [rng.normal(size=shape) for shape in shapes]
    trained, averaged = ([keras.Variable(start, dtype="float32") for start in starts] for _ in range(2))
    optimizer = AveragedAdam(trained, averaged, averaging=0.3, large=large)
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
    for variable, numbers in zip([*trained, *averaged], [*expected, *mean], strict=True):
        np.testing.assert_allclose(variable.numpy(), numbers, rtol=1e-4, atol=1e-5)
