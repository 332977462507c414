"""The house: rooms with storeys, each with one face, no file loose and none too long, tests beside their module."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("asr", "classify", "cluster", "complaints", "mapping", "reports")
MOST_LINES = 400
MOST_LINES_OF_A_FUNCTION = 60
# What may stand directly in a room: its lowest floor, its stage, its commands. Everything else belongs to a storey.
LOOSE = {
    "complaints": {
        "__init__", "batching", "errors", "fingerprints", "keyed_hash", "nearest_name", "ranking", "run_log",
        "settings",
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


def section(room: str) -> list[list[str]]:
    """Return the rows of a room's table in ARCHITECTURE.md as cells."""
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").partition(f"\n### {room}\n")[2].split("\n#")[0]
    return [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("| ")
    ][1:]


def layers() -> dict[str, list[set[str]]]:
    """Return the storeys of each room with a contract of layers, from the top, those of one floor together."""
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    return {
        contract["containers"][0]: [set(floor.split(" | ")) for floor in contract["layers"]]
        for contract in linter["contracts"]
        if "containers" in contract
    }


@pytest.mark.parametrize(("room", "floors"), list(layers().items()))
def test_the_architecture_shows_the_storeys_of_a_room_in_the_order_that_imports_keep(
    room: str, floors: list[set[str]]
) -> None:
    names = [row[0].strip("`").removesuffix("/").removesuffix(".py") for row in section(room)]
    shown = [set(names[start : start + len(floor)]) for floor, start in zip(floors, starts(floors), strict=True)]
    assert shown == floors
    assert len(names) == sum(map(len, floors))


def starts(floors: list[set[str]]) -> list[int]:
    """Return how many storeys lie above each floor."""
    return [sum(map(len, floors[:number])) for number in range(len(floors))]


@pytest.mark.parametrize("room", ROOMS)
def test_every_file_that_the_architecture_names_in_a_room_is_there(room: str) -> None:
    inside = {
        path.relative_to(ROOT / room).with_suffix("").as_posix() for path in (ROOT / room).rglob("*") if path.is_file()
    } | {f"{path.relative_to(ROOT / room).as_posix()}/" for path in (ROOT / room).rglob("*") if path.is_dir()}
    missing = [
        f"{row[0]}: {name}"
        for row in section(room)
        for name in re.findall(r"`([^`]+)`", row[-1])
        if (f"{row[0].strip('`')}{name}" if len(row) > 2 else name) not in inside
    ]
    assert missing == []


def test_every_path_that_the_architecture_names_is_there() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    paths = re.findall(rf"`((?:{'|'.join(ROOMS)}|docs|tests)/[\w./]+)`", text)
    assert [path for path in paths if not (ROOT / path).exists()] == []
