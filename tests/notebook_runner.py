"""Runs a notebook's cells in order, as Jupyter would, and prints what it shows: tests/notebook_runner.py FILE.

Cells are plain Python (no magics). The value of a last expression is shown as Jupyter shows it, so that an answer
that cannot be drawn is an error here, too.
"""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path
from typing import Any


def run(file: Path) -> None:
    """Run every code cell; an error is raised as it is, with the number of its cell."""
    names: dict[str, Any] = {"__name__": "__main__"}
    cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
    for number, cell in enumerate(cells, start=1):
        if cell["cell_type"] == "code":
            _run_cell("".join(cell["source"]), f"{file.name}, cell {number}", names)


def _run_cell(source: str, place: str, names: dict[str, Any]) -> None:
    tree = ast.parse(source, place)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, place, "exec"), names)
    if isinstance(last, ast.Expr):
        _show(eval(compile(ast.Expression(last.value), place, "eval"), names))


def _show(value: Any) -> None:
    for way in ("_repr_mimebundle_", "_repr_html_"):
        if hasattr(value, way):
            print(getattr(value, way)())
            return
    print(repr(value))


if __name__ == "__main__":
    run(Path(sys.argv[1]))
