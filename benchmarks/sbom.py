"""The software bill of materials: python -m benchmarks.sbom FOLDER (make build).

What the installed program consists of, as CycloneDX 1.6 JSON: every package that it needs to run, with its version,
licence and place in the tree, and the model packages of models.txt with the digests that installing them requires.
cyclonedx-py reads the environment; what only builds, checks or tests is left out. The same environment gives the same
bytes.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from complaints import __version__

ROOT = Path(__file__).parents[1]
PINNED = re.compile(r"^(\S+)==(\S+) (?:\\\n +)?--hash=sha256:(\w{64})", re.M)


def models() -> dict[str, str]:
    """Return the SHA-256 of each model package of models.txt by its name."""
    return {name: digest for name, _, digest in PINNED.findall((ROOT / "models.txt").read_text(encoding="utf-8"))}


def needed(requirements: Iterable[str]) -> dict[str, list[str]]:
    """Return all packages that the requirements ask for, directly or in turn, each with those that it needs itself.

    Raises:
        importlib.metadata.PackageNotFoundError: one of them is not installed.
    """
    from packaging.requirements import Requirement

    def met(texts: Iterable[str], extras: frozenset[str]) -> list[tuple[str, frozenset[str]]]:
        wanted = [Requirement(text) for text in texts]
        kept = [w for w in wanted if not w.marker or any(w.marker.evaluate({"extra": e}) for e in extras | {""})]
        return [(plain_name(w.name), frozenset(w.extras)) for w in kept]

    found: dict[tuple[str, frozenset[str]], list[str]] = {}
    waiting = met(requirements, frozenset())
    while waiting:
        here = waiting.pop()
        if here not in found:
            below = met(distribution(here[0]).requires or (), here[1])
            found[here] = [name for name, _ in below]
            waiting += below
    tree: dict[str, set[str]] = {}
    for (name, _), below_names in found.items():
        tree.setdefault(name, set()).update(below_names)
    return {name: sorted(names) for name, names in tree.items()}


def bill() -> dict[str, Any]:
    """Return the bill of materials of the environment that runs this."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    digests = models()
    # The model packages are read as data: what they say they need is not installed.
    tree = needed(project["dependencies"]) | {name: [] for name in digests}
    made = _environment()
    parts = {plain_name(part["name"]): part for part in made["components"]}
    for name, digest in digests.items():
        parts[name]["hashes"] = [{"alg": "SHA-256", "content": digest}]
    root = made["metadata"]["component"]
    root["version"] = __version__
    direct = sorted({plain_name(re.split(r"[^\w.-]", text)[0]) for text in project["dependencies"]} | {*digests})
    made["components"] = [parts[name] for name in sorted(tree)]
    made["dependencies"] = [
        {"ref": ref, "dependsOn": sorted(parts[name]["bom-ref"] for name in below)}
        for ref, below in [(root["bom-ref"], direct), *((parts[name]["bom-ref"], tree[name]) for name in sorted(tree))]
    ]
    return made


def faults(text: str) -> str:
    """Return what the schema of CycloneDX finds wrong with a bill, empty where nothing."""
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    return str(JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) or "")


def _environment() -> dict[str, Any]:
    """Return what cyclonedx-py finds installed; it is checked once only what is needed is left."""
    options = ["--pyproject", str(ROOT / "pyproject.toml"), "--gather-license-texts", "--output-reproducible"]
    command = [
        sys.executable,
        "-m",
        "cyclonedx_py",
        "environment",
        *options,
        "--no-validate",
        "-o",
        "-",
        sys.executable,
    ]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    made: dict[str, Any] = json.loads(done.stdout)
    return made


def plain_name(name: str) -> str:
    """Return a package's name as indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def main() -> int:
    """Write the bill and say what is in it; 1 where the schema refuses it."""
    made = bill()
    text = json.dumps(made, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    wrong = faults(text)
    if wrong:
        print(f"not a CycloneDX bill: {wrong}", file=sys.stderr)
        return 1
    file = Path(sys.argv[1]) / f"complaint_mining-{__version__}.cdx.json"
    file.write_text(text, encoding="utf-8")
    silent = [part["name"] for part in made["components"] if not part.get("licenses")]
    print(f"{file}: {len(made['components'])} packages; without a licence: {', '.join(silent) or 'none'}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
