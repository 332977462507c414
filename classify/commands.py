"""`complaints train`, `evaluate`, `review …` and `dictionary …` from the command line."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from complaints.console import Folder, Json, Quiet, Session, print_json
from complaints.errors import ExitCode, UsageError
from complaints.messages import Message, message, render

if TYPE_CHECKING:
    from collections.abc import Iterator

    from classify.learning import Trained
    from classify.review import Imported

review_app = typer.Typer(no_args_is_help=True)
dictionary_app = typer.Typer(no_args_is_help=True)

Workbook = Annotated[Path, typer.Argument(metavar="FILE.xlsx")]


def train(
    workspace: Folder = Path(),
    finetune: Annotated[bool, typer.Option("--finetune")] = False,
    force: Annotated[bool, typer.Option("--force")] = False,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Fit the category model on the known labels; it replaces the one in use unless that is better."""
    from classify.learning import opened

    session = Session(workspace, quiet, as_json)
    with opened(session) as bench:
        done = bench.workshop(date.today()).train(force=force, finetune=finetune)
    session.print_result(done.as_json(), *_sentences_of_training(done))


def evaluate(workspace: Folder = Path(), as_json: Json = False) -> None:
    """Measure the model in use month by month: F1, recall, precision, coverage, calibration and drift."""
    from classify.category import labelled_cases, read_all
    from classify.learning import evaluate as measure
    from classify.learning import opened, usable_model

    session = Session(workspace, as_json=as_json)
    with opened(session) as bench:
        stored = usable_model(session.place.models, bench.store, bench.encoder_key, bench.encoder_folder)
        if stored is None:
            raise UsageError("classify.no_model", str(workspace))
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

    print_evaluation(found, session.dictionary, session.language)


