"""The reference pages, from the code: python docs/generate.py [--check].

Settings, commands, tables, exit codes and dictionary codes are written into docs/reference/; --check says which pages
are not what the code would give, and ends with 1.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from inspect import cleandoc
from pathlib import Path
from typing import Any

PLACE = Path(__file__).parent / "reference"
MADE = "<!-- made by docs/generate.py: change the code, not this page -->\n\n"
EXIT_CODES = {
    "OK": "all done",
    "OTHER": "anything else; the log's path is printed",
    "USAGE": "wrong use",
    "QUARANTINED": "done, but inputs of this run were newly quarantined (`complaints status` names them)",
    "CONFIGURATION": "settings invalid, a master file unreadable or without a required column",
    "MODEL": "a model that this run needs is missing or does not load",
    "LOCKED": "a living run holds the workspace",
    "INTERRUPTED": "interrupted; what was committed stays",
}


def pages() -> Iterator[tuple[str, str]]:
    """Yield (file name, content) of every page."""
    from complaints.outputs.export import schema_text

    yield "settings.md", MADE + "\n".join(settings())
    yield "commands.md", MADE + "\n".join(commands())
    yield "inputs.md", MADE + "\n".join(inputs())
    yield "tables.md", MADE + "\n".join(tables())
    yield "exit-codes.md", MADE + "\n".join(exit_codes())
    yield "dictionary.md", MADE + "\n".join(dictionary())
    yield "supply-chain.md", MADE + "\n".join(supply_chain())
    yield "tables.schema.json", schema_text()


def supply_chain() -> Iterator[str]:
    """Yield the page of dependencies; a dependency without a reason in docs/dependencies.csv is an error."""
    with (PLACE.parent / "dependencies.csv").open(encoding="utf-8", newline="") as stream:
        reasons = {row["name"]: row["reason"] for row in csv.DictReader(stream)}
    with (PLACE.parents[1] / "constraints.txt").open(encoding="utf-8") as stream:
        tested = {plain_name(name): version.strip() for name, _, version in (line.partition("==") for line in stream)}
    project = tomllib.loads((PLACE.parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    yield from SUPPLY_CHAIN
    for title, wanted in {"the program": project["dependencies"], **project["optional-dependencies"]}.items():
        yield f"\n## {title}\n\n| package | range | tested | reason |\n|---|---|---|---|"
        for requirement in wanted:
            name = re.split(r"[<>=\[]", requirement)[0]
            span = requirement.removeprefix(name)
            yield f"| `{name}` | `{span}` | {tested.get(plain_name(name), '')} | {reasons[name]} |"


SUPPLY_CHAIN = (
    "# Supply chain\n",
    "Every direct dependency with its reason. A test fails on one without.\n",
    "- `pyproject.toml` holds ranges; `constraints.txt` pins the tested version of every package, indirect ones too.",
    "- `models.txt` pins the model packages by SHA-256; the program checks each of their files again before use and",
    "  never imports their code. Weights are safetensors or CTranslate2 files: a pickle is refused unread.",
    "- `constraints.txt` holds no hashes yet: wheels differ by platform, and the set is resolved against the index of",
    "  the place. For one platform: `pip-compile --generate-hashes -c constraints.txt pyproject.toml`, then",
    "  `pip install --require-hashes`.",
    "- `make audit`, a part of `.ci/run`, compares the tested versions with known advisories. Where no source of them",
    "  can be reached, it says `NOT CHECKED` and does not fail.",
    "- `make build`, a part of it too, writes wheel, source distribution and a bill of materials (CycloneDX JSON: what",
    "  runs, versions, licences, the models' digests) into `dist/`.",
    "- At run time nothing is downloaded unless a setting asks for it; a test runs the night without a network.",
)


def plain_name(name: str) -> str:
    """Return a package's name as indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def settings() -> Iterator[str]:
    """Yield the page of complaints.toml."""
    from complaints.messages import message, render
    from complaints.settings import Settings

    yield "# Settings\n"
    yield "`complaints.toml` in the workspace; `complaints init` writes it with every default. Unknown keys are"
    yield "refused, with the nearest known one.\n"
    for section, part in Settings.model_fields.items():
        described: Any = part.annotation
        about = message(f"setting.{section}")
        yield f"## [{section}]\n\n{render(about, 'en')}\n\n{render(about, 'zh')}\n"
        yield "| key | default | range | what it does | 说明 |\n|---|---|---|---|---|"
        properties = described.model_json_schema()["properties"]
        for key, field in described.model_fields.items():
            default = code(field.get_default(call_default_factory=True))
            told = [cell(render(message(f"setting.{section}.{key}"), language)) for language in ("en", "zh")]
            yield f"| `{key}` | {default} | {span(properties[key])} | {told[0]} | {told[1]} |"
        yield ""


