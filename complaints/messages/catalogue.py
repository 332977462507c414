"""The one catalogue of every sentence that a person reads: gettext .po files of a language, a file a room.

Babel reads and compiles them once; the compiled catalogue is kept in the cache folder under the digest of its sources,
so that `complaints --help` needs no Babel and a changed source is never read stale.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from complaints.system import cache_root

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

LOCALES = Path(__file__).parents[1] / "locale"
LOCALE_NAMES = {"zh": "zh_Hans_CN", "en": "en_US"}
LANGUAGES = tuple(LOCALE_NAMES)


def sources(language: str) -> list[Path]:
    """Return the .po files of a language (zh or en), one a room."""
    return sorted((LOCALES / language / "LC_MESSAGES").glob("*.po"))


def catalogue(language: str) -> Catalog:
    """Read and return the Babel catalogue of a language, all rooms in one.

    Raises:
        ValueError: a key stands twice.
    """
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import read_po

    whole = Catalog(locale=LOCALE_NAMES[language])
    for path in sources(language):
        with path.open("rb") as stream:
            for entry in read_po(stream, locale=LOCALE_NAMES[language]):
                if entry.id and whole.get(entry.id) is not None:
                    raise ValueError(f"{entry.id} stands twice")
                if entry.id:
                    whole.add(entry.id, entry.string)
    return whole


class _Missing(NullTranslations):
    """Answers for keys that a catalogue lacks: gettext itself would give the key, which may be a message's text too."""

    def gettext(self, message: str) -> str:
        return ""

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return ""


@cache
def translations(language: str) -> GNUTranslations:
    """Return the compiled catalogue of a language (zh or en); for a key that it lacks it gives an empty text."""
    known = _read(language)
    known.add_fallback(_Missing())
    return known


def _read(language: str) -> GNUTranslations:
    sha = hashlib.sha256(language.encode())
    for path in sources(language):
        sha.update(path.name.encode() + path.read_bytes())
    kept = cache_root() / "messages" / f"{language}-{sha.hexdigest()[:16]}.mo"
    with suppress(OSError, ValueError, UnicodeError), kept.open("rb") as stream:
        return GNUTranslations(stream)
    compiled = _compiled(language)
    with suppress(OSError):  # a cache folder that cannot be written costs time, nothing else
        kept.parent.mkdir(parents=True, exist_ok=True)
        draft = kept.with_name(f".{kept.name}.{os.getpid()}")
        draft.write_bytes(compiled)
        draft.replace(kept)
    return GNUTranslations(BytesIO(compiled))


def _compiled(language: str) -> bytes:
    from babel.messages.mofile import write_mo

    stream = BytesIO()
    write_mo(stream, catalogue(language))
    return stream.getvalue()


def pattern(key: str, language: str, n: object = None) -> str | None:
    """Return a message's text with its {names}, None for a key that the catalogue lacks.

    Args:
        n: a whole number chooses the form of a message that has a plural.
    """
    known = translations(language)
    text = known.ngettext(key, "", n) if isinstance(n, int) else ""
    return text or known.gettext(key) or None


def knows(key: str) -> bool:
    """Say whether the catalogue holds a message; both languages hold the same."""
    return pattern(key, "en") is not None
