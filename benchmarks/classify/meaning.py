"""python -m benchmarks.classify.meaning ZH.csv EN.csv: how often a hidden wording's symptom is found again by meaning.

Dictionary terms are hidden one at a time, together with every term that holds them or is held by them, in clauses in
which they are the only symptom; the step must then find the symptom by what other terms mean. Clauses in which the
rules find no symptom show how often it finds one where there should be none: in Chinese those of rows labelled as sales
and service, in English, where no such label exists, all (some do name a trouble: the figures are too low there).

The judge of a language is fitted on the earlier Chinese rows, on half of the English ones; its threshold is the lowest
whose precision out of fold reaches `PRECISION` when one clause in eleven hides a symptom. All printed figures are those
of the other rows.
"""

from __future__ import annotations

import argparse
import csv
import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.classify.data import SERVICE_SYSTEMS, vectors_of
from classify.reading.clauses import Wording, wordings
from classify.reading.content import content_of, service_words
from classify.reading.finder import MentionFinder
from classify.reading.mention import ExtractedMention
from classify.reading.nearest_symptom import ARRAYS, Judge, Meanings, judge, with_products
from classify.reading.normalise import normal_term
from classify.reading.semantic import Unseen, silent
from classify.reading.types import Reading
from complaints.dictionary import Dictionary, load_dictionary
from complaints.fingerprints import digest
from complaints.models.catalogue import EMBEDDING
from complaints.records import SYMPTOM

SPLIT = "2024-03-11"
MOST_OF_A_TERM = 10  # clauses that hide one and the same term, so that frequent terms do not decide alone
FOLDS = 5
PRIOR = 0.1  # weight of all hidden terms against all clauses without a symptom: most clauses name no trouble
INVERSE_PENALTY = 0.003
PRECISION = 0.75  # an understatement: some of the clauses that count as empty do name a trouble
LANGUAGES = ("zh", "en")
# Verdicts on what was found, by digest of the clause: the clauses themselves may not be kept here.
READ = Path(__file__).with_name("meaning_read.csv")


@dataclass(frozen=True)
class Row:
    """A text.

    Args:
        text, language: of the row.
        without: whether its clauses without a symptom by the rules count as clauses that name none.
        late: whether it is held out (later rows in Chinese, half of the texts in English).
    """

    text: str
    language: str
    without: bool
    late: bool


@dataclass(frozen=True)
class Sample:
    """A clause with what should be found in it.

    Args:
        wording: the clause.
        hidden: the symptom that is hidden; None: there is none.
        term: its words as a term.
        late: whether it is held out.
    """

    wording: Wording
    hidden: ExtractedMention | None
    term: str
    late: bool


@dataclass(frozen=True)
class Judged:
    """Samples as arrays.

    Args:
        facts: of the comparison, shape (samples, 30).
        right, exact: whether the nearest symptom is the hidden one, by its broad symptom or its very code.
        late, hides: held out; with a hidden symptom.
        terms: hidden terms; of clauses without one, themselves.
        languages: zh or en.
    """

    facts: NDArray[np.float64]
    right: NDArray[np.bool_]
    exact: NDArray[np.bool_]
    late: NDArray[np.bool_]
    hides: NDArray[np.bool_]
    terms: list[str]
    languages: NDArray[np.str_]


def samples(rows: Sequence[Row], finder: MentionFinder) -> Iterator[Sample]:
    """Yield samples of rows: every clause once, the earlier ones first."""
    seen: set[str] = set()
    counts: Counter[tuple[str, bool]] = Counter()
    for row in sorted(rows, key=lambda row: row.late):
        text, language, late = row.text, row.language, row.late
        mentions, words = finder.find(text, language), service_words(text, language)
        for one in wordings(text, language, mentions, words) if row.without else ():
            if one.masked not in seen:
                seen.add(one.masked)
                yield Sample(one, None, "", late)
        for found in mentions:
            if (found.kind, found.polarity, found.rule) != (SYMPTOM, "present", "term"):
                continue
            term = normal_term(text[found.start : found.end])
            for one in wordings(text, language, mentions, words, hidden=found):
                if one.start <= found.start and found.end <= one.end and one.masked not in seen:
                    counts[term, late] += 1
                    if counts[term, late] <= MOST_OF_A_TERM:
                        seen.add(one.masked)
                        yield Sample(one, found, term, late)


