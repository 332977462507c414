"""python -m benchmarks.classify.gold: mentions against the sentences with gold spans in tests/classify."""

from __future__ import annotations

import argparse

from classify.reading.finder import MentionFinder
from complaints.dictionary import load_dictionary
from tests.classify.gold import LANGUAGES, scores, sentences


def main() -> None:
    """Parse and run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.classify.gold", description=__doc__)
    parser.add_argument("--wrong", action="store_true", help="print the sentences that differ")
    options = parser.parse_args()
    finder = MentionFinder(load_dictionary())
    for language in LANGUAGES:
        found = scores(language, finder)
        polarity = sum(gold == given for gold, given in found.polarity) / len(found.polarity)
        links = sum(gold == given for gold, given in found.links) / len(found.links)
        print(
            f"{language}: {len(sentences(language))} sentences, {found.gold} mentions: span precision "
            f"{found.precision:.3f}, recall {found.recall:.3f}, F1 {found.f1:.3f}; polarity right {polarity:.3f}, "
            f"macro-F1 {found.polarity_f1():.3f} of {len(found.polarity)}; component of the symptom right {links:.3f} "
            f"of {len(found.links)}"
        )
        for text, difference in found.wrong if options.wrong else ():
            print(f"  {text}: {difference}")


if __name__ == "__main__":
    main()
