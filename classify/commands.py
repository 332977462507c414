"""`complaints train`, `evaluate`, `review …` and `dictionary …` from the command line."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from complaints.console import Folder, Json, Quiet, print_json, say, tell
from complaints.errors import ExitCode, UsageError
from complaints.messages import in_language

if TYPE_CHECKING:
    from collections.abc import Callable

    from classify.learning import Trained
    from classify.review import Imported
    from complaints.run import Progress

review_app = typer.Typer(help="Doubtful cases out to experts, and their decisions in.", no_args_is_help=True)
dictionary_app = typer.Typer(help="The plant's own words.", no_args_is_help=True)

Workbook = Annotated[Path, typer.Argument(metavar="FILE.xlsx", help="The workbook.")]


def train(
    workspace: Folder = Path(),
    finetune: Annotated[
        bool, typer.Option("--finetune", help="Also fine-tune the sentence encoder (minutes to hours on a CPU).")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace the model in use even by a worse one.")] = False,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Fit the category model on the known labels; it replaces the one in use unless that is better."""
    from classify.learning import opened
    from complaints.workspace import Workspace

    with opened(Workspace(workspace)) as bench:
        done = bench.workshop(date.today(), _progress(quiet or as_json)).train(force=force, finetune=finetune)
    if as_json:
        return print_json(done.as_json())
    _say_trained(done, partial(say, quiet=quiet, language=bench.settings.general.language))


def evaluate(workspace: Folder = Path(), as_json: Json = False) -> None:
    """Measure the model in use month by month: F1, recall, precision, coverage, calibration and drift."""
    from classify.category import labelled_cases, read_all
    from classify.learning import evaluate as measure
    from classify.learning import opened, usable_model
    from complaints.workspace import Workspace

    with opened(Workspace(workspace)) as bench:
        stored = usable_model(bench.workspace.models, bench.store, bench.encoder_key, bench.encoder_folder)
        if stored is None:
            raise UsageError(
                "there is no trained model for this embedding model", str(workspace), "complaints train makes one"
            )
        ids = [row[0] for row in bench.store.query("SELECT case_id FROM cases")]
        readings, vectors = read_all(bench.store, bench.finder, bench.encoder, ids)
        order = sorted(range(len(readings)), key=lambda i: d.order if (d := readings[i].dated) else "")
        found = measure(
            stored, [readings[i] for i in order], None if vectors is None else vectors[order],
            labelled_cases(bench.store),
        )  # fmt: skip
    if as_json:
        return print_json(found.as_json())
    from classify.learning import print_evaluation

    print_evaluation(found)


