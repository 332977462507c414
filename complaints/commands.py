"""`complaints key …`: the commands that belong to no stage."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import typer

from complaints.options import Folder, Json, Quiet, print_json, say

key_app = typer.Typer(help="The key of the serial tokens.", no_args_is_help=True)


@key_app.command("rotate", epilog="Example: `complaints key rotate -w plant-a`")
def key_rotate(workspace: Folder = Path(), quiet: Quiet = False, as_json: Json = False) -> None:
    """Make a new key and write every serial token of the workspace anew, in snapshots and reports too."""
    from complaints.keys import rotate_key
    from complaints.workspace import Workspace

    done = rotate_key(Workspace(workspace))
    if as_json:
        return print_json(asdict(done))
    say(f"New key: {done.vehicles} tokens of {done.cases} cases, in {done.snapshots} snapshot files too.", quiet)
    say("Tables exported and bundles shared before still hold the old tokens, and so do backups.", quiet)