def judged(some: Sequence[Sample], dictionary: Dictionary, cache: Path | None) -> Judged:
    """Look for the nearest symptom of each sample."""
    texts = sorted({text for s in some for text in (s.wording.masked, s.wording.bare)})
    vectors = dict(zip(texts, vectors_of(texts, cache)[0], strict=True))
    meanings = {
        language: Meanings(dictionary, language, lambda asked: vectors_of(list(asked), cache)[0])
        for language in sorted({s.wording.language for s in some})
    }
    facts, right, exact = [], [], []
    for s in some:
        mine = meanings[s.wording.language]
        hidden = mine.forms(s.term) if s.hidden else None
        near = mine.nearest(s.wording, vectors[s.wording.masked], vectors[s.wording.bare], hidden)
        code = s.hidden.code if s.hidden else ""
        facts.append(near.facts)
        exact.append(near.code == code)
        right.append(bool(code) and dictionary.broad_symptom(near.code) == dictionary.broad_symptom(code))
    return Judged(
        np.stack(facts), np.array(right), np.array(exact), np.array([s.late for s in some]),
        np.array([s.hidden is not None for s in some]), [s.term or s.wording.masked for s in some],
        np.array([s.wording.language for s in some]),
    )  # fmt: skip


def fit(some: Judged, chosen: NDArray[np.bool_], threshold: float = 0.0) -> Judge:
    """Fit a judge on chosen samples."""
    from sklearn.linear_model import LogisticRegression

    facts, right, hides = some.facts[chosen], some.right[chosen], some.hides[chosen]
    weights = np.where(hides, PRIOR * (~hides).sum() / hides.sum(), 1.0)
    centre, scale = facts.mean(axis=0), np.maximum(facts.std(axis=0), 1e-9)
    products = with_products((facts - centre) / scale)
    product_centre, product_scale = products.mean(axis=0), np.maximum(products.std(axis=0), 1e-9)
    model = LogisticRegression(C=INVERSE_PENALTY, max_iter=5000)
    model.fit((products - product_centre) / product_scale, right, sample_weight=weights)
    arrays = (centre, scale, product_centre, product_scale, model.coef_[0])
    short = {name: _short(array) for name, array in zip(ARRAYS, arrays, strict=True)}
    return Judge(**short, offset=round(float(model.intercept_[0]), 6), threshold=threshold)