@review_app.command("export", epilog="complaints review export doubtful.xlsx -w plant-a --limit 100")
def review_export(
    file: Workbook,
    workspace: Folder = Path(),
    limit: Annotated[int, typer.Option(min=1)] = 200,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Write the doubtful cases, their mentions and turns, and the causes to a workbook for experts."""
    from classify.learning import current_model, load_categories
    from classify.review import (
        categories,
        category_choices,
        code_choices,
        doubtful_cases,
        workbook_rows,
        write_workbook,
    )

    session = Session(workspace, quiet, as_json)
    settings, dictionary, place = session.settings, session.dictionary, session.place
    if file.suffix.lower() != ".xlsx":
        raise UsageError("review.no_xlsx", str(file), name=file.stem)
    with place.locked_store() as store:
        cases = doubtful_cases(store, limit)
        rows = workbook_rows(store, dictionary, settings.general.language, cases)
        model = current_model(place.models)
        choices = categories(store, load_categories(place.models, model) if model else (), dictionary)
    named = category_choices(choices, dictionary), code_choices(sorted(dictionary.codes), dictionary)
    write_workbook(file, rows, *named, settings.general.language)
    counts = {name: len(some) for name, some in rows.items()}
    if as_json:
        return print_json({"file": str(file), "rows": counts, "categories": choices})
    sheets = [
        message("review.sheet_rows", sheet=message(f"review.sheet.{name}"), n=count) for name, count in counts.items()
    ]
    session.echo(message("review.written", file=file, sheets=sheets))


@review_app.command("import", epilog="complaints review import doubtful.xlsx -w plant-a --by 'Li Lei'")
def review_import(
    file: Workbook,
    workspace: Folder = Path(),
    by: Annotated[str, typer.Option()] = "",
    new_category: Annotated[list[str] | None, typer.Option()] = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Take experts' decisions in; a row that cannot be taken is named, the rest is taken (exit code 3)."""
    from classify.learning import current_model, load_categories
    from classify.review import Rules, apply, categories, category_choices, code_choices, read_workbook, shown_content
    from complaints.records import MentionKind, words_of

    session = Session(workspace, quiet, as_json)
    dictionary, place = session.dictionary, session.place
    with place.locked_store() as store:
        model = current_model(place.models)
        choices = categories(store, load_categories(place.models, model) if model else (), dictionary)
        codes = {
            kind: code_choices(sorted(c for c, entry in dictionary.codes.items() if entry.kind == kind), dictionary)
            for kind in words_of(MentionKind)
        }
        rules = Rules(
            category_choices(sorted({*choices, *(new_category or ())}), dictionary), codes,
            lambda sheet, keys: shown_content(store, sheet, keys), by, date.today(),
        )  # fmt: skip
        read = read_workbook(file, rules)
        done = apply(store, read.decided, read.refused, read.empty)
    if as_json:
        print_json(done.as_json(session.language))
    else:
        _print_imported(session, done)
    raise typer.Exit(ExitCode.QUARANTINED if done.refused else ExitCode.OK)


@dictionary_app.command("suggest", epilog="complaints dictionary suggest -w plant-a --accept 冒蓝烟")
def dictionary_suggest(
    workspace: Folder = Path(),
    limit: Annotated[int, typer.Option(min=1)] = 30,
    write: Annotated[Path | None, typer.Option(metavar="FILE.csv")] = None,
    accept: Annotated[list[str] | None, typer.Option(metavar="TERM")] = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Find words of the plant's own texts that behave like symptoms and are not in the dictionary."""
    from classify.learning import opened
    from classify.suggest import accept_terms, suggest, write_suggestions

    session = Session(workspace, quiet, as_json)
    with opened(session) as bench:
        found = suggest(bench.store, bench.finder, bench.encoder, limit)
    if accept:
        path = accept_terms(workspace / "master", found, accept)
        done = message("dictionary.accepted", n=len(accept), file=path)
        return session.print_result({"file": str(path), "added": accept}, done)
    if write:
        write_suggestions(write, found)
        done = message("dictionary.suggested", n=len(found), file=write)
        facts = {"file": str(write), "suggestions": len(found)}
        session.print_result(facts, done)
    elif as_json:
        print_json([asdict(one) for one in found])
    elif not quiet:
        from classify.learning import print_suggestions

        print_suggestions(found, session.dictionary, session.settings.general.language)


def _sentences_of_training(done: Trained) -> Iterator[Message]:
    card, figures = done.card, done.figures
    yield message("train.learned", labels=card.labels, first=card.first or "?", last=card.last or "?")
    if figures:
        yield message(
            "train.measured", cases=figures["cases"], accuracy=figures["accuracy"], macro_f1=figures["macro_f1"],
            top3=figures["top3"], calibration_error=figures["calibration_error"],
        )  # fmt: skip
    if done.former:
        yield message("train.former", accuracy=done.former["accuracy"])
    if card.suspects:
        yield message("train.suspects", n=len(card.suspects))
    if not done.replaced:
        yield message("train.kept", model=done.model_id)
        return
    if done.held:
        yield message("train.promise", precision=done.precision, automated=done.automated, lower=done.lower)
    else:
        yield message("train.no_promise", precision=done.precision)
    yield message("train.in_use", model=done.model_id)


def _print_imported(session: Session, done: Imported) -> None:
    taken = [message(f"review.taken.{kind}", n=count) for kind, count in sorted(done.taken.items())]
    session.echo(
        message(
            "review.imported", taken=taken or message("review.taken.nothing"), confirmed=done.confirmed,
            empty=done.empty,
        )
    )  # fmt: skip
    for one in done.refused:
        typer.echo(render(message("review.refused", where=one.where, why=one.why), session.language), err=True)
    if done.twice:
        alpha = message("review.no_alpha") if done.alpha is None else message("review.alpha", alpha=done.alpha)
        session.echo(message("review.twice", n=done.twice, alpha=alpha))
    for conflict in done.conflicts:
        decisions = [
            message("review.opinion", reviewer=who, category=category)
            for who, category in sorted(conflict.decisions.items())
        ]
        session.echo(message("review.conflict", case=conflict.case_id, decisions=decisions))
