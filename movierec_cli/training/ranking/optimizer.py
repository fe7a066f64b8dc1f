"""Adam, and the moving average of the weights that it moves."""

from typing import Any

from movierec_cli.training.backend import tf

FIRST, SECOND, EPSILON = 0.9, 0.999, 1e-7
"""What Kingma and Ba call beta 1 and beta 2, "Adam: A Method for Stochastic Optimization" (ICLR 2015)."""
AVERAGING = 0.98
"""What remains of the average at each step once it has gone on for long; in the beginning it follows
faster."""


class AveragedAdam:
    """Adam is one kernel for each table, so that several run at a time and nothing need be compiled.

    trained: the Keras variables to learn; their averages are a smooth curve to stop early on. large: compile
    the average, which takes some tenths of a second and pays for tables beyond the cache.
    """

    def __init__(self, trained: list[Any], *, large: bool = False) -> None:
        self.learning_rate = tf.Variable(0.0)
        self._steps = tf.Variable(0.0)
        self._follow = tf.function(self._move_average, jit_compile=True) if large else self._move_average
        self._trained = [table.value for table in trained]
        self._averaged = [tf.Variable(table) for table in self._trained]
        self._first, self._second = (
            [tf.Variable(tf.zeros(table.shape)) for table in self._trained] for _ in range(2)
        )

    def apply(self, gradients: list[Any]) -> None:
        """Take one step; a dense gradient, float32, for each variable."""
        done = self._steps.assign_add(1.0)
        first_power, second_power = FIRST**done, SECOND**done
        for gradient, table, first, second in zip(
            gradients, self._trained, self._first, self._second, strict=True
        ):
            tf.raw_ops.ResourceApplyAdam(
                var=table.handle,
                m=first.handle,
                v=second.handle,
                beta1_power=first_power,
                beta2_power=second_power,
                lr=self.learning_rate,
                beta1=FIRST,
                beta2=SECOND,
                epsilon=EPSILON,
                grad=gradient,
            )
        self._follow(1 - tf.minimum(AVERAGING, (1 + done) / (10 + done)))

    def averages(self) -> list[Any]:
        """The averaged tables, float32, in the order of `trained`."""
        return [table.numpy() for table in self._averaged]

    def state(self) -> dict[str, list[Any]]:
        """All that the next step depends on, for `restore`."""
        return {name: [table.numpy() for table in tables] for name, tables in self._variables.items()}

    def restore(self, state: dict[str, list[Any]]) -> None:
        """Go on from what `state` gave; what else is in it is left alone."""
        for name, tables in self._variables.items():
            for variable, table in zip(tables, state[name], strict=True):
                variable.assign(table)

    @property
    def _variables(self) -> dict[str, list[Any]]:
        return {
            "steps": [self._steps],
            "trained": self._trained,
            "averaged": self._averaged,
            "first": self._first,
            "second": self._second,
        }

    def go_on_from(self, tables: list[Any]) -> None:
        """Set what learns and its average to tables of their shapes."""
        for variable, mean, table in zip(self._trained, self._averaged, tables, strict=True):
            variable.assign(table)
            mean.assign(table)

    def _move_average(self, share: Any) -> None:
        for mean, table in zip(self._averaged, self._trained, strict=True):
            mean.assign_sub(share * (mean - table))
