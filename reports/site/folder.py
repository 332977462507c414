"""The site's folder: built beside the old one, then swapped whole, so that a reader never meets a half-written site."""

from __future__ import annotations

import ctypes
import os
import shutil
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from reports.site import archive as nights

if TYPE_CHECKING:
    from reports.site.pages import Page

STATIC = Path(__file__).parents[1] / "static"
AT_FDCWD, RENAME_EXCHANGE = -100, 2  # linux/fcntl.h, linux/fs.h


class NewSite:
    """A site being built beside `site`; nothing of it is seen before `swap`; a crash leaves the old or the new.

    A file whose bytes are those of the old site is taken over as it is (a hard link where the file system has them), so
    that a copy or a backup sees only what changed.

    Args:
        site: the folder; its parent must exist. Leftovers of a crash beside it are cleared away.
    """

    def __init__(self, site: Path) -> None:
        self._site = site
        self._old = site.with_name(f".{site.name}.old")
        self.folder = site.with_name(f".{site.name}.new")
        self.changed: list[str] = []  # paths whose bytes are not those of the old site
        _recover(site, self._old, self.folder)
        self.folder.mkdir()

    def write(self, path: str, content: bytes) -> None:
        """Write a file; `path` is relative to the site, made by this room, with "/" between folders."""
        before = self._site / path
        if _same(before, content) and self._link(before, path):
            return
        if not _same(before, content):
            self.changed.append(path)
        self._target(path).write_bytes(content)

    def keep(self, path: str) -> None:
        """Take a file of the old site over as it is."""
        if not self._link(self._site / path, path):
            shutil.copyfile(self._site / path, self._target(path))

    def _link(self, before: Path, path: str) -> bool:
        try:
            os.link(before, self._target(path))
        except OSError:
            return False  # a file system without hard links
        return True

    def _target(self, path: str) -> Path:
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        return target

    def add_static(self) -> None:
        """Write the stylesheet and what else every page needs."""
        for file in sorted(STATIC.iterdir()):
            self.write(f"static/{file.name}", file.read_bytes())

    def swap(self) -> None:
        """Put the new site in the place of the old one, whose old nights move over."""
        if not self._site.exists():
            self.folder.rename(self._site)
            return
        if _exchange(self.folder, self._site):
            left = self.folder
        else:
            self._site.rename(self._old)
            self.folder.rename(self._site)
            left = self._old
        nights.move(left, self._site)
        shutil.rmtree(left)

    def archive(self, night: date, lists: Iterable[Page]) -> None:
        """Put the new site's nights/DATE into the old site and list its nights anew; all else stays."""
        laid, target = (site / nights.FOLDER / night.isoformat() for site in (self.folder, self._site))
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists():
            laid.rename(target)
        elif not _exchange(laid, target):
            shutil.rmtree(target)
            laid.rename(target)
        for page in lists:
            path = self._target(page.path)
            path.write_text(page.html, encoding="utf-8")
            path.replace(self._site / page.path)
        shutil.rmtree(self.folder)


def _same(path: Path, content: bytes) -> bool:
    return not path.is_symlink() and path.is_file() and path.read_bytes() == content


def _recover(site: Path, *left: Path) -> None:
    """Put the old site back when a crash came between two renames, and bring home the nights that had not moved yet."""
    for folder in left:
        if not folder.exists():
            continue
        if site.exists():
            nights.move(folder, site)
            shutil.rmtree(folder)
        elif folder.name.endswith(".old"):
            folder.rename(site)
        else:
            shutil.rmtree(folder)


def _exchange(first: Path, second: Path) -> bool:
    """Exchange two names atomically (renameat2, Linux); False where kernel or file system cannot."""
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    done: int = rename(AT_FDCWD, os.fsencode(first), AT_FDCWD, os.fsencode(second), RENAME_EXCHANGE)
    return done == 0
