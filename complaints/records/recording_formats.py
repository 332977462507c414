"""The formats of recordings: the one list that intake, the decoder, doctor, redaction of names and the docs read."""

from __future__ import annotations

# Ending: FFmpeg's decoders of what telephone systems, phones and meeting recorders write under it.
RECORDING_FORMATS: dict[str, tuple[str, ...]] = {
    "wav": ("pcm_s16le", "pcm_mulaw", "pcm_alaw", "adpcm_ima_wav", "gsm_ms"),
    "mp3": ("mp3",),
    "m4a": ("aac",),
    "aac": ("aac",),
    "ogg": ("vorbis", "opus"),
    "opus": ("opus",),
    "flac": ("flac",),
    "amr": ("amrnb", "amrwb"),
    "wma": ("wmav2", "wmavoice"),
    "webm": ("opus", "vorbis"),
    "mp4": ("aac",),
    "3gp": ("amrnb", "aac"),
    "au": ("pcm_mulaw", "pcm_s16be"),
    "aif": ("pcm_s16be",),
    "mp2": ("mp2",),
    "gsm": ("gsm",),  # raw GSM 06.10 frames, as Asterisk writes them
    "vox": ("adpcm_ima_oki",),  # raw Dialogic ADPCM of 8,000 samples a second, no header
}
RECORDING_SUFFIXES = tuple(f".{name}" for name in RECORDING_FORMATS)
FORMAT_NAMES = f"{', '.join(list(RECORDING_FORMATS)[:-1])} or {list(RECORDING_FORMATS)[-1]}"