def span(schema: dict[str, Any]) -> str:
    """Return what a setting may be, in words."""
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"]))
    ends = [("minimum", "from "), ("exclusiveMinimum", "over "), ("maximum", "to "), ("exclusiveMaximum", "under ")]
    found = [f"{word}{schema[name]:g}" for name, word in ends if name in schema]
    return " ".join(found) or schema.get("type", "")


def commands() -> Iterator[str]:
    """Yield the page of the commands."""
    import cli
    from complaints.console import localised

    yield "# Commands\n\nEvery command: `--help`. `-w` names the workspace (default: where you stand).\n"
    yield from command(localised(cli.app, "en"), "complaints")


def command(found: Any, name: str) -> Iterator[str]:
    """Yield a command's section, or those of a group's commands."""
    if hasattr(found, "commands"):
        for each, inner in sorted(found.commands.items()):
            yield from command(inner, f"{name} {each}")
        return
    arguments = [p for p in found.params if p.param_type_name == "argument"]
    usage = " ".join([name, *(f"{p.metavar or p.name.upper()}" for p in arguments)])
    yield f"## {name}\n\n```\n{usage}\n```\n\n{cleandoc(found.help or '')}\n"
    if found.epilog:
        yield f"{found.epilog}\n"
    options = [p for p in found.params if p.param_type_name != "argument" and p.name != "help"]
    shown = [(f"`{p.metavar or p.name.upper()}`", getattr(p, "help", "")) for p in arguments]
    shown += [(", ".join(f"`{o}`" for o in (*p.opts, *p.secondary_opts)), p.help or "") for p in options]
    if shown:
        yield "| | |\n|---|---|\n" + "\n".join(f"| {names} | {cell(what)} |" for names, what in shown) + "\n"


READ = """\
CSV, TSV, Excel's Unicode text (.txt), XLSX, XLSM, XLSB, XLS, ODS, JSON, JSONL, NDJSON or Parquet;
texts and JSON also as .gz. Other headers are mapped: of the inbox under `[intake.columns]`, of
master files under `[master.columns]`. Case, blanks, underscores, hyphens, colons and asterisks in a
header do not matter.

- **Bytes** of texts: BOM, else strict UTF-8, else GB18030, Big5 or Windows-1252, whichever then
  reads as text; anything else is refused with the row and character.
- **Heads** may stand under titles and over two rows, among the first 25. Every visible sheet with
  matching heads is read; hidden sheets, pivot tables, and sheets that count complaints are left out
  and counted. A table without a row of heads is refused, and nothing of its first row is quoted.
- **Rows**: sub-totals and repeated heads are left out and counted. A row with a cell too many, a
  quotation mark that is never closed, or no text is refused by itself; of a file 100 are named, the
  others summed up.
- **Cells**: cells merged over rows hold for all of them; `#N/A` and Excel's other errors are empty;
  so are 无, 不详, N/A, -, 0 and the like as serial number, id, product or text. HTML's entities and
  `_x000D_` are decoded. An object or list of JSON is its words.
- **Dates**: ISO 8601, 2026年3月1日, 2026/3/1 下午 3:05, 26年3月1日, 3:05 PM, 1 Mar 2026, weekdays beside,
  Excel's serial days, seconds or milliseconds since 1970. A moment with a zone falls on the day of
  `general.time_zone`. Day or month first is decided by the whole column, or by `intake.date_order`;
  what stays open, like what is no date, leaves the text undated.
- **Limits**: a table is read in a process of its own with `intake.table_seconds` and
  `intake.table_memory_mb`; 5,000,000 rows, 16,384 columns, 1,000,000 characters a cell, and 100
  times its size unpacked.
"""


