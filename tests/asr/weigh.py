"""Hears a short and a long recording in this process and prints the peak memory after each, in bytes."""

from __future__ import annotations

import json
import resource
import sys
import tempfile
from pathlib import Path

from asr.audio.decode import Decoder
from asr.recognition.recognise import recognise
from asr.recognition.settings import RecogniseSettings
from asr.recognition.whisper import Engine, EngineSettings


def main() -> None:
    """Take the model's folder and the two recordings as arguments."""
    engine = Engine(EngineSettings(sys.argv[1], "cpu", beam_size=1))
    told = []
    with Decoder() as decoder:
        for name in sys.argv[2:]:
            with tempfile.TemporaryDirectory() as folder:
                audio = decoder.decode(Path(name), Path(folder), name)
                recognise(audio, engine, RecogniseSettings(language="zh"))
            process = decoder._child._process
            assert process is not None
            status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
            decoding = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) * 1024
            told.append([resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, decoding])
    print(json.dumps(told))


if __name__ == "__main__":
    main()
