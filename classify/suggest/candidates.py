"""Words of the plant's own texts that behave like symptoms and are not in the dictionary.

Candidates are runs of one to three words (jieba with the dictionary's terms, or English words) that hold no mention, no
word of service and no cue. Each must hang together and stand free: pointwise mutual information inside, branching
entropy at both edges (Feng, Chen, Deng and Zheng, Computational Linguistics 30(1), 2004; Jin and Tanaka-Ishii, 2006).
How a symptom behaves is learned from the symptoms that the dictionary does find in the same texts: what stands before
and after them, whether a component is near. A logistic regression tells those places from all others; a candidate's
score is its mean over all its places. The code offered is that of the nearest known symptom by meaning.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from classify.category import BATCH_CASES, read_cases
from complaints.batching import batches
from complaints.errors import UsageError
from complaints.master import MASTER_TABLES
from complaints.models import vectors_for
from complaints.records import COMPONENT, CONDITION, NO_CONTENT, SERVICE, SYMPTOM
from complaints.tables import columns_by_key, delimiter_of, detect_encoding, header_key

if TYPE_CHECKING:
    from classify.reading import MentionFinder, Reading
    from complaints.dictionary import Dictionary
    from complaints.models import Encoder
    from complaints.store import Store

MOST_CASES = 20_000
LEAST_CASES = 3  # cases that say it
LONGEST = {"zh": 3, "en": 3}  # words of a candidate
SHORTEST_CHARACTERS = {"zh": 2, "en": 4}
LEAST_COHESION = 3.0  # bits of pointwise mutual information, of candidates of several words
LEAST_ENTROPY = 0.9  # bits, at either edge
NEAR = 8  # characters within which a component counts as near
LEAST_SCORE = 0.4
LEAST_KEYNESS = 2.5  # bits: how many times more often than in general language a single Chinese word must stand here
EXAMPLES = 2
EXAMPLE_CHARACTERS = 18
TEMPERATURE = 0.02  # of cosines between E5 vectors, which lie close together
WORDS_EN = re.compile(r"[a-z][a-z'-]+")
HAN_WORD = re.compile(r"[一-鿿]+")
COLUMNS = ("term", "kind", "code", "language")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A wording that behaves like a symptom.

    Args:
        term, language: the words.
        cases: that say it.
        score: how much its places look like a symptom's, 0..1.
        code: of the nearest known symptom; confidence: how much nearer than the others, 0..1.
        examples: pieces of (redacted) texts.
    """

    term: str
    language: str
    cases: int
    score: float
    code: str
    confidence: float
    examples: tuple[str, ...]


@dataclass(slots=True)
class _Candidate:
    cases: set[str] = field(default_factory=set)
    places: list[list[str]] = field(default_factory=list)
    before: Counter[str] = field(default_factory=Counter)
    after: Counter[str] = field(default_factory=Counter)
    parts: tuple[str, ...] = ()
    examples: list[str] = field(default_factory=list)


def suggest(store: Store, finder: MentionFinder, encoder: Encoder, limit: int) -> list[Suggestion]:
    """Return suggestions, the strongest first.

    Args:
        store: its cases are read (repeats aside), vectors of names are cached in it.
        finder: with the plant's dictionary.
        encoder: for the nearest meaning.
        limit: how many at most.
    """
    ids = [
        row[0]
        for row in store.query(
            "SELECT case_id FROM cases WHERE duplicate_of IS NULL "
            "ORDER BY received_at DESC NULLS LAST, case_id LIMIT ?",
            [MOST_CASES],
        )
    ]
    found: list[Suggestion] = []
    gathered = {language: _Gathering(language, finder.dictionary) for language in ("zh", "en")}
    for batch in batches(ids, BATCH_CASES):
        for reading, _ in read_cases(store, finder, batch):
            gathered["en" if reading.language == "en" else "zh"].take(reading)
    for gathering in gathered.values():
        found += gathering.suggestions()
    return _with_codes(found, store, finder.dictionary, encoder)[:limit]


