"""The dictionary itself: codes with their names and parents, the terms that stand for them, and look-ups."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from functools import cached_property
from types import MappingProxyType

from complaints.nearest_name import nearest
from complaints.records import MentionKind

KINDS: tuple[MentionKind, ...] = (
    "symptom",
    "component",
    "condition",
)  # the order decides when a value is looked up without a kind
# difflib ratio from which a value is taken for a slip: two of three Chinese characters, most of an English word.
CLOSE_CHINESE, CLOSE_OTHER = 0.5, 0.7
_IGNORED = str.maketrans("", "", "的_-")


@dataclass(frozen=True, slots=True)
class Code:
    """What a term stands for.

    Args:
        code: lower_snake English field term, unique over all kinds.
        kind: symptom, component or condition.
        domain: car, appliance or both; "plant" for a plant's own code.
        parent: the broader code of the same kind, of a component its system; empty for the broadest.
        name_zh: Chinese name; empty when a plant gave none.
        name_en: English name; empty when a plant gave none.
    """

    code: str
    kind: MentionKind
    domain: str
    parent: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Term:
    """A wording that stands for a code.

    Args:
        term: NFKC, case folded, single blanks.
        code: what it stands for.
        kind: kind of the code.
        language: zh or en.
        phonetic: how repair of heard text may put this term in the place of a homophone: free (same syllables, tones
            aside), same_tone, never.
        source: shipped or plant.
    """

    term: str
    code: str
    kind: str
    language: str
    phonetic: str
    source: str


@dataclass(frozen=True, slots=True)
class PlantTerm:
    """A row of a plant's own dictionary (master/dictionary).

    Args:
        term: the wording.
        kind: symptom, component or condition.
        code: a code, name or synonym of one; unknown: a new code of that name; None: the term's own code.
        language: zh or en; None: told by the script.
    """

    term: str
    kind: str
    code: str | None = None
    language: str | None = None


class Dictionary:
    """Codes and terms, read only.

    Args:
        codes: in any order, each code once.
        terms: in any order, each term once a kind and language.
    """

    def __init__(self, codes: Iterable[Code], terms: Iterable[Term]) -> None:
        ordered = sorted(codes, key=lambda c: c.code)
        self.codes: Mapping[str, Code] = MappingProxyType({c.code: c for c in ordered})
        self.terms: tuple[Term, ...] = tuple(sorted(terms, key=lambda t: (t.code, t.language, t.term)))

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over the content, in hexadecimal; the order of rows does not matter."""
        content = [[astuple(c) for c in self.codes.values()], [astuple(t) for t in self.terms]]
        return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()

    def name(self, code: str, language: str) -> str:
        """Return a code's name in zh or en, the other language's where it has none, and an unknown code itself."""
        found = self.codes.get(code)
        if found is None:
            return code
        names = (found.name_zh, found.name_en) if language == "zh" else (found.name_en, found.name_zh)
        return names[0] or names[1] or code

    def kind_of(self, code: str) -> MentionKind | None:
        """Return a code's kind; None for an unknown code."""
        found = self.codes.get(code)
        return found.kind if found else None

    def system_of(self, code: str) -> str:
        """Return the broadest code above a component (itself for a system or an unknown code)."""
        seen = {code}
        while (found := self.codes.get(code)) and found.parent and found.parent not in seen:
            code = found.parent
            seen.add(code)
        return code

    def broad_symptom(self, code: str) -> str:
        """Return the broadest symptom above a symptom (clunk -> abnormal_noise); itself where none is broader."""
        return self.system_of(code)

    def systems(self) -> tuple[str, ...]:
        """Return the codes of the systems: components that have no parent."""
        return tuple(c.code for c in self.codes.values() if c.kind == "component" and not c.parent)

    def terms_of(self, kind: str, language: str) -> tuple[Term, ...]:
        """Return the terms of a kind in a language, ordered by code and term."""
        return self._by_kind_and_language.get((kind, language), ())

    def resolve(self, value: str, kind: str | None = None) -> str | None:
        """Return the code that a value means.

        Args:
            value: a code, a name in either language or any synonym; width, case, blanks, underscores, hyphens and 的
                do not matter.
            kind: look only among codes of this kind; None: symptoms first, then components, then conditions.

        Returns:
            The code, or None when nothing matches.
        """
        wanted = lookup_key(value)
        for one in KINDS if kind is None else (kind,):
            if (code := self._lookup.get(one, {}).get(wanted)) is not None:
                return code
        return None

    def nearest(self, value: str, kind: str | None = None) -> str | None:
        """Return the code whose code, name or synonym is spelt most like a value, for "did you mean"; else None."""
        wanted = lookup_key(value)
        cutoff = CLOSE_CHINESE if is_chinese(wanted) else CLOSE_OTHER
        candidates: dict[str, str] = {}
        for one in KINDS if kind is None else (kind,):
            candidates = {**self._lookup.get(one, {}), **candidates}
        close = nearest(wanted, candidates, cutoff)
        return candidates[close] if close else None

    @cached_property
    def _by_kind_and_language(self) -> dict[tuple[str, str], tuple[Term, ...]]:
        grouped: dict[tuple[str, str], list[Term]] = {}
        for term in self.terms:
            grouped.setdefault((term.kind, term.language), []).append(term)
        return {key: tuple(terms) for key, terms in grouped.items()}

    @cached_property
    def _lookup(self) -> dict[str, dict[str, str]]:
        table: dict[str, dict[str, str]] = {kind: {} for kind in KINDS}
        plant = [t for t in self.terms if t.source == "plant"]
        shipped = [t for t in self.terms if t.source != "plant"]
        # Codes outrank everything; a plant's word outranks a shipped name or term.
        for code in self.codes.values():
            table[code.kind].setdefault(lookup_key(code.code), code.code)
        _add(table, plant)
        for code in self.codes.values():
            for name in (code.name_zh, code.name_en):
                if name:
                    table[code.kind].setdefault(lookup_key(name), code.code)
        _add(table, shipped)
        return table


def _add(table: dict[str, dict[str, str]], terms: Sequence[Term]) -> None:
    for term in terms:
        table[term.kind].setdefault(lookup_key(term.term), term.code)


def normal_term(text: str) -> str:
    """Return a term as it is stored: NFKC, case folded, trimmed, single blanks."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def lookup_key(text: str) -> str:
    """Return a value as look-ups compare it: a stored term without blanks, underscores, hyphens and 的."""
    folded = normal_term(text).replace(" ", "")
    return folded.translate(_IGNORED) or folded


def is_chinese(text: str) -> bool:
    """Whether a text holds a Chinese character."""
    return any("\u3400" <= c <= "\u9fff" or "\uf900" <= c <= "\ufaff" or c >= "\U00020000" for c in text)
