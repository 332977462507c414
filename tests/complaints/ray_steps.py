"""Work for workers, importable by them."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from complaints.errors import ItemRefused, ModelMissing


def serve_fates(folder: str) -> Callable[[str], str]:
    """Return a function that does to its worker or item what the item says."""

    def meet(fate: str) -> str:
        if fate == "refused":
            raise ItemRefused("asr.not_audio", "call.wav", formats="wav")
        if fate == "kills":
            os.kill(os.getpid(), signal.SIGKILL)
        mark = Path(folder) / "killed"
        if fate == "kills once" and not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return f"{fate} done"

    return meet


def serve_twice(_: None) -> Callable[[str], str]:
    """Return a function that says a word twice."""
    return lambda word: f"{word}, {word}"


def serve_a_sleeper(alarm: str) -> Callable[[str], str]:
    """Return a function that comes back once there is a file of this name."""

    def sleep(word: str) -> str:
        while not Path(alarm).exists():
            time.sleep(0.2)
        return word

    return sleep


def serve_nothing(_: None) -> Callable[[str], str]:
    """Fail as a worker without its model does."""
    raise ModelMissing("models.no_folder", "here")


def serve_fault(_: None) -> Callable[[str], str]:
    """Fail as nobody foresaw, with a message that quotes a customer."""

    def fail(word: str) -> str:
        raise KeyError(f"我叫张三 {word}")

    return fail