class _Gathering:
    """Candidates and the places of known symptoms in the texts of a language."""

    def __init__(self, language: str, dictionary: Dictionary) -> None:
        self._language = language
        self._candidates: dict[str, _Candidate] = {}
        self._known: list[list[str]] = []
        self._words: Counter[str] = Counter()
        self._terms = {t.term for kind in (SYMPTOM, COMPONENT, CONDITION) for t in dictionary.terms_of(kind, language)}
        self._cut, self._general = _cutter(language, self._terms)
        self._general_total = sum(self._general.values()) + 1

    def take(self, reading: Reading) -> None:
        """Take a case's candidates and known symptoms in."""
        if reading.content == NO_CONTENT and not reading.mentions:
            return
        text = reading.text.lower()
        taken = [(m.start, m.end) for m in reading.mentions] + [(w.start, w.end) for w in reading.words]
        parts = [(m.start, m.end) for m in reading.mentions if m.kind == COMPONENT]
        for mention in reading.mentions:
            if mention.kind == SYMPTOM and mention.polarity == "present":
                self._known.append(_place(text, mention.start, mention.end, parts, self._language))
        words = list(self._cut(text))
        self._words.update(word for word, _, _ in words)
        if reading.content == SERVICE:
            return
        for size in range(1, LONGEST[self._language] + 1):
            for run in _runs(words, size, text):
                start, end = run[0][1], run[-1][2]
                term = text[start:end]
                if len(term) < SHORTEST_CHARACTERS[self._language] or any(s < end and start < e for s, e in taken):
                    continue
                self._add(term, tuple(w for w, _, _ in run), reading, text, start, end, parts)

    def _add(
        self, term: str, run: tuple[str, ...], reading: Reading, text: str, start: int, end: int,
        parts: list[tuple[int, int]],
    ) -> None:  # fmt: skip
        candidate = self._candidates.setdefault(term, _Candidate(parts=run))
        candidate.cases.add(reading.case_id)
        candidate.before[text[start - 1 : start] if start else "^"] += 1
        candidate.after[text[end : end + 1] or "$"] += 1
        if len(candidate.places) < 200:
            candidate.places.append(_place(text, start, end, parts, self._language))
        if len(candidate.examples) < EXAMPLES:
            piece = reading.text[max(0, start - EXAMPLE_CHARACTERS) : end + EXAMPLE_CHARACTERS]
            candidate.examples.append(" ".join(piece.split()))

    def suggestions(self) -> list[Suggestion]:
        """Return the candidates that behave like symptoms."""
        kept = {t: c for t, c in self._candidates.items() if len(c.cases) >= LEAST_CASES and self._whole(c)}
        if not kept or len(self._known) < 50:
            return []
        scores = self._scores(kept)
        found = [
            Suggestion(term, self._language, len(c.cases), round(scores[term], 4), "", 0.0, tuple(c.examples))
            for term, c in sorted(kept.items())
            if scores[term] >= LEAST_SCORE
        ]
        return _without_parts(found)

    def _whole(self, candidate: _Candidate) -> bool:
        """Whether its words hang together and it is cut at its edges, not in the middle of something longer."""
        count, total = sum(candidate.before.values()), sum(self._words.values())
        if len(candidate.parts) > 1:
            alone = sum(math.log2(self._words[word] / total) for word in candidate.parts)
            if math.log2(count / total) - alone < LEAST_COHESION * (len(candidate.parts) - 1):
                return False
        elif self._general:
            usual = (self._general.get(candidate.parts[0], 0) + 1) / self._general_total
            if math.log2(count / total / usual) < LEAST_KEYNESS:
                return False
        return min(_entropy(candidate.before), _entropy(candidate.after)) >= LEAST_ENTROPY

    def _scores(self, kept: dict[str, _Candidate]) -> dict[str, float]:
        from sklearn.feature_extraction import FeatureHasher
        from sklearn.linear_model import LogisticRegression

        hasher: Any = FeatureHasher(n_features=1 << 16, input_type="string", alternate_sign=False)
        terms = sorted(kept)
        others = [place for term in terms for place in kept[term].places]
        matrix = hasher.transform([*self._known, *others])
        side = np.r_[np.ones(len(self._known)), np.zeros(len(others))]
        model = LogisticRegression(C=0.3, max_iter=300, class_weight="balanced").fit(matrix, side)
        values = model.predict_proba(matrix[len(self._known) :])[:, 1]
        found, at = {}, 0
        for term in terms:
            count = len(kept[term].places)
            found[term] = float(values[at : at + count].mean())
            at += count
        return found


def _place(text: str, start: int, end: int, parts: Sequence[tuple[int, int]], language: str) -> list[str]:
    """What stands around characters [start, end): neighbours, whether a component is near, punctuation."""
    before, after = text[max(0, start - 24) : start], text[end : end + 24]
    if language == "en":
        left, right = WORDS_EN.findall(before)[-2:], WORDS_EN.findall(after)[:2]
        found = [f"b:{w}" for w in left] + [f"a:{w}" for w in right]
        found += [f"b1:{left[-1]}" if left else "b1:^", f"a1:{right[0]}" if right else "a1:$"]
        reach = 3 * NEAR
    else:
        found = [f"b1:{before[-1:] or '^'}", f"b2:{before[-2:]}", f"a1:{after[:1] or '$'}", f"a2:{after[:2]}"]
        found += [f"b:{c}" for c in before[-4:]] + [f"a:{c}" for c in after[:4]]
        reach = NEAR
    if any(0 <= start - e <= reach for _, e in parts):
        found.append("component before")
    if any(0 <= s - end <= reach for s, _ in parts):
        found.append("component after")
    return found


def _runs(words: Sequence[tuple[str, int, int]], size: int, text: str) -> Iterator[Sequence[tuple[str, int, int]]]:
    for start in range(len(words) - size + 1):
        run = words[start : start + size]
        if all(not text[a[2] : b[1]].strip() for a, b in pairwise(run)):
            yield run


