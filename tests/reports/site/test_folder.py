"""The site's folder: whole or not at all."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from reports.site import archive as nights
from reports.site import folder as room
from reports.site.folder import NewSite


def write(site: Path, **texts: str) -> NewSite:
    """Write a site of small files, as `Editor` does."""
    new = NewSite(site)
    for name, text in texts.items():
        new.write(f"{name}.html", text.encode())
    new.add_static()
    new.swap()
    return new


def test_pages_that_are_no_more_disappear(tmp_path: Path) -> None:
    write(tmp_path / "site", a="1", b="2")
    write(tmp_path / "site", a="1")
    assert sorted(p.name for p in (tmp_path / "site").iterdir()) == ["a.html", "static"]


def test_an_unchanged_page_keeps_its_file(tmp_path: Path) -> None:
    site = tmp_path / "site"
    write(site, a="1", b="2")
    before = {name: (site / name).stat().st_ino for name in ("a.html", "b.html")}
    assert write(site, a="1", b="3").changed == ["b.html"]
    assert (site / "a.html").stat().st_ino == before["a.html"]
    assert (site / "b.html").stat().st_ino != before["b.html"]


def test_without_hard_links_unchanged_pages_are_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError("no links here")

    site = tmp_path / "site"
    write(site, a="1")
    monkeypatch.setattr("os.link", refuse)
    new = NewSite(site)
    new.keep("a.html")
    nights.copy_in(new.folder, date(2026, 6, 30))
    new.swap()
    assert [(site / at).read_text() for at in ("a.html", "nights/2026-06-30/a.html")] == ["1", "1"]


def test_a_failure_on_the_way_leaves_the_old_site(tmp_path: Path) -> None:
    site = tmp_path / "site"
    write(site, a="old")
    NewSite(site).write("a.html", b"new")  # and no swap
    assert (site / "a.html").read_text(encoding="utf-8") == "old"
    write(site, a="newer")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["site"]


def test_without_an_atomic_exchange_the_site_is_still_swapped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_exchange", lambda first, second: False)
    site = tmp_path / "site"
    write(site, a="old")
    write(site, a="new")
    assert (site / "a.html").read_text(encoding="utf-8") == "new"
    assert [p.name for p in tmp_path.iterdir()] == ["site"]


def test_a_crash_between_two_renames_is_mended(tmp_path: Path) -> None:
    site = tmp_path / "site"
    write(site, a="old")
    inode = (site / "a.html").stat().st_ino
    site.rename(tmp_path / ".site.old")
    write(site, a="old")
    assert (site / "a.html").stat().st_ino == inode
    assert [p.name for p in tmp_path.iterdir()] == ["site"]


@pytest.mark.parametrize("left", [".site.old", ".site.new"])
def test_nights_that_a_crash_left_behind_come_home(tmp_path: Path, left: str) -> None:
    site = tmp_path / "site"
    write(site, a="1")
    stranded = tmp_path / left / "nights" / "2026-06-01"
    stranded.mkdir(parents=True)
    (stranded / "a.html").write_text("then", encoding="utf-8")
    write(site, a="2")
    assert (site / "nights/2026-06-01/a.html").read_text(encoding="utf-8") == "then"
    assert [p.name for p in tmp_path.iterdir()] == ["site"]
