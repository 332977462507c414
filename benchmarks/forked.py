"""The command line in the child of a fork, whose parent has imported what it needs: a run costs its work alone."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn


def run_and_exit(arguments: Sequence[str], log: Path, *, errors_only: bool = False) -> NoReturn:
    """Run the command line as the leader of a group of its own, and end the process with its exit code.

    Args:
        arguments: of the command line.
        log: takes what it says, made anew; a failure that nobody foresaw stands there as "Traceback: ...".
        errors_only: only the standard error is kept.
    """
    os.setsid()
    stream = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(os.open(os.devnull, os.O_WRONLY) if errors_only else stream, 1)
    os.dup2(stream, 2)
    # What was started in the background ignores the interrupt key.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    code = 1
    try:
        import cli

        cli.main(list(arguments))
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException as error:
        print(f"Traceback: {type(error).__name__}: {error}", file=sys.stderr)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
