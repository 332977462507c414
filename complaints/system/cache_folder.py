"""The cache folder of this computer's user: what can be made anew at any time (compiled messages, assembled models)."""

from __future__ import annotations

import os
from pathlib import Path

CACHE_VARIABLE = "COMPLAINTS_CACHE"


def cache_root() -> Path:
    """Return ``$COMPLAINTS_CACHE``, else the operating system's cache folder of the user; it need not exist."""
    if named := os.environ.get(CACHE_VARIABLE):
        return Path(named).expanduser().absolute()
    from platformdirs import user_cache_path

    return user_cache_path("complaints")
