"""Symptoms, components and conditions in a text: a spaCy pipeline of our own components, one for each language.

The pipeline is a blank one (no model): a tokenizer, then

- ``complaint_terms``: the dictionary's terms, by spaCy's PhraseMatcher (on characters in Chinese, stems in English);
- ``complaint_patterns``: wordings with gaps, sounds, numbers with units, fault codes (`classify.reading.patterns`);
- ``complaint_domains``: codes of another trade than the text's are dropped (`classify.reading.domains`);
- ``complaint_overlaps``: of overlapping finds of a kind the longest stays;
- ``complaint_polarity``: present, absent or hypothetical (`classify.reading.polarity`);
- ``complaint_links``: the component of each symptom (`classify.reading.linking`).

Each hands its finds on in ``doc._.mentions``. Texts are folded before (`classify.reading.normalise`), offsets led back
afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import spacy
from spacy.attrs import NORM  # type: ignore[import-not-found]
from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from classify.reading.compatibility import Affinity
from classify.reading.domains import code_domains, foreign_domain
from classify.reading.lexicon import Entry, entries, protected_words
from classify.reading.linking import Linker
from classify.reading.mention import PROTECTED, ExtractedMention
from classify.reading.overlaps import longest_finds
from classify.reading.patterns import Pattern, find_patterns, patterns
from classify.reading.polarity import Scopes
from classify.reading.stemming import stem
from complaints.records import COMPONENT, SYMPTOM, MentionKind

if TYPE_CHECKING:
    from complaints.dictionary import Dictionary

PIPELINE = (
    "complaint_terms",
    "complaint_patterns",
    "complaint_domains",
    "complaint_overlaps",
    "complaint_polarity",
    "complaint_links",
)
Doc.set_extension("mentions", default=(), force=True)
Doc.set_extension("implied", default=(), force=True)
# The folded text: spaCy would put it together anew at each `doc.text`.
Doc.set_extension("folded", default="", force=True)


class CharacterTokenizer:
    """Makes every character, blanks included, a token: token numbers are character offsets."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        """Return the document of a text."""
        return Doc(self.vocab, words=list(text), spaces=[False] * len(text))


class Terms:
    """Finds dictionary terms; blank until `load`."""

    def __init__(self, nlp: Language) -> None:
        self._nlp = nlp
        self._character = isinstance(nlp.tokenizer, CharacterTokenizer)
        self._matcher = PhraseMatcher(nlp.vocab, attr="ORTH" if self._character else "NORM")
        self._readings: dict[int, tuple[MentionKind | Literal["protected"], str]] = {}

    def load(self, terms: Sequence[Entry], protected: Sequence[str]) -> None:
        """Take the terms in; words of `protected` hide the terms inside them."""
        grouped: dict[tuple[MentionKind | Literal["protected"], str], list[Doc]] = {}
        for entry in terms:
            grouped.setdefault((entry.kind, entry.code), []).append(self._nlp.make_doc(entry.term))
        for word in protected:
            grouped.setdefault((PROTECTED, ""), []).append(self._nlp.make_doc(word))
        for number, (reading, documents) in enumerate(sorted(grouped.items(), key=lambda item: item[0])):
            name = f"T{number}"
            self._matcher.add(name, documents)
            self._readings[self._nlp.vocab.strings[name]] = reading

    def __call__(self, doc: Doc) -> Doc:
        """Add the terms of a document to its mentions."""
        found = []
        for key, first, last in self._matcher(doc):
            kind, code = self._readings[key]
            start, end = (first, last) if self._character else (doc[first].idx, doc[last - 1].idx + len(doc[last - 1]))
            if not self._character or _whole_word(doc._.folded, start, end):
                found.append(ExtractedMention(kind, code, start, end))
        doc._.mentions = (*doc._.mentions, *found)
        return doc


def _whole_word(text: str, start: int, end: int) -> bool:
    """Whether Latin letters and digits at the edges are not the middle of a longer word."""
    left = start > 0 and _latin(text[start - 1]) and _latin(text[start])
    right = end < len(text) and _latin(text[end]) and _latin(text[end - 1])
    return not (left or right)


def _latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


class Patterns:
    """Finds wordings that no list of terms holds; blank until `load`."""

    def __init__(self) -> None:
        self._patterns: Sequence[Pattern] = ()

    def load(self, compiled: Sequence[Pattern]) -> None:
        """Take compiled patterns in."""
        self._patterns = compiled

    def __call__(self, doc: Doc) -> Doc:
        """Add what the patterns find to a document's mentions."""
        doc._.mentions = (*doc._.mentions, *find_patterns(doc._.folded, self._patterns))
        return doc


