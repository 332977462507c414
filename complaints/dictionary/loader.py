"""Loading: the shipped tables, filtered by domain, with a plant's own words on top."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, cast

from complaints.dictionary.dictionary import KINDS, Code, Dictionary, PlantTerm, Term, is_chinese, normal_term
from complaints.errors import MasterDataError, SettingsError
from complaints.records import Language, MentionKind, words_of

DOMAINS = ("car", "appliance")
LANGUAGES = words_of(Language)
PLANT = "plant"
_NOT_CODE = re.compile(r"[^a-z0-9]+")
# A plant's own term carries no measured risk: two characters have homophones in everyday speech, longer ones hardly.
FREE_FROM_CHARACTERS = 3


def load_dictionary(domains: Sequence[str] = DOMAINS, extra: Sequence[PlantTerm] = ()) -> Dictionary:
    """Return the dictionary of some domains, with a plant's own words.

    A plant's term replaces every shipped reading of the same words. Without a code it keeps the code that the words
    already have in its kind; new words get a new code, derived from them alone.

    Args:
        domains: car, appliance or both; what the two share is always part of it.
        extra: the plant's words, in any order; of two rows for one term and kind the smaller code wins.

    Returns:
        The dictionary; the one without plant terms is shared between callers.

    Raises:
        SettingsError: a domain is neither car nor appliance.
        MasterDataError: a plant's term is empty, or its kind or language is none.
    """
    unknown = sorted(set(domains) - set(DOMAINS))
    if unknown:
        raise SettingsError("dictionary.unknown_domain", "domains", domain=unknown[0], domains=DOMAINS)
    shipped = _shipped(tuple(sorted(set(domains))))
    return _with_plant_terms(shipped, extra) if extra else shipped


def data_folder() -> Traversable:
    """Return the folder of the shipped tables."""
    return files("complaints.dictionary") / "data"


def read_rows(folder: Traversable, name: str) -> list[dict[str, str]]:
    """Return the rows of one of the tables in a folder."""
    return list(csv.DictReader(io.StringIO((folder / name).read_text(encoding="utf-8"))))


@cache
def _shipped(domains: tuple[str, ...]) -> Dictionary:
    folder = data_folder()
    wanted = {*domains, "both"}
    codes = {
        row["code"]: Code(**row)
        for row in cast(list[dict[str, Any]], read_rows(folder, "codes.csv"))
        if row["domain"] in wanted
    }
    terms = [
        Term(row["term"], row["code"], codes[row["code"]].kind, language, row["phonetic"], "shipped")
        for language in LANGUAGES
        for row in read_rows(folder, f"terms_{language}.csv")
        if row["domain"] in wanted and row["code"] in codes
    ]
    return Dictionary(codes.values(), terms)


def _with_plant_terms(shipped: Dictionary, extra: Iterable[PlantTerm]) -> Dictionary:
    codes = dict(shipped.codes)
    added: dict[tuple[str, str], Term] = {}
    for row in sorted(set(extra), key=lambda r: (normal_term(r.term), r.kind, r.code or "", r.language or "", r.term)):
        term, language = _checked(row)
        if (term, row.kind) in added:
            continue
        code = _code_of(row, term, language, shipped, codes)
        codes.setdefault(code.code, code)
        added[term, row.kind] = Term(term, code.code, row.kind, language, _phonetic(term), PLANT)
    replaced = {term for term, _ in added}
    kept = (t for t in shipped.terms if t.term not in replaced)
    return Dictionary(codes.values(), [*kept, *added.values()])


def _checked(row: PlantTerm) -> tuple[str, str]:
    term = normal_term(row.term)
    if not term:
        raise MasterDataError("dictionary.empty_term", "master/dictionary")
    if row.kind not in KINDS:
        raise MasterDataError("dictionary.unknown_kind", "master/dictionary", kind=row.kind, kinds=KINDS)
    language = row.language or ("zh" if is_chinese(term) else "en")
    if language not in LANGUAGES:
        raise MasterDataError("dictionary.unknown_language", "master/dictionary", language=language)
    return term, language


def _code_of(row: PlantTerm, term: str, language: str, shipped: Dictionary, codes: dict[str, Code]) -> Code:
    given = (row.code or "").strip()
    known = shipped.resolve(given or term, row.kind)
    if known is not None:
        return codes[known]
    code = _new_code(given or term, row.kind, codes)
    name = given if given and given != code else row.term.strip()
    in_chinese = is_chinese(name) if name == given else language == "zh"
    return Code(code, cast(MentionKind, row.kind), PLANT, "", name if in_chinese else "", "" if in_chinese else name)


def _new_code(text: str, kind: str, codes: dict[str, Code]) -> str:
    slug = "" if is_chinese(text) else _NOT_CODE.sub("_", normal_term(text)).strip("_")
    # Chinese words have no English field term of their own; a hash is stable and says that a plant made it.
    code = slug or f"{PLANT}_{hashlib.sha256(normal_term(text).encode()).hexdigest()[:8]}"
    return code if code not in codes or codes[code].kind == kind else f"{code}_{kind}"


def _phonetic(term: str) -> str:
    if not all(is_chinese(c) for c in term) or len(term) == 1:
        return "never"
    return "free" if len(term) >= FREE_FROM_CHARACTERS else "same_tone"
