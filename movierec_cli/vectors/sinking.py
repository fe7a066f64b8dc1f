"""What somebody would hate sinks: one step after every search, for lists, exports and evaluation alike.

A movie sinks below all others where the person is predicted to give it less than LEAST of the scale, or where it is
one of the nearest neighbours of a movie to which they gave the lowest rating, and nothing that they liked is nearer.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from movierec_cli.scoring import Indices, Matrix, best

LEAST = 0.6
"""The place on the scale below which a predicted rating sinks a movie: 3 of 5."""
NEIGHBOURS = 5
"""The nearest of a hated movie that sink with it."""
BELOW = np.float32(1e6)
"""What is taken from the score of a movie that sinks, where whole rows of scores are ranked."""