def _short(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.array([float(f"{value:.6g}") for value in values])


def probabilities(one: Judge, facts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the judge's probabilities of many samples."""
    return np.array([one.probability(row) for row in facts])


def precision(some: Judged, chosen: NDArray[np.bool_], found: NDArray[np.bool_]) -> float:
    """Return the share of right ones among the found, hidden and empty clauses weighed as in `fit`."""
    hides = some.hides[chosen]
    weights = np.where(hides, PRIOR * (~hides).sum() / hides.sum(), 1.0) * found
    return float((weights * some.right[chosen]).sum() / max(weights.sum(), 1e-9))


def fitted(some: Judged, language: str) -> Judge:
    """Fit a language's judge on its earlier samples and choose its threshold out of fold, folds apart by term."""
    early = (some.languages == language) & ~some.late
    folds = np.array([int(digest(term)[:8], 16) % FOLDS for term in some.terms])
    values = np.zeros(len(early))
    for fold in range(FOLDS):
        outside = early & (folds == fold)
        values[outside] = probabilities(fit(some, early & (folds != fold)), some.facts[outside])
    steps = np.round(np.arange(0.3, 1.0, 0.05), 2)
    good = [step for step in steps.tolist() if precision(some, early, values[early] >= step) >= PRECISION]
    return fit(some, early, min(good, default=1.0))


def show(some: Judged, language: str) -> None:
    """Print how the judge in use does on the later samples."""
    late = (some.languages == language) & some.late
    one = judge(language)
    found = probabilities(one, some.facts[late]) >= one.threshold
    hides, right, exact = some.hides[late], some.right[late], some.exact[late]
    hit = found & hides
    terms = {some.terms[i] for i in np.flatnonzero(late & some.hides)}
    false = 1000 * (found & ~hides).sum() / (~hides).sum()
    print(
        f"{language}: {hides.sum()} hidden wordings of {len(terms)} terms, threshold {one.threshold:.2f}: found "
        f"{hit.sum() / hides.sum():.3f}, right {right[hit].mean():.3f} of {hit.sum()} (the very code "
        f"{exact[hit].mean():.3f}); in {(~hides).sum()} clauses without a symptom {false:.1f} of 1,000; the nearest "
        f"term alone would be right in {right[hides].mean():.3f}"
    )


def silent_rows(rows: Sequence[tuple[str, str]], finder: MentionFinder) -> list[Reading]:
    """Return (text, language) rows as read by the rules, those that the step is asked about."""
    readings = []
    for number, (text, language) in enumerate(rows):
        mentions, words = finder.find(text, language), service_words(text, language)
        content = content_of(text, language, mentions, words)
        readings.append(Reading(str(number), text, "", language, content, tuple(mentions), tuple(words)))
    return [reading for reading in readings if silent(reading)]


def show_found(rows: Sequence[tuple[str, str]], finder: MentionFinder, cache: Path | None, listed: bool) -> None:
    """Print what the step finds in the rows in which the rules find nothing, and how much of it was read as right."""
    with READ.open(encoding="utf-8", newline="") as stream:
        verdicts = {(row["clause"], row["code"]): row["right"] == "yes" for row in csv.DictReader(stream)}
    asked = silent_rows(rows, finder)
    unseen = Unseen(finder.dictionary, lambda texts: vectors_of(list(texts), cache)[0])
    unseen.find(asked[:1])
    start = time.process_time()
    found = unseen.find(asked)
    seconds = time.process_time() - start
    texts = {reading.case_id: reading.text for reading in asked}
    read = {(texts[case][m.start : m.end], m.code): m for case, some in found.items() for m in some}
    known = [verdicts[key] for text, code in read if (key := (digest(text)[:16], code)) in verdicts]
    print(
        f"{rows[0][1]}: {len(asked)} of {len(rows)} texts have no symptom and are not about service: one by meaning "
        f"in {len(found)} ({len(read)} wordings, {sum(known)} of the {len(known)} read are right); {seconds:.1f} CPU s"
    )
    for (text, code), mention in sorted(read.items(), key=lambda item: -item[1].confidence) if listed else ():
        print(f"  {mention.confidence:.2f} {code} {mention.polarity} {digest(text)[:16]} {text}")


def main() -> None:
    """Parse and run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.classify.meaning", description=__doc__)
    parser.add_argument("chinese", type=Path, help="zh_car_complaints.csv")
    parser.add_argument("english", type=Path, help="en_car_complaints.csv")
    parser.add_argument("--cache", type=Path, help="folder in which vectors are kept for another run")
    parser.add_argument("--fit", type=Path, metavar="FILE.json", help="fit the judges anew and write them")
    parser.add_argument("--list", action="store_true", help="print what is found in texts without a symptom")
    options = parser.parse_args()
    finder = MentionFinder(load_dictionary())
    chinese = [row for row in _rows(options.chinese) if row["system"]]
    english = _rows(options.english)
    rows = [Row(r["text"], "zh", r["system"] in SERVICE_SYSTEMS, r["date"] >= SPLIT) for r in chinese]
    rows += [Row(r["summary"], "en", True, int(digest(r["summary"])[:8], 16) % 2 == 0) for r in english]
    some = judged(list(samples(rows, finder)), finder.dictionary, options.cache)
    if options.fit:
        _write(options.fit, {language: fitted(some, language) for language in LANGUAGES})
        return print(f"{options.fit} written; the figures are those of the next run")
    for language in LANGUAGES:
        show(some, language)
        texts = [(row.text, row.language) for row in rows if row.language == language]
        show_found(texts, finder, options.cache, options.list)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def _write(path: Path, judges: dict[str, Judge]) -> None:
    content: dict[str, object] = {"encoder": EMBEDDING.fingerprint}
    for language, one in judges.items():
        content[language] = {name: getattr(one, name).tolist() for name in ARRAYS} | {
            "offset": one.offset, "threshold": one.threshold,
        }  # fmt: skip
    path.write_text(json.dumps(content, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
