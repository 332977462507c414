"""500 invented persons in texts and recordings: recall by kind, traces in the outputs, false redactions.

    python -m benchmarks.canaries --texts shared/zh_car_complaints.csv
    python -m benchmarks.canaries --traditional                   redaction alone, of texts in traditional script
    python -m benchmarks.canaries --frames develop --seed 1       while recognisers are made
    python -m benchmarks.canaries --voices FOLDER --calls 30      with recordings (the folder of make_demo/speech.py)

A value of a fixed form counts as missed if four characters in a row of it are left (normalised: digits for spoken ones,
nothing between the parts); of a name two, of an address three. "calls" are turns through the redaction of calls; in
recordings, what was heard as it was said, and so much of the rest as was, is looked for in the stored turns.
"""

from __future__ import annotations

import argparse
import csv
import json
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

from benchmarks.canaries.forms import Planted, told
from benchmarks.canaries.normal import normal
from benchmarks.canaries.persons import FREE, KINDS, Person, make_persons
from benchmarks.canaries.plant import Rows, lay_out_workspace, outputs, run_all, speak
from benchmarks.canaries.recall import Recall, pieces, width_of
from benchmarks.canaries.search import search
from benchmarks.canaries.wording import wording
from complaints.redaction import redact, redact_turns
from complaints.workspace.layout import Workspace

LEAST = {True: 0.99, False: 0.95}  # recall of kinds with and without a fixed form
MOST_FALSE = 3.0  # false redactions per 10,000 characters
SEEDS = {"develop": 13, "judge": 2032}
SHOWN = 20  # traces that are printed
NEVER_PLANTED = 1_000_000  # added to the seed


def main() -> int:
    """Print the figures; return 1 if one of them falls short."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.canaries", description=__doc__.splitlines()[0])
    parser.add_argument("--persons", type=int, default=500)
    parser.add_argument("--frames", choices=["develop", "judge"], default="judge")
    parser.add_argument("--seed", type=int, help="of persons and forms")
    parser.add_argument("--texts", type=Path, help="a CSV with a column text, for false redactions")
    parser.add_argument("--voices", type=Path, help="folder of the voices")
    parser.add_argument("--calls", type=int, default=30, help="persons who call")
    parser.add_argument("--no-night", action="store_true", help="redaction alone")
    parser.add_argument("--traditional", action="store_true", help="texts in traditional script, redaction alone")
    parser.add_argument("--show", type=int, default=0, help="missed values to print a kind (invented ones)")
    parser.add_argument("--keep", type=Path, help="empty folder for the workspace and its outputs, which stay there")
    parser.add_argument("--again", type=Path, help="search a kept folder again, nothing else")
    asked = parser.parse_args()
    if asked.keep and asked.keep.is_dir() and any(asked.keep.iterdir()):
        parser.error(f"{asked.keep} is not empty")
    seed = SEEDS[asked.frames] if asked.seed is None else asked.seed
    frames, names = wording(asked.frames)
    persons = make_persons(asked.persons, seed, names)
    others = make_persons(asked.persons, seed + NEVER_PLANTED, names)
    if asked.again:
        return 0 if _print_traces(outputs(Workspace(asked.again / "workspace")), persons, others) else 1
    holds = True
    with nullcontext(asked.keep) if asked.keep else tempfile.TemporaryDirectory(prefix="canaries-") as folder:
        workspace, rows = lay_out_workspace(Path(folder) / "workspace", persons, frames, seed)
        calls = speak(workspace, persons[: asked.calls], asked.voices, seed) if asked.voices else {}
        rows = in_traditional(rows) if asked.traditional else rows
        places = [] if asked.no_night or asked.traditional else run_all(workspace)
        stored = _stored(workspace) if places else {key: redact(text).text for key, (text, _) in rows.items()}
        holds &= _print_recall(texts_recall(rows, stored), turns_recall(persons, seed), asked.show)
        if places:
            holds &= _print_heard(workspace, calls)
            holds &= _print_traces(places, persons, others)
    if asked.texts:
        holds &= _print_false(asked.texts)
    return 0 if holds else 1


def in_traditional(rows: Rows) -> Rows:
    """Return the texts and their values in traditional script, character by character."""
    import zhconv

    def written(text: str) -> str:
        return "".join(zhconv.convert(character, "zh-hant") for character in text)

    return {
        key: (written(text), [replace(one, value=written(one.value)) for one in planted])
        for key, (text, planted) in rows.items()
    }


def texts_recall(rows: Rows, stored: dict[str, str]) -> Recall:
    """Return the recall over the texts, given each row's redacted text."""
    recall = Recall()
    for key, (text, planted) in rows.items():
        for value in planted:
            recall.add(value, [text], [stored[key]])
    return recall


