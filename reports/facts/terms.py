"""What the pages agree on: what ranks before what, and how much of a list is shown."""

from __future__ import annotations

from complaints.records import IssueStatus, words_of

NO_STATION = "none"  # causes.station_id of "none of these"
STATUSES = words_of(IssueStatus)  # of issues, what moves first
SHOWN_MEMBERS = 30
SHOWN_QUARANTINE = 200
SHOWN_SEGMENTS = 50
SHOWN_NOTES = 200
SHOWN_SHARES = 12
SHOWN_SYMPTOMS = 200  # read for the Pareto, so that its shares are of the whole
