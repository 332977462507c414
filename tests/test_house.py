"""The house: rooms with storeys, each with one face, no file loose and none too long, tests beside their module."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROOMS = ("asr", "classify", "cluster", "complaints", "mapping", "reports")
MOST_LINES = 400
MOST_LINES_OF_A_FUNCTION = 60
# What may stand directly in a room: its lowest floor, its stage, its commands. Everything else belongs to a storey.
LOOSE = {
    "complaints": {
        "__init__", "batching", "cache_folder", "errors", "fingerprints", "keyed_hash", "nearest_name", "ranking",
        "recording_formats", "records", "run_log", "settings", "vocabulary",
    },
    "classify": {"__init__", "commands", "stage"},
    "reports": {"__init__", "commands", "notify", "stage"},
}  # fmt: skip


def modules() -> Iterator[tuple[str, Path]]:
    """Return every module of the program by its dotted name."""
    for path in [ROOT / "cli.py", *(file for room in ROOMS for file in sorted((ROOT / room).rglob("*.py")))]:
        parts = path.relative_to(ROOT).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def importers() -> Iterator[tuple[str, Path]]:
    """Return all that imports the program: its own modules, tests, benchmarks, the documentation's generator."""
    yield from modules()
    for folder in ("tests", "benchmarks", "docs"):
        yield from ((folder, path) for path in sorted((ROOT / folder).rglob("*.py")))


def storey_of(module: str) -> str | None:
    """Return the sub-package that a module stands in, None for a module directly in its room."""
    parts = module.split(".")
    inside = len(parts) > 2 or (len(parts) == 2 and (ROOT / parts[0] / parts[1]).is_dir())
    return ".".join(parts[:2]) if parts[0] in ROOMS and inside else None


def imports(path: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Return (module, names) of every import statement of a file, wherever it stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, tuple(alias.name for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from ((alias.name, ()) for alias in node.names)


def shown(face: Path) -> set[str]:
    """Return `__all__` of a face, empty where it has none."""
    for node in ast.parse(face.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__":
            return set(ast.literal_eval(node.value))
    return set()


def test_a_storey_is_entered_by_its_face_alone() -> None:
    past = [
        f"{module} imports {target}"
        for module, path in modules()
        for target, _ in imports(path)
        if (storey := storey_of(target)) and target != storey and storey_of(module) != storey
    ]
    assert past == []


def test_a_face_shows_nothing_that_nobody_imports() -> None:
    wanted: dict[str, set[str]] = {}
    for module, path in importers():
        for target, names in imports(path):
            storey = storey_of(target)
            if storey and storey_of(module) != storey:
                wanted.setdefault(storey, set()).update(names)
    idle = {storey: sorted(shown(path) - wanted[storey]) for storey, path in modules() if storey_of(storey) == storey}
    assert {storey: names for storey, names in idle.items() if names} == {}


def test_no_file_stands_loose_in_a_room() -> None:
    loose = {room: {file.stem for file in (ROOT / room).glob("*.py")} - allowed for room, allowed in LOOSE.items()}
    assert {room: names for room, names in loose.items() if names} == {}


def test_no_module_is_longer_than_a_reader_bears() -> None:
    long = {module: lines for module, path in modules() if (lines := path.read_text("utf-8").count("\n")) > MOST_LINES}
    assert long == {}


def test_no_function_is_longer_than_a_screen() -> None:
    long = {
        f"{module}.{node.name}": lines
        for module, path in modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or 0) - node.lineno + 1) > MOST_LINES_OF_A_FUNCTION
    }
    assert long == {}


def test_what_runs_before_a_commit_is_what_make_check_runs() -> None:
    hooks = re.findall(r"^ +entry: (.+)$", (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"), re.M)
    target = (ROOT / "Makefile").read_text(encoding="utf-8").partition("\ncheck:")[2].partition("\n\n")[0]
    assert hooks == [line.strip().replace("$(BIN)", ".venv/bin") for line in target.splitlines()[1:]]


def test_tests_mirror_the_tree() -> None:
    """A file of tests is named after the module it tests; a storey's own name stands for its face."""
    strangers = []
    for path in sorted(file for room in (*ROOMS, "benchmarks") for file in (ROOT / "tests" / room).rglob("test_*.py")):
        folder, name = ROOT / path.parent.relative_to(ROOT / "tests"), path.stem.removeprefix("test_")
        if not (folder / f"{name}.py").exists() and name != folder.name:
            strangers.append(path.relative_to(ROOT).as_posix())
    assert strangers == []
