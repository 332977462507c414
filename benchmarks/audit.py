"""Known holes of the tested versions: python -m benchmarks.audit (make audit).

pip-audit compares constraints.txt with the advisories of the package index. An index that has none (a mirror), or none
that can be reached, checks nothing, though pip-audit then finds "no known vulnerabilities": it is said in so many words
how many packages were looked up. Exit code 1: one has a known hole. 0: none has, or nothing could be looked up.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

CONSTRAINTS = Path(__file__).parents[1] / "constraints.txt"
ANSWER_S = 5  # for one answer of the index
LONGEST_S = 180  # for all: where nobody answers, waiting for each package in turn would take an hour


def main() -> int:
    """Print what was looked up and found."""
    command = [sys.executable, "-m", "pip_audit", "-r", str(CONSTRAINTS), "--no-deps", "--disable-pip", "-f", "json"]
    command += ["--timeout", str(ANSWER_S)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=LONGEST_S)
        report = done.stdout
    except subprocess.TimeoutExpired:
        report = ""
    told, code = judged(report)
    print(told)
    return code


def judged(report: str) -> tuple[str, int]:
    """Return what pip-audit's JSON report comes to, in words, and the exit code."""
    try:
        packages = json.loads(report)["dependencies"]
    except (ValueError, KeyError):
        packages = []
    looked_up = [package for package in packages if "skip_reason" not in package]
    if not looked_up:
        return "NOT CHECKED: no source of advisories can be reached from here. Run `make audit` where there is one.", 0
    holes = [f"{p['name']} {p['version']}: {hole['id']}" for p in looked_up for hole in p["vulns"]]
    counted = f"{len(looked_up)} of {len(packages)} packages were looked up, {len(holes)} known holes"
    return "\n".join([counted, *holes]), int(bool(holes))


if __name__ == "__main__":
    raise SystemExit(main())
