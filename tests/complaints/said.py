"""What the code says to people: the string templates of messages, read from the source."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SAYING = {
    "say", "speak", "tell", "_tell", "told", "ItemRefused", "Finding", "ModelMissing", "MasterDataError",
    "SettingsError", "ModelStatus", "_broken",
}  # fmt: skip
NAMES = {"what", "hint", "mend", "detail", "template", "told", "problem"}
FILES = (
    "complaints/tables/reader.py", "complaints/master/reader.py", "complaints/master/pfmea.py",
    "complaints/settings.py", "complaints/intake/*.py", "complaints/console/doctor.py", "complaints/models/*.py",
    "complaints/workspace/layout.py", "*/commands.py", "complaints/console/commands.py", "cli.py",
    "classify/review/read_workbook.py", "mapping/simulate/run.py",
    "asr/audio/decode.py", "asr/audio/decode_child.py", "asr/workers/local.py", "asr/stage.py", "mapping/checks.py",
)  # fmt: skip


def templates() -> set[str]:
    """Return every message of FILES, values as {}."""
    found: set[str] = set()
    for pattern in FILES:
        for file in sorted(ROOT.glob(pattern)):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                found |= set(_of(node))
    return {text for text in found if " " in text.strip() and re.search(r"[a-z]", text.replace("{}", ""))}


def _of(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") in SAYING:
        for argument in [*node.args, *(k.value for k in node.keywords)]:
            yield from _texts(argument)
    elif isinstance(node, ast.Return | ast.Assign) and node.value is not None and _told(node):
        yield from _texts(node.value)


def _told(node: ast.Return | ast.Assign) -> bool:
    if isinstance(node, ast.Return):
        return isinstance(node.value, ast.Tuple)
    return any(getattr(target, "id", "") in NAMES for target in node.targets)


def _texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)
    elif isinstance(node, ast.Tuple | ast.List | ast.BoolOp):
        for part in node.values if isinstance(node, ast.BoolOp) else node.elts:
            yield from _texts(part)
