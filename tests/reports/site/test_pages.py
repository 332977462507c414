"""Markup in any text that people or plants write stays text: a hostile site has the very nodes of a plain one."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest

from complaints.dictionary import Dictionary
from reports.site.pages import Page
from tests.reports.invented import Say, fill, make_night, pages_of, plain

ATTACKS = (
    "</script><script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)><svg/onload=alert(1)>",
    "</bdi></p></title></style><!-- <![CDATA[",
    "\u202e\u2066\u200f\x00\x07\x1b{{ 7*7 }}{% raw %}{0}{x.y}%s@x@",
    "javascript:alert(1)//" + "x" * 10_000,
)


class Skeleton(HTMLParser):
    """Elements in order, with the names of their attributes, and nothing of what they say."""

    def __init__(self) -> None:
        super().__init__()
        self.nodes: list[tuple[str, tuple[str, ...]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.nodes.append((tag, tuple(name for name, _ in attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.nodes.append((f"/{tag}", ()))

    def handle_comment(self, data: str) -> None:
        self.nodes.append(("comment", ()))

    def handle_pi(self, data: str) -> None:
        self.nodes.append(("pi", ()))

    def unknown_decl(self, data: str) -> None:
        self.nodes.append(("declaration", ()))


def skeleton(page: Page) -> list[tuple[str, tuple[str, ...]]]:
    parser = Skeleton()
    parser.feed(page.html)
    parser.close()
    return parser.nodes


def site(root: Path, dictionary: Dictionary, say: Say) -> list[Page]:
    with make_night(root, dictionary) as night:
        fill(night.store, say, cases=24)
        return pages_of(night)


@pytest.fixture(scope="module")
def harmless(tmp_path_factory: pytest.TempPathFactory, dictionary: Dictionary) -> list[Page]:
    return site(tmp_path_factory.mktemp("harmless"), dictionary, plain)


@pytest.mark.parametrize("attack", ATTACKS, ids=range(len(ATTACKS)))
def test_hostile_text_adds_no_node(attack: str, harmless: list[Page], tmp_path: Path, dictionary: Dictionary) -> None:
    hostile = site(tmp_path, dictionary, lambda text: text + attack)
    assert len(hostile) == len(harmless)
    for bad, good in zip(hostile, harmless, strict=True):
        assert skeleton(bad) == skeleton(good), bad.path


def test_a_page_holds_no_control_character(tmp_path: Path, dictionary: Dictionary) -> None:
    pages = site(tmp_path, dictionary, lambda text: text + "\x00\x08\x1b\x7f"[:3])
    assert [p.path for p in pages if any(c < " " and c not in "\n\t" for c in p.html)] == []


def test_every_page_carries_the_content_security_policy(harmless: list[Page]) -> None:
    policy = (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:;"
        " base-uri 'none'; form-action 'none'"
    )
    assert all(policy in page.html for page in harmless)


def test_no_page_holds_a_script_of_its_own_a_style_attribute_or_an_event_handler(harmless: list[Page]) -> None:
    for page in harmless:
        nodes = skeleton(page)
        assert [names for tag, names in nodes if tag == "script"] == [("src", "defer")]
        assert not {tag for tag, _ in nodes} & {"iframe", "object", "embed", "form", "style"}
        assert not {name for _, names in nodes for name in names if name == "style" or name.startswith("on")}
