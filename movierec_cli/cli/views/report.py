"""A Comparison, for the sink."""

from collections.abc import Sequence

import movierec_cli as movierec
from movierec_cli.cli.table import Column, Table
from movierec_cli.errors import counted


def table(comparison: "movierec.Comparison") -> Table:
    """One row per model, best NDCG@10 first, the best of each column in bold."""
    held_out = {"random": f"at random (seed {comparison.seed})", "temporal": "by time, the latest"}
    ranked = sorted(comparison.figures, key=lambda figures: -figures.ndcg)
    halves = [f"{(figures.ndcg_high - figures.ndcg_low) / 2:.3f}" for figures in ranked]
    return Table(
        [
            Column("Model", [figures.model for figures in ranked], line="{}"),
            _figures("NDCG", [figures.ndcg for figures in ranked], "{:.4f}", line="{}"),
            Column("±", halves, right=True, goes=8),
            _figures("Recall", [figures.recall for figures in ranked], "{:.3f}", goes=9),
            _figures("Hits", [figures.hit_rate for figures in ranked], "{:.3f}", goes=7),
            _figures("MRR", [figures.reciprocal_rank for figures in ranked], "{:.3f}", goes=5),
            _figures("Cover", [figures.coverage for figures in ranked], "{:.0%}", goes=4),
            Column("Pop.", [f"{figures.popularity:.0f}" for figures in ranked], right=True, goes=2),
            _figures("RMSE", [figures.rmse for figures in ranked], "{:.3f}", lowest=True, goes=6),
            _figures("MAE", [figures.mae for figures in ranked], "{:.3f}", lowest=True, goes=3),
            Column("Sec.", [f"{figures.seconds:.1f}" for figures in ranked], right=True, goes=1),
        ],
        title=f"{comparison.dataset}, 20 % of everybody's ratings held out {held_out[comparison.split]}: "
        f"{counted(comparison.people, 'person', 'people')} judged, "
        f"{comparison.candidates:,.0f} candidates each",
        caption="NDCG, hit rate and coverage of the top 10, recall and MRR of the top 20; ± is half of a "
        "95 % bootstrap interval over people; Pop. is the mean number of ratings of the movies shown.",
    )


def _figures(
    heading: str,
    values: Sequence[float | None],
    pattern: str,
    *,
    lowest: bool = False,
    goes: int = 0,
    line: str = "",
) -> Column:
    """A column whose best value is in bold; nothing for None."""
    known = [value for value in values if value is not None]
    best = (min(known) if lowest else max(known)) if known else None
    return Column(
        heading,
        ["" if value is None else pattern.format(value) for value in values],
        right=True,
        goes=goes,
        line=line,
        best=[row for row, value in enumerate(values) if value is not None and value == best],
    )
