"""The site's folder: whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from reports import site as room
from reports.pages import Page
from reports.site import write_site


def pages(**texts: str) -> list[Page]:
    return [Page(f"{name}.html", text) for name, text in texts.items()]


def test_pages_that_are_no_more_disappear(tmp_path: Path) -> None:
    write_site(tmp_path / "site", pages(a="1", b="2"))
    assert write_site(tmp_path / "site", pages(a="1")) == 1
    assert sorted(p.name for p in (tmp_path / "site").iterdir()) == ["a.html", "static"]


def test_an_unchanged_page_keeps_its_file(tmp_path: Path) -> None:
    site = tmp_path / "site"
    write_site(site, pages(a="1", b="2"))
    before = {name: (site / name).stat().st_ino for name in ("a.html", "b.html")}
    write_site(site, pages(a="1", b="3"))
    assert (site / "a.html").stat().st_ino == before["a.html"]
    assert (site / "b.html").stat().st_ino != before["b.html"]


def test_a_failure_on_the_way_leaves_the_old_site(tmp_path: Path) -> None:
    def broken() -> Iterator[Page]:
        yield Page("a.html", "new")
        raise OSError("disk full")

    site = tmp_path / "site"
    write_site(site, pages(a="old"))
    with pytest.raises(OSError, match="disk full"):
        write_site(site, broken())
    assert (site / "a.html").read_text(encoding="utf-8") == "old"
    write_site(site, pages(a="newer"))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["site"]


def test_without_an_atomic_exchange_the_site_is_still_swapped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_exchange", lambda first, second: False)
    site = tmp_path / "site"
    write_site(site, pages(a="old"))
    write_site(site, pages(a="new"))
    assert (site / "a.html").read_text(encoding="utf-8") == "new"
    assert [p.name for p in tmp_path.iterdir()] == ["site"]


def test_a_crash_between_two_renames_is_mended(tmp_path: Path) -> None:
    site = tmp_path / "site"
    write_site(site, pages(a="old"))
    inode = (site / "a.html").stat().st_ino
    site.rename(tmp_path / ".site.old")
    write_site(site, pages(a="old"))
    assert (site / "a.html").stat().st_ino == inode
    assert [p.name for p in tmp_path.iterdir()] == ["site"]