def _cutter(language: str, terms: set[str]) -> tuple[Any, dict[str, int]]:
    """A function that cuts a text into (word, start, end), and how often words stand in general language."""
    if language == "en":
        return lambda text: ((m.group(), m.start(), m.end()) for m in WORDS_EN.finditer(text)), {}
    import jieba

    jieba.setLogLevel(60)
    tokenizer = jieba.Tokenizer()
    tokenizer.initialize()
    general = {word: count for word, count in tokenizer.FREQ.items() if count}
    for term in sorted(terms):
        tokenizer.add_word(term)
    return lambda text: (w for w in tokenizer.tokenize(text, HMM=False) if HAN_WORD.fullmatch(w[0])), general


def _entropy(counts: Counter[str]) -> float:
    total = sum(counts.values())
    return -sum(n / total * math.log2(n / total) for n in counts.values())


def _without_parts(found: Sequence[Suggestion]) -> list[Suggestion]:
    """Of two wordings, one inside the other and said by as many cases, keep the longer."""
    ordered = sorted(found, key=lambda s: (-len(s.term), s.term))
    kept: list[Suggestion] = []
    for one in ordered:
        if not any(one.term in longer.term and longer.cases >= 0.7 * one.cases for longer in kept):
            kept.append(one)
    return kept


def _with_codes(
    found: Sequence[Suggestion], store: Store, dictionary: Dictionary, encoder: Encoder
) -> list[Suggestion]:
    """Name the nearest known symptom of each suggestion."""
    from scipy.special import softmax

    result = []
    for language in ("zh", "en"):
        some = [one for one in found if one.language == language]
        terms = dictionary.terms_of(SYMPTOM, language)
        if not some or not terms:
            result += some
            continue
        vectors = vectors_for(store, encoder, [t.term for t in terms] + [s.term for s in some])
        near = vectors[len(terms) :] @ vectors[: len(terms)].T
        codes = sorted({t.code for t in terms})
        columns = np.array([codes.index(t.code) for t in terms])
        best = _best_of_code(near, columns, len(codes))
        for one, row in zip(some, softmax(best / TEMPERATURE, axis=1), strict=True):
            result.append(replace(one, code=codes[int(row.argmax())], confidence=round(float(row.max()), 4)))
    return sorted(result, key=_rank)


def _rank(one: Suggestion) -> tuple[float, str]:
    """What behaves like a symptom, means something like one, and is said often, comes first."""
    return -one.score * (0.25 + one.confidence) * math.log1p(one.cases), one.term


def _best_of_code(near: NDArray[np.float32], columns: NDArray[np.int64], count: int) -> NDArray[np.float64]:
    best = np.full((len(near), count), -1.0)
    for column in range(count):
        mine = columns == column
        if mine.any():
            best[:, column] = near[:, mine].max(axis=1)
    return best


def write_suggestions(path: Path, found: Sequence[Suggestion]) -> None:
    """Write suggestions as a table whose first columns are those of master/dictionary.csv."""
    from complaints.tables import write_csv

    rows = [
        (s.term, SYMPTOM, s.code, s.language, s.cases, s.score, s.confidence, " … ".join(s.examples)) for s in found
    ]
    write_csv(path, [*COLUMNS, "cases", "score", "near", "example"], rows)


def accept_terms(master: Path, found: Sequence[Suggestion], terms: Sequence[str]) -> Path:
    """Add suggestions to master/dictionary.csv and return its path.

    Raises:
        UsageError: a term was not suggested, or the plant's dictionary is not a CSV file.
    """
    known = {one.term: one for one in found}
    strange = [term for term in terms if term not in known]
    if strange:
        raise UsageError("classify.no_suggestion", "--accept", term=strange[0])
    others = [p for p in sorted(master.glob("dictionary.*")) if p.suffix.lower() != ".csv"]
    if others:
        raise UsageError("classify.dictionary_no_csv", str(others[0]))
    path = master / "dictionary.csv"
    before = path.read_text(encoding=detect_encoding(path)).removeprefix("\ufeff") if path.exists() else ""
    before = before if before.strip() else ",".join(COLUMNS)
    first = before.splitlines()[0]
    delimiter, known_headers = delimiter_of(first), columns_by_key(MASTER_TABLES["dictionary"].aliases)
    columns = [known_headers.get(header_key(name), "") for name in next(csv.reader([first], delimiter=delimiter), [])]
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    for term in terms:
        one = known[term]
        row = {"term": one.term, "kind": SYMPTOM, "code": one.code, "language": one.language}
        writer.writerow([row.get(name, "") for name in columns])
    part = path.with_name(".dictionary.csv.part")
    part.write_text(before.removesuffix("\n") + "\n" + out.getvalue(), encoding="utf-8-sig")
    part.replace(path)
    return path
