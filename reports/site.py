"""The site's folder: built beside the old one, then swapped whole, so that a reader never meets a half-written site."""

from __future__ import annotations

import ctypes
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from reports.pages import Page

STATIC = Path(__file__).parent / "static"
AT_FDCWD, RENAME_EXCHANGE = -100, 2  # linux/fcntl.h, linux/fs.h


def write_site(site: Path, pages: Iterable[Page]) -> int:
    """Write pages and static files as the whole content of `site`, and return how many pages.

    A file whose bytes are those of the old site is taken over as it is (a hard link where the file system has them), so
    that a copy or a backup sees only what changed. A crash leaves the old site or the new one.

    Args:
        site: the folder; its parent must exist. Leftovers of a crash beside it are cleared away.
        pages: paths are relative to `site`, made by this room, with "/" between folders.
    """
    new, old = site.with_name(f".{site.name}.new"), site.with_name(f".{site.name}.old")
    _recover(site, old)
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir()
    count = 0
    for page in pages:
        _write(new, site, page.path, page.html.encode("utf-8"))
        count += 1
    for file in sorted(STATIC.iterdir()):
        _write(new, site, f"static/{file.name}", file.read_bytes())
    swap(new, site, old)
    return count


def _recover(site: Path, old: Path) -> None:
    """Put the old site back when a crash came between the two renames."""
    if old.exists():
        if site.exists():
            shutil.rmtree(old)
        else:
            old.rename(site)


def _write(new: Path, before: Path, path: str, content: bytes) -> None:
    target, known = new / path, before / path
    target.parent.mkdir(parents=True, exist_ok=True)
    if not known.is_symlink() and known.is_file() and known.read_bytes() == content:
        try:
            os.link(known, target)
            return
        except OSError:
            pass  # a file system without hard links: written anew
    target.write_bytes(content)


def swap(new: Path, site: Path, old: Path) -> None:
    """Put `new` in the place of `site` in one step where the system can, else in two, and remove what was there."""
    if not site.exists():
        new.rename(site)
        return
    if _exchange(new, site):
        shutil.rmtree(new)
        return
    site.rename(old)
    new.rename(site)
    shutil.rmtree(old)


def _exchange(first: Path, second: Path) -> bool:
    """Exchange two names atomically (renameat2, Linux); False where kernel or file system cannot."""
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    done: int = rename(AT_FDCWD, os.fsencode(first), AT_FDCWD, os.fsencode(second), RENAME_EXCHANGE)
    return done == 0
