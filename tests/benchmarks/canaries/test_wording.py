"""What judges stands nowhere in the recognisers."""

from __future__ import annotations

from pathlib import Path

from benchmarks.canaries.wording import wording
from complaints import redaction


def test_names_and_sentences_that_judge_stand_nowhere_in_the_recognisers() -> None:
    source = "".join(file.read_text(encoding="utf-8") for file in sorted(Path(redaction.__path__[0]).glob("*.py")))
    frames, names = wording("judge")
    sentences = [text for kind in frames.values() for frame in kind for text in frame.split("{}") if len(text) > 5]
    people = [family + given for family in names.family for given in names.given if len(family + given) > 2]
    assert [text for text in sentences + people + names.roads + names.estates if text in source] == []
