"""A chart's SVG as pages hold it: shapes and words only, ids by content, words still marks that a language fills in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape, quoteattr

SVG = "{http://www.w3.org/2000/svg}"
FONT = "sans-serif"  # generic: the reader's system chooses, Chinese included
KEPT_TAGS = {"svg", "g", "path", "line", "rect", "circle", "text", "tspan", "defs", "clipPath"}
DROPPED_ATTRIBUTES = {
    "class", "role", "aria-hidden", "aria-label", "aria-roledescription", "pointer-events", "version", "style",
    "font-family",
}  # fmt: skip
DEFAULTS = {"opacity": "1", "font-weight": "normal", "stroke-width": "1"}
LENGTHS = {"d", "x", "y", "x1", "x2", "y1", "y2", "width", "height", "transform"}  # in pixels, which need no 15 digits
LONG_NUMBER = re.compile(r"-?\d+\.\d{2,}(?:e-?\d+)?")
MARK = re.compile(r"@(\w+)@")
UNPRINTABLE = ("Cc", "Cf", "Cs", "Co")


@dataclass(frozen=True, slots=True)
class Drawing:
    """An SVG whose words are still marks ("@x@")."""

    svg: str
    width: int

    def show(self, alt_text: str, words: Mapping[str, str]) -> str:
        """Return the SVG with its words and its text alternative; everything in it is escaped."""
        svg = MARK.sub(lambda m: escape(printable(words.get(m.group(1), ""))), self.svg)
        label = quoteattr(printable(alt_text))
        return svg.replace("<svg ", f'<svg role="img" aria-label={label} ', 1)


def tidy(svg: str, key: str) -> Drawing:
    """Return a drawing with only shapes and words in it, and ids that depend on its content alone.

    vl-convert numbers clip paths through the life of the process, so that a second run would differ in bytes.
    """
    root = ET.fromstring(svg)
    ids: dict[str, str] = {}
    for element in root.iter():
        if "id" in element.attrib:
            ids[element.attrib["id"]] = f"c{key}-{len(ids)}"
    _prune(root)
    for element in root.iter():
        for name, value in list(element.attrib.items()):
            if name in DROPPED_ATTRIBUTES or name.startswith("on") or DEFAULTS.get(name) == value:
                del element.attrib[name]
            elif name == "id":
                element.set(name, ids[value])
            elif name in LENGTHS:
                element.set(name, LONG_NUMBER.sub(_rounded, value))
            elif value.startswith("url(#"):
                element.set(name, f"url(#{ids.get(value[5:-1], '')})")
    root.set("font-family", FONT)
    width = round(float(root.attrib.get("width", 0)))
    ET.register_namespace("", SVG[1:-1])
    return Drawing(ET.tostring(root, encoding="unicode"), width)


def _rounded(number: re.Match[str]) -> str:
    return f"{round(float(number.group()), 1) + 0.0:g}"  # + 0.0: no negative zero


def _prune(parent: ET.Element) -> None:
    for child in list(parent):
        _prune(child)
        tag = child.tag.removeprefix(SVG) if isinstance(child.tag, str) else ""
        empty = tag in ("g", "defs") and len(child) == 0
        drawn = tag != "path" or child.get("d", "") not in ("", "M0,0h0v0h0Z")
        unseen = child.get("display") == "none" or child.get("opacity") == "0" or not drawn
        if tag not in KEPT_TAGS or empty or unseen:
            parent.remove(child)
        elif tag == "g" and not child.attrib:
            at = list(parent).index(child)
            parent.remove(child)
            parent[at:at] = list(child)


def printable(text: str) -> str:
    """Return a text without control and direction characters, which XML refuses or which scramble a label."""
    kept = (c for c in text if c.isspace() or unicodedata.category(c) not in UNPRINTABLE)
    return "".join(" " if c.isspace() else c for c in kept)
