"""The nearest right name for a wrong one: settings, tables, ids, files, folders."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from complaints.messages import Text, message

ALIKE = 0.6  # difflib ratio from which a name is offered; what is less alike is more often confusing than helpful


def nearest(given: str, known: Iterable[str], alike: float = ALIKE) -> str | None:
    """Return the known name that is spelt most like what was given, whatever its case; None where none is like it.

    Args:
        given: what somebody wrote.
        known: right names.
        alike: least difflib ratio, 0 to 1; 0 always offers one where one is known.
    """
    names = {name.casefold(): name for name in sorted(set(known), reverse=True)}
    found = difflib.get_close_matches(given.casefold(), list(names), n=1, cutoff=alike)
    return names[found[0]] if found else None


def meant(given: str, known: Iterable[str], otherwise: Text, alike: float = ALIKE) -> Text:
    """Return a hint: "Did you mean X?" where a known name is like what was given, else what to do otherwise."""
    near = nearest(given, known, alike)
    return message("hint.did_you_mean", near=near) if near else otherwise
