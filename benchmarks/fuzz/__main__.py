"""Fuzz one target, guided by coverage (atheris, libFuzzer), until it fails or the time is up.

    python -m benchmarks.fuzz redaction --seconds 600
    make fuzz                                            every target, ten minutes each

An input that fails is written to the folder named by --corpus, from which the next run starts. The short run that is a
test (tests/benchmarks/fuzz/test_targets.py) needs no atheris.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
from pathlib import Path

from benchmarks.fuzz.targets import TARGETS, seeds

PACKAGES = ["complaints", "classify"]  # whose branches guide the fuzzer


def main() -> None:
    """Run libFuzzer, which ends the process: 0 when nothing failed, 77 for an exception."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz", description=__doc__.splitlines()[0])
    parser.add_argument("target", choices=list(TARGETS))
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--corpus", type=Path, default=Path("build/fuzz"))
    asked = parser.parse_args()
    if importlib.util.find_spec("atheris") is None:
        raise SystemExit('atheris is not installed (Linux alone): pip install -c constraints.txt -e ".[fuzz]"')
    import atheris

    corpus = asked.corpus / asked.target
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds(asked.target)):
        (corpus / f"seed-{number}").write_bytes(seed)
    target = TARGETS[asked.target]
    with atheris.instrument_imports(include=PACKAGES):
        target(b"")  # imports what it needs
    limits = [f"-max_total_time={asked.seconds}", "-timeout=30", "-rss_limit_mb=4096", "-max_len=20000"]
    atheris.Setup([sys.argv[0], *limits, f"-artifact_prefix={corpus}/failed-", str(corpus)], target)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