class Overlaps:
    """Settles overlaps (`longest_finds`); `load` takes in which codes are broader than others."""

    def __init__(self) -> None:
        self._broader: dict[str, str] = {}

    def load(self, broader: dict[str, str]) -> None:
        """Take in the broader code of each code that has one."""
        self._broader = broader

    def __call__(self, doc: Doc) -> Doc:
        """Replace a document's finds by its mentions."""
        doc._.mentions, doc._.implied = longest_finds(doc._.mentions, self._broader)
        return doc


class Domains:
    """Drops codes of another trade than the text's (`classify.reading.domains`); blank until `load`."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._domains: dict[str, str] = {}

    def load(self, domains: dict[str, str]) -> None:
        """Take in the domain of each code that has only one."""
        self._domains = domains

    def __call__(self, doc: Doc) -> Doc:
        """Drop the document's finds of a foreign domain."""
        if any(f.code in self._domains for f in doc._.mentions):
            components = [f.code for f in doc._.mentions if f.kind == COMPONENT]
            foreign = foreign_domain(doc._.folded, self._language, components, self._domains)
            if foreign is not None:
                doc._.mentions = [f for f in doc._.mentions if self._domains.get(f.code) != foreign]
        return doc


class Polarity:
    """Sets each mention's polarity."""

    def __init__(self, language: str) -> None:
        self._language = language

    def __call__(self, doc: Doc) -> Doc:
        """Ask the scopes of the document's cues about each mention."""
        if doc._.mentions:
            scopes = Scopes(doc._.folded, doc._.mentions, self._language)
            doc._.mentions = [replace(mention, polarity=scopes.polarity(mention)) for mention in doc._.mentions]
        return doc


class Links:
    """Sets each symptom's component; `load` takes in what the dictionary knows about which fit together."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._fits: Callable[[str, str], bool] = lambda symptom, component: True
        self._natural: Callable[[str], str | None] = lambda symptom: None

    def load(self, fits: Callable[[str, str], bool], natural: Callable[[str], str | None]) -> None:
        """Take in which components a symptom fits, and which one it implies."""
        self._fits, self._natural = fits, natural

    def __call__(self, doc: Doc) -> Doc:
        """Link the document's symptoms."""
        if not any(f.kind == SYMPTOM for f in doc._.mentions):
            return doc
        components = [f for f in doc._.mentions if f.kind == COMPONENT]
        linker = Linker(doc._.folded, [*components, *doc._.implied], self._language, self._fits, self._natural)
        doc._.mentions = [
            replace(f, component_code=linker.component(f)) if f.kind == SYMPTOM and f.component_code is None else f
            for f in doc._.mentions
        ]
        return doc


@Language.factory("complaint_terms")
def _terms(nlp: Language, name: str) -> Terms:
    return Terms(nlp)


@Language.factory("complaint_patterns")
def _patterns(nlp: Language, name: str) -> Patterns:
    return Patterns()


@Language.factory("complaint_domains")
def _domains(nlp: Language, name: str) -> Domains:
    return Domains(str(nlp.lang))


@Language.factory("complaint_overlaps")
def _overlaps(nlp: Language, name: str) -> Overlaps:
    return Overlaps()


@Language.factory("complaint_polarity")
def _polarity(nlp: Language, name: str) -> Polarity:
    return Polarity(str(nlp.lang))


@Language.factory("complaint_links")
def _links(nlp: Language, name: str) -> Links:
    return Links(str(nlp.lang))


def pipeline(dictionary: Dictionary, language: str) -> Language:
    """Return the pipeline of a language (zh or en) with a dictionary loaded."""
    nlp = spacy.blank(language)
    if language == "zh":
        nlp.tokenizer = CharacterTokenizer(nlp.vocab)
    else:
        nlp.vocab.lex_attr_getters[NORM] = stem  # type: ignore[attr-defined]
        for lexeme in nlp.vocab:
            lexeme.norm_ = stem(lexeme.text)
    parts: dict[str, Any] = {name: nlp.add_pipe(name) for name in PIPELINE}
    known = entries(dictionary, language)
    parts["complaint_terms"].load(known, protected_words(language))
    parts["complaint_patterns"].load(patterns(dictionary, language))
    parts["complaint_overlaps"].load(
        {c.code: c.parent for c in dictionary.codes.values() if c.kind == SYMPTOM and c.parent}
    )
    parts["complaint_domains"].load(code_domains(dictionary))
    knowledge = Affinity(dictionary)
    parts["complaint_links"].load(knowledge.fits, knowledge.natural)
    return nlp
