"""Personal data in complaints, found by our own recognisers and replaced by placeholders."""

from __future__ import annotations

from complaints.redaction.engine import redact, redact_turns
from complaints.redaction.file_names import redact_label, redact_name
from complaints.redaction.spans import KINDS, Redacted, placeholder

# Raise it when the same text is redacted otherwise: it is part of the keys of what was redacted.
VERSION = 6

__all__ = ["KINDS", "VERSION", "Redacted", "placeholder", "redact", "redact_label", "redact_name", "redact_turns"]
