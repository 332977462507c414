"""Tables of this room for people on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from classify.learning.evaluation import Evaluation

if TYPE_CHECKING:
    from classify.suggest import Suggestion
    from complaints.dictionary import Dictionary

SHOWN_SUSPECTS = 20


def print_evaluation(found: Evaluation) -> None:
    """Print the months, the categories, the doubtful labels, and whether to train again."""
    console = Console()
    console.print(f"Model {found.model_id}")
    months = Table(title="By month", title_justify="left")
    heads = ("month", "cases", "labelled", "accuracy", "macro-F1", "top-3", "ECE", "alone", "right alone", "drift")
    for head in heads:
        months.add_column(head, justify="left" if head in ("month", "drift") else "right")
    for m in found.months:
        figures = (m.accuracy, m.macro_f1, m.top3, m.calibration_error, m.coverage, m.precision)
        drift = [name for name, fired in (("texts", m.drift.texts), ("categories", m.drift.categories)) if fired]
        said = ", ".join(drift) if drift else "too few" if m.drift.distance is None else "no"
        months.add_row(m.month, str(m.cases), str(m.labelled), *(_share(f) for f in figures), said)
    console.print(months)
    names = [m.month for m in found.months]
    table = Table(title="F1 by category and month (all: recall / precision / F1 / decided alone)", title_justify="left")
    for head in ("category", "labelled", "all", *names):
        table.add_column(head, justify="left" if head == "category" else "right")
    cells = {(c.category, c.month): c for c in found.categories}
    for category in dict.fromkeys(c.category for c in found.categories):
        whole = cells[category, "all"]
        four = " / ".join(_share(f) for f in (whole.recall, whole.precision, whole.f1, whole.coverage))
        by_month = [_share(cells[category, n].f1) if (category, n) in cells else "" for n in names]
        table.add_row(escape(category), str(whole.labelled), four, *by_month)
    console.print(table)
    if found.suspects:
        shown = ", ".join(found.suspects[:SHOWN_SUSPECTS])
        more = (
            f" and {len(found.suspects) - SHOWN_SUSPECTS} more (--json)" if len(found.suspects) > SHOWN_SUSPECTS else ""
        )
        console.print(f"Labels that look wrong: {len(found.suspects)}: {shown}{more}")
    if found.reasons:
        console.print("[bold]Train again[/bold] (complaints train):")
        for reason in found.reasons:
            console.print(f"- {escape(reason)}")
    else:
        console.print("No need to train again.")


def print_suggestions(found: Sequence[Suggestion], dictionary: Dictionary, language: str) -> None:
    """Print suggested terms with their nearest symptom and examples."""
    console = Console()
    if not found:
        console.print("Nothing in these texts behaves like a symptom that the dictionary lacks.")
        return
    table = Table(title="Words that behave like symptoms", title_justify="left")
    for head in ("term", "cases", "like a symptom", "nearest", "near", "examples"):
        table.add_column(
            head, overflow="fold", justify="right" if head in ("cases", "like a symptom", "near") else "left"
        )
    for one in found:
        name = f"{dictionary.name(one.code, language)} ({one.code})" if one.code else "(a new one)"
        table.add_row(
            escape(one.term), str(one.cases), f"{one.score:.2f}", escape(name), f"{one.confidence:.2f}",
            escape("\n".join(one.examples)),
        )  # fmt: skip
    console.print(table)


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
