"""Tables of this room for people on a terminal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from classify.learning.evaluation import Evaluation
from complaints.messages import message, render

if TYPE_CHECKING:
    from classify.suggest import Suggestion
    from complaints.dictionary import Dictionary

SHOWN_SUSPECTS = 20


HEADS = (
    "month", "cases", "labelled", "accuracy", "macro_f1", "top3", "calibration_error", "alone", "right_alone", "drift",
)  # fmt: skip


def print_evaluation(found: Evaluation, dictionary: Dictionary, language: str) -> None:
    """Print the months, the categories, the doubtful labels, and whether to train again, in zh or en."""
    from classify.review import category_choices

    console, said = Console(), _sentences(language)
    console.print(said("model", model=found.model_id))
    months = Table(title=said("by_month"), title_justify="left")
    for head in HEADS:
        months.add_column(said(head), justify="left" if head in ("month", "drift") else "right")
    for m in found.months:
        figures = (m.accuracy, m.macro_f1, m.top3, m.calibration_error, m.coverage, m.precision)
        fired = [said(f"drift_{name}") for name in ("texts", "categories") if getattr(m.drift, name)]
        drift = ", ".join(fired) or said("drift_unknown" if m.drift.distance is None else "drift_none")
        months.add_row(m.month, str(m.cases), str(m.labelled), *(_share(f) for f in figures), drift)
    console.print(months)
    names = [m.month for m in found.months]
    table = Table(title=said("by_category"), title_justify="left")
    for head in ("category", "labelled", "all"):
        table.add_column(said(head), justify="left" if head == "category" else "right")
    for month in names:
        table.add_column(month, justify="right")
    cells = {(c.category, c.month): c for c in found.categories}
    categories = category_choices(dict.fromkeys(c.category for c in found.categories), dictionary)
    for category in categories.values:
        whole = cells[category, "all"]
        four = " / ".join(_share(f) for f in (whole.recall, whole.precision, whole.f1, whole.coverage))
        by_month = [_share(cells[category, n].f1) if (category, n) in cells else "" for n in names]
        table.add_row(escape(categories.label(category, language)), str(whole.labelled), four, *by_month)
    console.print(table)
    _print_advice(console, found, language)


def _print_advice(console: Console, found: Evaluation, language: str) -> None:
    said = _sentences(language)
    if found.suspects:
        more = len(found.suspects) - SHOWN_SUSPECTS
        cases = [*found.suspects[:SHOWN_SUSPECTS], *([message("evaluate.more", n=more)] if more > 0 else ())]
        console.print(said("suspects", n=len(found.suspects), cases=cases))
    console.print(said("train_again" if found.reasons else "no_need"))
    for reason in found.reasons:
        console.print(f"- {escape(render(reason, language))}")


def print_suggestions(found: Sequence[Suggestion], dictionary: Dictionary, language: str) -> None:
    """Print suggested terms with their nearest symptom and examples, in zh or en."""
    console, said = Console(), _sentences(language)
    if not found:
        console.print(said("no_suggestion"))
        return
    table = Table(title=said("suggestions"), title_justify="left")
    right = ("cases", "like_a_symptom", "near")
    for head in ("term", "cases", "like_a_symptom", "nearest", "near", "examples"):
        table.add_column(said(head), overflow="fold", justify="right" if head in right else "left")
    for one in found:
        name = f"{dictionary.name(one.code, language)} ({one.code})" if one.code else said("new_symptom")
        table.add_row(
            escape(one.term), str(one.cases), f"{one.score:.2f}", escape(name), f"{one.confidence:.2f}",
            escape("\n".join(one.examples)),
        )  # fmt: skip
    console.print(table)


def _sentences(language: str) -> Callable[..., str]:
    def said(key: str, **values: Any) -> str:
        return render(message(f"evaluate.{key}", **values), language)

    return said


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
