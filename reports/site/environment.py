"""The templates' environment: everything escaped, an unknown name is an error."""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from complaints.ranking import VERDICTS
from reports.facts import NO_STATION, SHOWN_QUARANTINE, STATUSES, listed
from reports.wording import TERMS, containment, phrases, sentences

if TYPE_CHECKING:
    from jinja2 import BytecodeCache, Environment
    from jinja2.bccache import Bucket

    from reports.wording import Words

TEMPLATES = Path(__file__).parents[1] / "templates"
EVIDENCE_ROWS = 2  # PFMEA rows of a hypothesis; what speaks against it may have one more
# control characters, direction marks, lone surrogates, non-characters
UNWANTED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
)
RR_SCALE = (0.25, 16.0)  # ends of the drawn interval


def environment(words: Words, media: str = "") -> Environment:
    """Return the templates' environment: everything escaped, an unknown name is an error.

    Args:
        words: of a language.
        media: source of the content security policy for recordings, empty: none may be played.
    """
    import jinja2

    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_clean,
        bytecode_cache=_compiled(),
    )
    made.filters["clip"] = clip
    made.globals |= {"w": words, "t": words.t, "s": sentences, "rr_mark": rr_mark, "NO_STATION": NO_STATION}
    made.globals |= {"media": media}
    made.globals |= {"phrases": phrases, "containment": containment, "listed": listed}
    made.globals |= {"verdicts": VERDICTS, "statuses": STATUSES, "terms": TERMS}
    made.globals |= {"quarantine_shown": SHOWN_QUARANTINE, "shown_rows": EVIDENCE_ROWS}
    return made


@cache
def _compiled() -> BytecodeCache:
    """Return the templates' code: both languages, and every site of this process, compile a template once."""
    import jinja2

    class Compiled(jinja2.BytecodeCache):
        def __init__(self) -> None:
            self._code: dict[tuple[str, str], bytes] = {}

        def load_bytecode(self, bucket: Bucket) -> None:
            if code := self._code.get((bucket.key, bucket.checksum)):
                bucket.bytecode_from_string(code)

        def dump_bytecode(self, bucket: Bucket) -> None:
            self._code[bucket.key, bucket.checksum] = bucket.bytecode_to_string()

    return Compiled()


def _clean(value: Any) -> Any:
    """Drop control and direction characters: no HTML text may hold the ones, the others scramble what follows them.

    Markup of our own passes.
    """
    if isinstance(value, str) and not isinstance(value, Markup) and not value.isprintable():
        return UNWANTED.sub("", value)
    return value


def clip(text: str, columns: int) -> str:
    """Return a text cut to a width in columns, of which a Chinese character takes two."""
    width = 0
    for at, character in enumerate(text):
        width += 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if width > columns:
            return text[:at].rstrip() + "…"
    return text


@dataclass(frozen=True, slots=True)
class RiskMark:
    """Where a relative risk, its interval and 1 lie on a log axis of 0 to 100."""

    one: float
    low: float
    high: float
    at: float


def rr_mark(rr: float | None, low: float | None, high: float | None) -> RiskMark | None:
    """Return the places to draw a relative risk with its interval; what lies beyond the axis stands at its end."""
    if rr is None:
        return None
    first, last = (math.log(end) for end in RR_SCALE)

    def place(value: float) -> float:
        inside = min(max(value, RR_SCALE[0]), RR_SCALE[1])
        return round(100 * (math.log(inside) - first) / (last - first), 1)

    return RiskMark(place(1.0), place(low if low is not None else RR_SCALE[0]), place(high or RR_SCALE[1]), place(rr))
