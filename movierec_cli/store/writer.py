"""Writing a run's tables. Training only: this is where the whole of LanceDB is imported."""

import os
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

os.environ.setdefault("LANCEDB_LOG", "error")

import lancedb
from lancedb.index import FTS

MOVIES = "movies"
USERS = "users"


def vector_column(matrix: npt.NDArray[np.float32]) -> pa.FixedSizeListArray:
    """An (n, d) float32 matrix as a LanceDB vector column of dimension d, without copying.

    Raises ValueError for NaN or infinity: LanceDB would answer searches on them with nothing.
    """
    if not np.isfinite(matrix).all():
        raise ValueError("embeddings hold NaN or infinity")
    return pa.FixedSizeListArray.from_arrays(pa.array(matrix.ravel()), matrix.shape[1])


def write_tables(folder: Path, movies: pa.Table, users: pa.Table) -> None:
    """Write both tables of a run into `folder`; `movies` gets a full-text index on its `search_text`."""
    database = lancedb.connect(folder)
    movie_table = database.create_table(MOVIES, movies)
    movie_table.create_index(
        "search_text", config=FTS(base_tokenizer="ngram", stem=False, remove_stop_words=False)
    )
    database.create_table(USERS, users)