@review_app.command("export", epilog="Example: `complaints review export doubtful.xlsx -w plant-a --limit 100`")
def review_export(
    file: Workbook,
    workspace: Folder = Path(),
    limit: Annotated[int, typer.Option(min=1, help="Cases at most, those first whose decision changes most.")] = 200,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Write the doubtful cases, their mentions and turns, and the causes to a workbook for experts."""
    from classify.learning import current_model, load_categories
    from classify.review import categories, doubtful_cases, workbook_rows, write_workbook
    from complaints.workspace import Workspace

    place = Workspace(workspace)
    place.require()
    settings = place.settings()
    dictionary = place.dictionary()
    if file.suffix.lower() != ".xlsx":
        raise UsageError("the workbook's name must end in .xlsx", str(file), f"For example {file.stem}.xlsx")
    with place.locked_store() as store:
        cases = doubtful_cases(store, limit)
        rows = workbook_rows(store, dictionary, settings.general.language, cases)
        model = current_model(place.models)
        choices = categories(store, load_categories(place.models, model) if model else (), dictionary)
    codes = sorted(dictionary.codes)
    write_workbook(file, rows, choices, codes, settings.general.language)
    counts = {name: len(some) for name, some in rows.items()}
    if as_json:
        return print_json({"file": str(file), "rows": counts, "categories": choices})
    written = ", ".join(f"{name} {count}" for name, count in counts.items())
    say(f"{file} written: {written}", quiet, settings.general.language)


@review_app.command("import", epilog="Example: `complaints review import doubtful.xlsx -w plant-a --by 'Li Lei'`")
def review_import(
    file: Workbook,
    workspace: Folder = Path(),
    by: Annotated[str, typer.Option(help="Who decided, for rows that name nobody.")] = "",
    new_category: Annotated[
        list[str] | None, typer.Option(help="A category that is not in use yet; give it once for each.")
    ] = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Take experts' decisions in; a row that cannot be taken is named, the rest is taken (exit code 3)."""
    from classify.learning import current_model, load_categories
    from classify.review import Rules, apply, categories, read_workbook, shown_content
    from complaints.workspace import Workspace

    place = Workspace(workspace)
    place.require()
    dictionary = place.dictionary()
    with place.locked_store() as store:
        model = current_model(place.models)
        choices = categories(store, load_categories(place.models, model) if model else (), dictionary)
        codes = {code: entry.kind for code, entry in dictionary.codes.items()}
        rules = Rules(
            sorted({*choices, *(new_category or ())}), codes,
            lambda sheet, keys: shown_content(store, sheet, keys), by, date.today(),
        )  # fmt: skip
        read = read_workbook(file, rules)
        done = apply(store, read.decided, read.refused, read.empty)
    if as_json:
        print_json(done.as_json())
    else:
        _say_imported(done, quiet, place.language())
    raise typer.Exit(ExitCode.QUARANTINED if done.refused else ExitCode.OK)


@dictionary_app.command("suggest", epilog="Example: `complaints dictionary suggest -w plant-a --accept 冒蓝烟`")
def dictionary_suggest(
    workspace: Folder = Path(),
    limit: Annotated[int, typer.Option(min=1, help="Suggestions at most.")] = 30,
    write: Annotated[Path | None, typer.Option(metavar="FILE.csv", help="Write them as a table to edit.")] = None,
    accept: Annotated[
        list[str] | None, typer.Option(metavar="TERM", help="Add this suggestion to master/dictionary.csv.")
    ] = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Find words of the plant's own texts that behave like symptoms and are not in the dictionary."""
    from classify.learning import opened
    from classify.suggest import accept_terms, suggest, write_suggestions
    from complaints.workspace import Workspace

    with opened(Workspace(workspace)) as bench:
        found = suggest(bench.store, bench.finder, bench.encoder, limit)
    if accept:
        path = accept_terms(workspace / "master", found, accept)
        told = f"{len(accept)} added to {path}; the next run reads all texts with them"
        return tell(told, {"file": str(path), "added": accept}, workspace, quiet=quiet, as_json=as_json)
    if write:
        write_suggestions(write, found)
        told = f"{len(found)} suggestions written to {write}; copy the rows you accept to master/dictionary.csv"
        facts = {"file": str(write), "suggestions": len(found)}
        tell(told, facts, workspace, quiet=quiet, as_json=as_json)
    elif as_json:
        print_json([asdict(one) for one in found])
    elif not quiet:
        from classify.learning import print_suggestions

        print_suggestions(found, bench.dictionary, bench.settings.general.language)


def _progress(silent: bool) -> Progress:
    from complaints.run import RichProgress, SilentProgress

    if silent or not sys.stderr.isatty():
        return SilentProgress()
    from rich.console import Console

    return RichProgress(Console(stderr=True))


def _say_trained(done: Trained, speak: Callable[[str], None]) -> None:
    figures = done.figures
    speak(f"Learned from {done.card.labels} labelled cases ({done.card.first or '?'} to {done.card.last or '?'})")
    if figures:
        speak(
            f"On {figures['cases']:.0f} held-out cases: accuracy {figures['accuracy']:.3f}, macro-F1 "
            f"{figures['macro_f1']:.3f}, top-3 {figures['top3']:.3f}, calibration error "
            f"{figures['calibration_error']:.3f}"
        )
    if done.former:
        speak(f"The model in use before, on the same cases: accuracy {done.former['accuracy']:.3f}")
    if done.card.suspects:
        speak(f"{len(done.card.suspects)} labels look wrong: complaints evaluate names them")
    if not done.replaced:
        return speak(f"Kept {done.model_id}: it is better. Replace it anyway with --force")
    if done.held:
        speak(
            f"Promise: {done.precision:.0%} right among the cases decided alone, {done.automated:.1%} of the held-out "
            f"cases (lower bound {done.lower:.3f})"
        )
    else:
        speak(f"{done.precision:.0%} right cannot be promised on these labels: every case goes to review")
    speak(f"In use from the next run: {done.model_id}")


def _say_imported(done: Imported, quiet: bool, language: str) -> None:
    speak = partial(say, quiet=quiet, language=language)
    taken = ", ".join(f"{count} {kind}" for kind, count in sorted(done.taken.items())) or "nothing"
    speak(f"Taken: {taken}; {done.confirmed} cases confirmed; {done.empty} rows without a decision")
    for one in done.refused:
        typer.echo(in_language(f"Refused: {one.where}: {one.reason}. {one.hint}", language), err=True)
    if done.twice:
        alpha = "not defined" if done.alpha is None else f"{done.alpha:.3f}"
        speak(f"{done.twice} cases have two reviewers or more; Krippendorff's alpha {alpha}")
    for conflict in done.conflicts:
        said = ", ".join(f"{who}: {category}" for who, category in sorted(conflict.decisions.items()))
        speak(f"Conflict: {conflict.case_id} ({said})")
