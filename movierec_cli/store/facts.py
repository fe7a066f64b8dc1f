"""run.json: what a run says about itself, checked once so that nobody who reads it has to."""

import json
from pathlib import Path
from types import NoneType
from typing import Any

FORMAT_VERSION = 3
"""Of a run's folder as a whole. 1 had no MANIFEST; 2 lacked rating_steps and fold_in.shrinkage."""
FACTS_FILE = "run.json"
TITLES_FILE = "titles.txt"
"""Of every run: its movies' titles with their years, one a line, the most rated first."""

_NUMBER = (int, float)
_SHAPE = {
    "movierec": str,
    "created": str,
    "dataset": {
        **dict.fromkeys(("people", "movies", "ratings", "first_user_id", "last_user_id"), int),
        "name": str,
        "rating_scale": [_NUMBER],
        "rating_steps": [_NUMBER],
        "well_known": int,
    },
    "model": {
        **dict.fromkeys(("kind", "score_column", "score_metric", "similar_column"), str),
        "config": dict,
        "dimensions": dict,
        "fold_in": (dict, NoneType),
        "stars": (dict, NoneType),
    },
    "training": {
        **dict.fromkeys(("seed", "epochs", "best_epoch", "finishing_epochs"), int),
        "seconds": _NUMBER,
        "validation": {"loss": _NUMBER, "ndcg@100": _NUMBER},
        "history": [
            {"number": int, **dict.fromkeys(("loss", "validation_loss", "validation_ndcg"), _NUMBER)}
        ],
    },
}
"""The keys that readers rely on, with the type of each value; more keys may be there."""


def write_facts(folder: Path, facts: dict[str, Any]) -> None:
    """Write run.json; `facts` must hold what JSON can hold, with finite numbers."""
    text = json.dumps({"format_version": FORMAT_VERSION, **facts}, indent=1, allow_nan=False)
    (folder / FACTS_FILE).write_text(text, encoding="utf-8")


def read_json(folder: Path) -> dict[str, Any]:
    """run.json as it stands, of any format. Raises OSError, or ValueError for what cannot be one."""
    try:
        facts = json.loads((folder / FACTS_FILE).read_text(encoding="utf-8"), parse_constant=_refuse)
    except RecursionError:
        raise ValueError("too deeply nested") from None
    if not isinstance(facts, dict) or not _is(facts.get("format_version"), int):
        raise ValueError("no format_version")
    return facts


def check_facts(facts: dict[str, Any]) -> None:
    """Raise ValueError for a key that readers rely on and that is missing or has a value of another type."""
    fault = _fault(facts, _SHAPE, "")
    if fault:
        raise ValueError(fault)
    model = facts["model"]
    for name in ("score_column", "similar_column"):
        if not _is(model["dimensions"].get(model[name]), int):
            raise ValueError(f"no dimension of {model[name]!r}")
    if model["score_metric"] not in ("dot", "l2"):
        raise ValueError(f"model.score_metric is {model['score_metric']!r}")
    if len(facts["dataset"]["rating_scale"]) != 2:
        raise ValueError("dataset.rating_scale is not two numbers")


def _fault(value: Any, shape: Any, where: str) -> str | None:
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            return f"{where} is not an object"
        for key, inner in shape.items():
            path = f"{where}.{key}".lstrip(".")
            fault = _fault(value[key], inner, path) if key in value else f"{path} is missing"
            if fault:
                return fault
        return None
    if isinstance(shape, list):
        if not isinstance(value, list):
            return f"{where} is not a list"
        faults = (_fault(item, shape[0], f"{where}[{place}]") for place, item in enumerate(value))
        return next((fault for fault in faults if fault), None)
    return None if _is(value, shape) else f"{where} is {str(value)[:40]!r}"


def _is(value: Any, kind: Any) -> bool:
    """isinstance, but true and false are no numbers."""
    return isinstance(value, kind) and not isinstance(value, bool)


def _refuse(constant: str) -> None:
    raise ValueError(f"it holds {constant}")