def turns_recall(persons: Sequence[Person], seed: int) -> Recall:
    """Return the recall over values that are told in the turns of a call."""
    recall = Recall()
    for person in persons:
        for planted in told(person, seed):
            recall.add(planted, planted.turns, [turn.text for turn in redact_turns(planted.turns)])
    return recall


def _stored(workspace: Workspace) -> dict[str, str]:
    with workspace.open_store(read_only=True) as store:
        return dict(store.query("SELECT external_id, text FROM cases WHERE external_id IS NOT NULL"))


def _print_recall(texts: Recall, turns: Recall, show: int) -> bool:
    print("| kind | in texts | recall | told in turns | recall |\n|---|---|---|---|---|")
    holds = True
    for kind in KINDS:
        print(
            f"| {kind} | {texts.planted[kind]} | {texts.of(kind):.3f} | {turns.planted[kind]} | {turns.of(kind):.3f} |"
        )
        holds &= min(texts.of(kind), turns.of(kind)) >= LEAST[kind not in FREE]
        for recall in (texts, turns):
            for missed in [m for m in recall.missed if m.kind == kind][:show]:
                print(f"  missed ({missed.form}): {' / '.join(missed.turns)}")
    return holds


def _print_heard(workspace: Workspace, calls: dict[str, list[Planted]]) -> bool:
    if not calls:
        print("recordings: none (no voices given)")
        return True
    with workspace.open_stores(read_only=True) as (store, private):
        raw = {
            key: "\n".join(
                part["text"] for part in sorted(json.loads(segments)["utterances"], key=lambda u: u["start_s"])
            )
            for key, segments in private.query("SELECT input_id, segments FROM recognised")
        }
        kept = store.query(
            "SELECT c.case_id, c.source_ref, string_agg(s.text || chr(10) || s.heard, chr(10) ORDER BY s.start_s) "
            "FROM cases c JOIN segments s USING (case_id) GROUP BY 1, 2"
        )
    told_, heard, left = Counter[str](), Counter[str](), Counter[str]()
    part_heard, part_left = Counter[str](), Counter[str]()
    for case_id, source, text in kept:
        said, stored = normal(raw[case_id]), normal(text)
        for planted in calls.get(Path(source).stem, []):
            value = normal(planted.value.replace("-", ""))
            parts = {part for part in pieces(value, width_of(planted.kind)) if part in said}
            told_[planted.kind] += 1
            heard[planted.kind] += value in said
            left[planted.kind] += value in said and value in stored
            part_heard[planted.kind] += bool(parts)
            part_left[planted.kind] += any(part in stored for part in parts)
    print("| told in recordings | times | heard as said | of these left | heard in part | of these a part left |")
    print("|---|---|---|---|---|---|")
    for kind in sorted(told_):
        counts = (counter[kind] for counter in (told_, heard, left, part_heard, part_left))
        print(f"| {kind} | {' | '.join(map(str, counts))} |")
    return not any(part_left[kind] for kind in part_left if kind not in FREE)


def _print_traces(places: Sequence[Path], persons: Sequence[Person], never_planted: Sequence[Person]) -> bool:
    traces = search(places, persons, never_planted)
    print(
        f"searched {traces.texts} texts of {traces.characters} characters: {sum(traces.found.values())} traces of the "
        f"persons, {sum(traces.chance.values())} of as many who were never planted"
    )
    for (place, kind), times in traces.found.most_common(SHOWN):
        print(f"  {kind} in {place}: {times} (never planted: {traces.chance[place, kind]})")
        print(f"    {traces.shown[place, kind]!r}")
    return not traces.found


def _print_false(file: Path) -> bool:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        texts = [row["text"] or "" for row in csv.DictReader(stream)]
    values = Counter((s.kind, text[s.start : s.end]) for text in texts for s in redact(text).spans)
    characters = sum(map(len, texts))
    fakes = sum(count for count in values.values() if count > 1)
    rate = (sum(values.values()) - fakes) / characters * 10_000
    kinds = Counter(kind for kind, _ in values.elements())
    print(f"{characters} characters of real texts: {sum(values.values())} redactions ({dict(kinds)}),")
    print(f"{fakes} of values that stand there more than once (the fixed fakes);")
    print(f"so at most {rate:.2f} false ones per 10,000 characters, for the others hold real names too")
    return rate <= MOST_FALSE


if __name__ == "__main__":
    raise SystemExit(main())
