"""LanceDB's extension module without its Python package, because a question cannot wait two seconds.

`import lancedb` takes 2.2 s, all of it Python imports that a read-only search does not need (pydantic,
pandas, a REST client); the compiled module in the same wheel loads in 5 ms. It is private, so it is used for
reading only, only in the versions it was tested with, and `reader.py` falls back to the public API.
"""

import asyncio
import importlib.machinery
import importlib.util
import sys
import threading
from collections.abc import Coroutine
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

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
        if package is None or not package.submodule_search_locations:
            return None
        folder = Path(package.submodule_search_locations[0])
        for suffix in importlib.machinery.EXTENSION_SUFFIXES:
            file = folder / f"_lancedb{suffix}"
            if file.is_file():
                spec = importlib.util.spec_from_file_location(_NAME, file)
                if spec is None or spec.loader is None:
                    return None
                module = importlib.util.module_from_spec(spec)
                spec.loader.exec_module(module)
                sys.modules[_NAME] = module  # it may be initialised once only; `import lancedb` finds it here
                return module
    except (ImportError, OSError):
        return None
    return None


class _Loop:
    """An event loop on a thread of its own, so that callers may be inside one already (a notebook)."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="movierec-lancedb", daemon=True).start()

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()


_loop: _Loop | None = None


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run one of the extension's coroutines to its end and return what it returns."""
    global _loop  # noqa: PLW0603 - one thread per process, started by the first question
    if _loop is None:
        _loop = _Loop()
    return _loop.run(coroutine)
