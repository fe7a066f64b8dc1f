"""LanceDB's extension module without its Python package, because a question cannot wait two seconds.

`import lancedb` takes 2.2 s, all of it Python imports that a read-only search does not need (pydantic,
pandas, a REST client); the compiled module in the same wheel loads in 5 ms. It is private, so it is used for
reading only, only in the versions it was tested with, and `table.py` falls back to the public API.
"""

import asyncio
import importlib.machinery
import importlib.util
import sys
import threading
from collections.abc import Coroutine, Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np

from movierec_cli.store.query import REFINE, Query
from movierec_cli.system.storage import storage_at

if TYPE_CHECKING:
    import pyarrow as pa

TESTED_VERSIONS = ("0.40.",)
_NAME = "lancedb._lancedb"

T = TypeVar("T")


def load_extension() -> ModuleType | None:
    """The compiled module, or None where the public package must be used instead."""
    module = _loaded()
    known = module and str(getattr(module, "__version__", "")).startswith(TESTED_VERSIONS)
    return module if known and hasattr(module, "connect") else None


def _loaded() -> ModuleType | None:
    if _NAME in sys.modules:
        return sys.modules[_NAME]
    try:
        package = importlib.util.find_spec("lancedb")
        folders = (package and package.submodule_search_locations) or []
        suffixes = importlib.machinery.EXTENSION_SUFFIXES
        files = (Path(folder) / f"_lancedb{suffix}" for folder in folders for suffix in suffixes)
        file = next((file for file in files if file.is_file()), None)
        spec = file and importlib.util.spec_from_file_location(_NAME, file)
        if not spec or spec.loader is None:
            return None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    except (ImportError, OSError):
        return None
    sys.modules[_NAME] = module  # it may be initialised once only; `import lancedb` finds it here
    return module


class NativeEngine:
    """An Engine on the extension module that `load_extension` gives."""

    def __init__(self, extension: ModuleType, folder: Path, name: str) -> None:
        address, options = storage_at(folder).tables(name)

        async def open_table() -> Any:
            connection = await extension.connect(address, storage_options=options)
            return await connection.open_table(name)

        self._table = _run(open_table())

    def count(self) -> int:
        async def count_rows() -> int:
            return cast(int, await self._table.count_rows(None))

        return _run(count_rows())

    def batches(self, query: Query) -> "Iterator[pa.RecordBatch]":
        search = self._searching(query)
        search.select_columns(list(query.columns))
        if query.where:
            search.where(query.where)
        if query.limit is not None:
            search.limit(query.limit)
        if query.offset:
            search.offset(query.offset)

        async def execute() -> Any:
            return await search.execute()

        async def next_batch() -> "pa.RecordBatch | None":
            return await anext(stream, None)

        stream = _run(execute())
        while (batch := _run(next_batch())) is not None:
            yield batch

    def _searching(self, query: Query) -> Any:
        everything = self._table.query()
        if query.text is not None:
            return everything.nearest_to_text({"query": query.text, "columns": [query.searched]})
        if query.vector is None:
            return everything
        import pyarrow as pa

        # from_buffers, because pa.array imports pandas where it is installed
        dense = np.ascontiguousarray(query.vector, dtype=np.float32)
        search = everything.nearest_to(
            pa.Array.from_buffers(pa.float32(), len(dense), [None, pa.py_buffer(dense)])
        )
        search.column(query.searched)
        search.distance_type(query.metric)
        if query.probes:
            search.nprobes(query.probes)
            search.refine_factor(REFINE)
        else:
            search.bypass_vector_index()
        return search


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """An event loop on a thread of its own, so that callers may be inside one already (a notebook)."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="movierec-lancedb", daemon=True).start()
    return loop


def _run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run one of the extension's coroutines to its end and return what it returns."""
    return asyncio.run_coroutine_threadsafe(coroutine, _loop()).result()
