"""What a person sees of the program: commands, options, status, summary, doctor, next step."""

from complaints.console.commands import confirm_purge, explain, key_app, parse_day, print_purged, share
from complaints.console.doctor import Finding, examine, worst
from complaints.console.language import print_error
from complaints.console.next_step import lines
from complaints.console.options import (
    By,
    Folder,
    Json,
    Language,
    Quiet,
    Reason,
    Version,
    expert_name,
    print_json,
    say,
    tell,
)
from complaints.console.status import read_status
from complaints.console.summary import summarise, summary_lines
from complaints.console.terminal import print_findings, print_status

__all__ = [
    "By",
    "Finding",
    "Folder",
    "Json",
    "Language",
    "Quiet",
    "Reason",
    "Version",
    "confirm_purge",
    "examine",
    "expert_name",
    "explain",
    "key_app",
    "lines",
    "parse_day",
    "print_error",
    "print_findings",
    "print_json",
    "print_purged",
    "print_status",
    "read_status",
    "say",
    "share",
    "summarise",
    "summary_lines",
    "tell",
    "worst",
]
