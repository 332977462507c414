"""What comes first, for terminal, workbooks, mails and pages alike: causes, and cases that wait for review."""

from __future__ import annotations

from complaints.records import CONTRADICTED, KNOWLEDGE_ONLY, NOT_SEPARABLE, SUPPORTED, Verdict

VERDICTS: tuple[Verdict, ...] = (SUPPORTED, NOT_SEPARABLE, KNOWLEDGE_ONLY, CONTRADICTED)  # the strongest first
# SQL order of causes. A confirmed one leads, a rejected one comes last; a probability decides among equals.
STRENGTH = (
    "CASE decision WHEN 'confirmed' THEN 0 WHEN 'rejected' THEN 2 ELSE 1 END,"
    f" coalesce(nullif(list_position({list(VERDICTS)!r}, verdict), 0), 9), probability DESC, group_kind,"
    " group_id, cause_id"
)
# Cases that wait for review, those first whose decision would change most: how unsure it is, how many cases say the
# same, whether an issue is on the move. The one parameter is how many are wanted.
REVIEW_ORDER = """
SELECT c.case_id
FROM cases c
JOIN classifications k USING (case_id)
LEFT JOIN (SELECT duplicate_of AS case_id, count(*) AS copies FROM cases WHERE duplicate_of IS NOT NULL GROUP BY 1) d
  USING (case_id)
LEFT JOIN issue_members m USING (case_id)
LEFT JOIN issues i USING (issue_id)
WHERE c.duplicate_of IS NULL AND k.decision = 'review'
ORDER BY round((1 - k.confidence) * (1 + ln(1 + coalesce(d.copies, 0)))
  * CASE WHEN i.status IN ('new', 'growing') THEN 2 ELSE 1 END * CASE WHEN c.content = 'none' THEN 0.3 ELSE 1 END, 6)
  DESC, c.case_id
LIMIT ?
"""
