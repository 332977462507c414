"""The pictures in the README, taken from the demo: ``python -m benchmarks.pictures DEMO_WORKSPACE [--out FOLDER]``.

DEMO_WORKSPACE is a folder in which `complaints demo` has run. Chromium must be on the path.
"""

from __future__ import annotations

import argparse
import shutil
from dataclasses import dataclass
from pathlib import Path

OUT = Path(__file__).parent.parent / "docs" / "pictures"
WIDTH = 1100


@dataclass(frozen=True, slots=True)
class Picture:
    """A page to show.

    Args:
        name: of the file, before the language.
        page: a glob under the site's language folder; the first page that also holds `holds` is shown.
        height: of the window, in CSS pixels.
        holds: what the page says.
        element: a selector of the part that is shown, or empty for what the window shows.
    """

    name: str
    page: str
    height: int
    holds: str = ""
    element: str = ""


ISSUE = "VB-QY-2605"  # the planted lot: of the issues, only the tree of the one behind it names it
PICTURES = (
    Picture("overview", "index.html", 1100),
    Picture("station", "stations/z040-*.html", 1300),
    Picture("issue", "issues/*.html", 1300, ISSUE),
    Picture("tree", "issues/*.html", 1300, ISSUE, "section[aria-labelledby=tree]"),
)


def take(site: Path, out: Path) -> list[Path]:
    """Take every picture in both languages.

    Args:
        site: the demo's site folder.
        out: where the PNG files go, NAME-LANGUAGE.png.
    """
    from playwright.sync_api import sync_playwright

    browser_path = shutil.which("chromium")
    if browser_path is None:
        raise SystemExit("chromium is not on the path; install it and try again")
    out.mkdir(parents=True, exist_ok=True)
    taken = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        for language in ("zh", "en"):
            for picture in PICTURES:
                page = browser.new_page(viewport={"width": WIDTH, "height": picture.height})
                pages = sorted((site / language).glob(picture.page))
                found = [path for path in pages if picture.holds in path.read_text(encoding="utf-8")]
                if not found:
                    raise SystemExit(f"{site / language}: no page {picture.page}; run complaints demo first")
                page.goto(found[0].as_uri())
                taken.append(out / f"{picture.name}-{language}.png")
                shown = page.locator(picture.element).first if picture.element else page
                shown.screenshot(path=taken[-1])
        browser.close()
    return taken


def main() -> None:
    """Parse the command line and say what was written."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--out", type=Path, default=OUT)
    args = parser.parse_args()
    for path in take(args.workspace / "site", args.out):
        print(path)


if __name__ == "__main__":
    main()
