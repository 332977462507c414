"""Old nights: nights/DATE holds the whole site of a night, its unchanged files shared with tonight's by hard links.

They move from the old site to the new one as whole folders: a site of thousands of pages is not linked anew for each
night that is kept.
"""

from __future__ import annotations

import os
import shutil
from datetime import date
from pathlib import Path

FOLDER = "nights"


def kept(site: Path, tonight: date, most: int | None = None) -> list[date]:
    """Return the nights that a site will hold, the newest first.

    Args:
        site: the site as it stands; it may be missing.
        tonight: the night that is being written.
        most: how many are kept, tonight included; 0 keeps none, None all.
    """
    known = {tonight, *_stored(site)} if most != 0 else set()
    return sorted(known, reverse=True)[:most]


def _stored(site: Path) -> dict[date, Path]:
    found = {}
    for path in (site / FOLDER).glob("*-*-*"):
        try:
            found[date.fromisoformat(path.name)] = path
        except ValueError:
            continue  # not ours
    return found


def copy_in(folder: Path, night: date, outward: str = "") -> None:
    """Lay a copy of a new site (all but its nights) into its nights/DATE.

    Args:
        folder: the new site.
        night: its date.
        outward: the relative path by which pages link what lies beside the site, seen from its root; a page that holds
            it is copied with a link that still leads there, all others are shared.
    """
    target = folder / FOLDER / night.isoformat()
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if inside.parts[0] == FOLDER or path.is_dir():
            continue
        copy = target / inside
        copy.parent.mkdir(parents=True, exist_ok=True)
        if not (outward and path.suffix == ".html" and _relink(path, inside, copy, outward)):
            _share(path, copy)


def _relink(path: Path, inside: Path, copy: Path, outward: str) -> bool:
    root = "../" * (len(inside.parts) - 1)
    # No text on a page can hold a quotation mark as it is: this is an attribute that the template made.
    link, deeper = (f'src="{root}{way}{outward}'.encode() for way in ("", "../../"))
    content = path.read_bytes()
    if link not in content:
        return False
    copy.write_bytes(content.replace(link, deeper))
    return True


def _share(path: Path, copy: Path) -> None:
    try:
        os.link(path, copy)
    except OSError:  # a file system without hard links
        shutil.copyfile(path, copy)


def move(old: Path, new: Path) -> None:
    """Move the nights of an old site, but those that the new one has, to the new one."""
    for night, path in sorted(_stored(old).items()):
        target = new / FOLDER / night.isoformat()
        if not target.exists():
            target.parent.mkdir(exist_ok=True)
            path.rename(target)


def prune(site: Path, keep: list[date]) -> None:
    """Remove the nights that are not to be kept."""
    for night, path in _stored(site).items():
        if night not in keep:
            shutil.rmtree(path)
