"""Which cause counts as a station's or a group's strongest: one order for the terminal, the mails and the pages."""

from __future__ import annotations

SUPPORTED, NOT_SEPARABLE = "supported", "not separable"
VERDICTS = (SUPPORTED, NOT_SEPARABLE, "knowledge only", "contradicted")  # the strongest first
# SQL order of causes. A confirmed one leads, a rejected one comes last; a probability decides among equals.
STRENGTH = (
    "CASE decision WHEN 'confirmed' THEN 0 WHEN 'rejected' THEN 2 ELSE 1 END,"
    f" coalesce(nullif(list_position({list(VERDICTS)!r}, verdict), 0), 9), probability DESC, group_kind,"
    " group_id, cause_id"
)
