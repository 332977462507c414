"""Where each page lies in the site. Ids come from plants and people: no part of a path is taken from them as it is."""

from __future__ import annotations

import re
import unicodedata

from complaints.fingerprints import digest

LONGEST_SLUG = 32


def file_stem(identifier: str) -> str:
    """Return a file name (without suffix) for an id: its letters and digits for the eye, its digest for uniqueness.

    The answer holds only a-z, 0-9 and single hyphens, on a file system that ignores case too: "ST/010", "st-010" and
    "../010" get three names.
    """
    plain = unicodedata.normalize("NFKD", identifier).encode("ascii", "ignore").decode("ascii").lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain)[:LONGEST_SLUG].strip("-")
    return f"{slug}-{digest(identifier)[:8]}" if slug else digest(identifier)[:12]


def station_page(station_id: str) -> str:
    """Return a station's page, relative to the language's folder."""
    return f"stations/{file_stem(station_id)}.html"


def issue_page(issue_id: str) -> str:
    """Return an issue's page, relative to the language's folder."""
    return f"issues/{file_stem(issue_id)}.html"


def warning_page(warning_id: str) -> str:
    """Return a warning's page, relative to the language's folder."""
    return f"warnings/{file_stem(warning_id)}.html"


def supplier_page(supplier: str) -> str:
    """Return a supplier's page, relative to the language's folder."""
    return f"suppliers/{file_stem(supplier)}.html"