def inputs() -> Iterator[str]:
    """Yield the page of the tables that are read."""
    from complaints.intake import CALL_COLUMNS, TEXT_COLUMNS, WEAK_COLUMNS
    from complaints.master import MASTER_TABLES
    from complaints.records import RECORDING_FORMATS

    yield "# Input tables\n"
    yield READ
    told = "A table of complaints anywhere under `inbox/`."
    yield from headers("Complaint texts", told, ("text",), TEXT_COLUMNS)
    yield "Plain headers mean these columns where no header above does, the first of several:\n"
    yield "| column | plain headers |\n|---|---|"
    yield from (f"| `{column}` | {cell(', '.join(names))} |" for column, names in WEAK_COLUMNS.items())
    yield ""
    told = "`calls.csv` beside recordings, or above them. Recordings are files of " + ", ".join(
        f"`.{name}`" for name in RECORDING_FORMATS
    )
    told += "; raw GSM 06.10 and Dialogic ADPCM (8,000 samples a second) are known by their endings alone."
    yield from headers("Recordings", told, ("file",), CALL_COLUMNS)
    for name, table in MASTER_TABLES.items():
        told = "Any further column is a factor." if table.open_ended else ""
        known = {column: table.headers.get(column, ()) for column in (*table.required, *table.optional)}
        yield from headers(f"master/{name}", told, table.required, known)


def headers(title: str, told: str, required: Any, known: Any) -> Iterator[str]:
    """Yield the section of one input table."""
    yield f"## {title}\n\n{told}\n\n| column | needed | other headers |\n|---|---|---|"
    for column, others in known.items():
        yield f"| `{column}` | {'yes' if column in required else ''} | {cell(', '.join(others))} |"
    yield ""


def tables() -> Iterator[str]:
    """Yield the page of the public tables."""
    from complaints.outputs import CHOICES
    from complaints.records import PUBLIC_TABLES
    from complaints.store import column_types

    yield "# Tables\n"
    yield "The store, every snapshot and `complaints export` hold the same public tables. `tables.schema.json` beside"
    yield "this page describes them for machines.\n"
    described = {(row["table"], row["column"]): row for row in columns()}
    for name, record in PUBLIC_TABLES.items():
        yield f"## {name}\n\n{cleandoc(record.__doc__ or '')}\n"
        yield "| column | type | values | what it is | 说明 |\n|---|---|---|---|---|"
        types = column_types(record)
        for field in fields(record):
            values = ", ".join(CHOICES.get(name, {}).get(field.name, ()))
            told = described[name, field.name]
            yield f"| `{field.name}` | {types[field.name]} | {values} | {cell(told['en'])} | {cell(told['zh'])} |"
        yield ""


def columns() -> list[dict[str, str]]:
    """Return what each column of the public tables is, in both languages."""
    with (PLACE.parent / "columns.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def exit_codes() -> Iterator[str]:
    """Yield the page of the exit codes."""
    from complaints.errors import ExitCode

    yield "# Exit codes\n\n| code | means |\n|---|---|"
    for code_ in ExitCode:
        yield f"| {int(code_)} | {EXIT_CODES[code_.name]} |"


def dictionary() -> Iterator[str]:
    """Yield the page of the shipped dictionary's codes."""
    from complaints.dictionary import load_dictionary

    shipped = load_dictionary()
    yield "# Dictionary codes\n"
    yield "Symptoms, components and conditions of the shipped dictionary; a plant adds its own words in"
    yield "`master/dictionary`.\n"
    kinds = ("symptom", "component", "condition")
    words = Counter(
        term.code for kind in kinds for language in ("zh", "en") for term in shipped.terms_of(kind, language)
    )
    for kind in kinds:
        yield f"## {kind}\n\n| code | 中文 | English | part of | wordings |\n|---|---|---|---|---|"
        for name, found in sorted(shipped.codes.items()):
            if found.kind == kind:
                names = f"{cell(found.name_zh)} | {cell(found.name_en)}"
                yield f"| `{name}` | {names} | {code(found.parent)} | {words[name]} |"
        yield ""


def cell(text: str | None) -> str:
    """Return a text as a table's cell holds it."""
    return " ".join((text or "").replace("|", "\\|").split())


def code(value: Any) -> str:
    """Return a value as TOML would write it, marked as code; nothing for an empty name."""
    return (
        ""
        if value == "" and not isinstance(value, bool)
        else f"`{json.dumps(value, ensure_ascii=False)}`".replace('`"', "`").replace('"`', "`")
    )


def main() -> int:
    """Write the pages, or check them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing; name the pages that are out of date")
    checked = parser.parse_args().check
    stale = []
    for name, content in pages():
        path = PLACE / name
        text = content.rstrip() + "\n"
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
            if not checked:
                path.write_text(text, encoding="utf-8")
    print("\n".join(stale) if stale else "every page is what the code gives")
    return int(checked and bool(stale))


if __name__ == "__main__":
    sys.exit(main())
