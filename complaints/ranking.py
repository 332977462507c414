"""What comes first, for terminal, workbooks, mails and pages alike: causes, and cases that wait for review."""

from __future__ import annotations

import math

from complaints.records import CONTRADICTED, KNOWLEDGE_ONLY, NOT_SEPARABLE, SUPPORTED, Cause, Verdict

VERDICTS: tuple[Verdict, ...] = (SUPPORTED, NOT_SEPARABLE, KNOWLEDGE_ONLY, CONTRADICTED)  # the strongest first
CLAIMED = "verdict IN ('supported', 'not separable') OR decision = 'confirmed'"
# SQL order of causes, as `strength` has it. A confirmed one leads, a rejected one comes last; then the verdict decides,
# then of claims how many complaining units stand behind them, then probability, the narrower level, the higher risk.
STRENGTH = (
    "CASE decision WHEN 'confirmed' THEN 0 WHEN 'rejected' THEN 2 ELSE 1 END,"
    f" coalesce(nullif(list_position({list(VERDICTS)!r}, verdict), 0), 9),"
    f" CASE WHEN {CLAIMED} THEN coalesce(exposed_cases, 0) ELSE 0 END DESC, probability DESC,"
    " exposed_units NULLS LAST, relative_risk DESC NULLS LAST, group_kind, coalesce(symptom, ''),"
    " coalesce(component, ''), group_id, cause_id"
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


def strength(cause: Cause) -> tuple[float | str, ...]:
    """Return the key by which causes are sorted, the strongest first: what STRENGTH is in SQL."""
    claimed = cause.verdict in (SUPPORTED, NOT_SEPARABLE) or cause.decision == "confirmed"
    risk = cause.relative_risk
    return (
        {"confirmed": 0, "rejected": 2}.get(cause.decision, 1),
        VERDICTS.index(cause.verdict) if cause.verdict in VERDICTS else len(VERDICTS),
        -(cause.exposed_cases or 0) if claimed else 0,
        -cause.probability,
        math.inf if cause.exposed_units is None else cause.exposed_units,
        math.inf if risk is None else -risk,
        cause.group_kind,
        cause.symptom or "",
        cause.component or "",
        cause.group_id,
        cause.cause_id,
    )
