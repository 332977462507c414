"""File names made from ids that people and plants chose."""

from __future__ import annotations

import re

import pytest

from reports.site.paths import file_stem, issue_page, station_page


@pytest.mark.parametrize(
    "identifier",
    [
        "../../etc/passwd",
        "a/b\\c",
        "ST 010",
        "..",
        ".",
        "",
        "工位/七",
        "CON",
        "a\nb",
        "\u202ex",
        "x" * 9999,
        "<b>",
        "%2e",
    ],
)
def test_a_stem_holds_nothing_but_letters_digits_and_hyphens(identifier: str) -> None:
    assert re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,48}[a-z0-9])?", file_stem(identifier))


def test_ids_that_look_alike_get_different_names_even_without_case() -> None:
    alike = ["ST-10", "st-10", "ST 10", "ST/10", "../ST-10", "ST-10 ", "工位10", "站位10"]
    assert len({file_stem(name) for name in alike}) == len(alike)


def test_kinds_of_pages_lie_in_their_own_folders() -> None:
    assert station_page("A") != issue_page("A")
