"""movierec: recommend movies from embeddings learned from ratings.

    import movierec_cli as movierec

    movierec.fetch("ml-100k")
    movierec.train("ml-100k", epochs=50)
    movierec.recommend(42, top=10)
    movierec.similar("Star Wars")

The public names are those of __init__.pyi. Each is loaded when it is first used, so that asking a question
never imports TensorFlow.
"""

from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any


@cache
def _modules() -> dict[str, str]:
    """Public name -> the module that has it."""
    import ast  # with the first name, for `import movierec_cli` loads nothing that it need not

    stub = ast.parse(Path(__file__).with_suffix(".pyi").read_text(encoding="utf-8"))
    imports = (node for node in stub.body if isinstance(node, ast.ImportFrom))
    return {alias.name: str(node.module) for node in imports for alias in node.names}


def __getattr__(name: str) -> Any:
    if name == "__all__":
        return sorted(_modules())
    if name in _modules():
        return getattr(import_module(_modules()[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_modules()})
