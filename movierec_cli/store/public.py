"""A table through `import lancedb`: slow to load, and there whatever the version."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from movierec_cli.store.query import REFINE, Query
from movierec_cli.system.storage import storage_at

if TYPE_CHECKING:
    import pyarrow as pa


class PublicEngine:
    """An Engine on LanceDB's public API."""

    def __init__(self, folder: Path, name: str) -> None:
        import lancedb

        address, options = storage_at(folder).tables(name)
        self._table = lancedb.connect(address, storage_options=options).open_table(name)

    def count(self) -> int:
        return self._table.count_rows()

    def batches(self, query: Query) -> "Iterator[pa.RecordBatch]":
        search = self._searching(query).select(list(query.columns))
        if query.where:
            search = search.where(query.where)
        if query.limit is not None:
            search = search.limit(query.limit)
        if query.offset:
            search = search.offset(query.offset)
        # a search for a text cannot give its rows in parts
        yield from search.to_batches() if query.text is None else search.to_arrow().to_batches()

    def _searching(self, query: Query) -> Any:
        if query.text is not None:
            return self._table.search(query.text, query_type="fts", fts_columns=query.searched)
        if query.vector is None:
            return self._table.search()
        search: Any = self._table.search(query.vector, vector_column_name=query.searched, query_type="vector")
        search = search.distance_type(query.metric)
        if query.probes:
            return search.nprobes(query.probes).refine_factor(REFINE)
        return search.bypass_vector_index()
