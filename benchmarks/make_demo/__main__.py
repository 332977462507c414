"""Command line: python -m benchmarks.make_demo OUT [--audio KOKORO_FOLDER] [--seed N]."""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.make_demo.generate import generate
from benchmarks.make_demo.layout import SEED


def main() -> None:
    """Write the demo's files."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.make_demo", description=main.__doc__)
    parser.add_argument("out", type=Path, help="folder to write, laid out like a workspace")
    parser.add_argument("--audio", type=Path, help="folder of the speech model; without it no recordings are made")
    parser.add_argument("--seed", type=int, default=SEED)
    args = parser.parse_args()
    generate(args.out, args.seed, args.audio)


if __name__ == "__main__":
    main()
