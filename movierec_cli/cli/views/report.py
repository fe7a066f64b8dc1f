"""A Comparison as a Rich table, JSON or CSV."""

import csv
import io
import json
from dataclasses import asdict, fields

from rich import box
from rich.table import Table

from movierec_cli.errors import counted
from movierec_cli.evaluation.compare import Comparison, Figures


def to_json(comparison: Comparison) -> str:
    """Everything in the comparison, unrounded."""
    return json.dumps(asdict(comparison), indent=2)


def to_csv(comparison: Comparison) -> str:
    """One line per model with the fields of Figures."""
    text = io.StringIO()
    writer = csv.DictWriter(text, [field.name for field in fields(Figures)], lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(figures) for figures in comparison.figures)
    return text.getvalue().rstrip("\n")


def to_table(comparison: Comparison) -> Table:
    """One row per model, best NDCG@10 first, the best of each column in bold; fits 80 columns."""
    held_out = {"random": f"at random (seed {comparison.seed})", "temporal": "by time, the latest"}
    table = Table(
        title=f"{comparison.dataset}, 20 % of everybody's ratings held out {held_out[comparison.split]}",
        caption=f"{counted(comparison.people, 'person', 'people')} judged, "
        f"{comparison.candidates:,.0f} candidates each."
        " NDCG, hit rate and coverage of the top 10, recall and MRR of the top 20; ± is half of a 95 % "
        "bootstrap interval over people; Pop. is the mean number of ratings of the movies shown.",
        title_justify="left",
        caption_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
    )
    ranked = sorted(comparison.figures, key=lambda figures: -figures.ndcg)
    columns = {
        "Model": [figures.model for figures in ranked],
        "NDCG": _best([figures.ndcg for figures in ranked], "{:.4f}"),
        "±": [f"{(figures.ndcg_high - figures.ndcg_low) / 2:.3f}" for figures in ranked],
        "Recall": _best([figures.recall for figures in ranked], "{:.3f}"),
        "Hits": _best([figures.hit_rate for figures in ranked], "{:.3f}"),
        "MRR": _best([figures.reciprocal_rank for figures in ranked], "{:.3f}"),
        "Cover": _best([figures.coverage for figures in ranked], "{:.0%}"),
        "Pop.": [f"{figures.popularity:.0f}" for figures in ranked],
        "RMSE": _best([figures.rmse for figures in ranked], "{:.3f}", lowest=True),
        "MAE": _best([figures.mae for figures in ranked], "{:.3f}", lowest=True),
        "Sec.": [f"{figures.seconds:.1f}" for figures in ranked],
    }
    for name in columns:
        table.add_column(name, justify="left" if name == "Model" else "right", no_wrap=True)
    for row in zip(*columns.values(), strict=True):
        table.add_row(*row)
    return table


def _best(values: list[float | None], pattern: str, *, lowest: bool = False) -> list[str]:
    """The values as text, the best of them in bold, "" for None."""
    known = [value for value in values if value is not None]
    best = (min(known) if lowest else max(known)) if known else None
    texts = ["" if value is None else pattern.format(value) for value in values]
    return [
        f"[bold]{text}[/]" if value == best and text else text
        for value, text in zip(values, texts, strict=True)
    ]
