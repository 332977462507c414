"""Which kind of product a text is about, so that words shared by two trades are read in the right one.

A workspace may serve several domains (cars and household appliances). "移位" of a washing machine is a symptom; of a
car's bush it is not. A code of one domain alone is dropped where the text speaks of another domain only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

from classify.reading.cues import alternation
from classify.reading.data import table
from classify.reading.normalise import fold

if TYPE_CHECKING:
    from complaints.dictionary import Dictionary

DOMAINS = ("car", "appliance")


@cache
def _words(language: str) -> dict[str, re.Pattern[str]]:
    grouped: dict[str, list[str]] = {domain: [] for domain in DOMAINS}
    for row in table("domains"):
        if row["language"] == language:
            grouped[row["domain"]].append(fold(row["word"]))
    return {domain: re.compile(alternation(words, language)) for domain, words in grouped.items()}


def code_domains(dictionary: Dictionary) -> dict[str, str]:
    """Return the codes that belong to one domain only, with it."""
    return {code.code: code.domain for code in dictionary.codes.values() if code.domain in DOMAINS}


def foreign_domain(text: str, language: str, components: Iterable[str], domains: dict[str, str]) -> str | None:
    """Return the domain that a text is not about, or None when it is about both or tells nothing.

    Args:
        text: the folded text.
        language: zh or en.
        components: codes of the components found in it.
        domains: `code_domains`.
    """
    spoken = {domain for domain, words in _words(language).items() if words.search(text)}
    if len(spoken) != 1:
        spoken = {domains[code] for code in components if code in domains}
    return next(domain for domain in DOMAINS if domain not in spoken) if len(spoken) == 1 else None
