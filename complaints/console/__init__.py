"""What a person sees of the program: commands, options, status, summary, doctor, next step."""

from complaints.console.commands import (
    confirm_purge,
    explain,
    export,
    init,
    keeps_site,
    key_app,
    parse_day,
    print_purged,
    share,
    show_plan,
    show_status,
)
from complaints.console.decisions import Argument, Deciding, DecisionCommand, add_decisions
from complaints.console.doctor import examine, worst
from complaints.console.finding import Finding
from complaints.console.help import localised
from complaints.console.language import asked_language, print_error, print_unforeseen
from complaints.console.next_step import lines
from complaints.console.options import (
    EngineName,
    Folder,
    Json,
    Language,
    Quiet,
    StageName,
    Version,
    expert_name,
)
from complaints.console.session import Session, print_json
from complaints.console.summary import summarise, summary_lines
from complaints.console.terminal import print_findings
from complaints.console.usage import usage_error

__all__ = [
    "Argument",
    "Deciding",
    "DecisionCommand",
    "EngineName",
    "Finding",
    "Folder",
    "Json",
    "Language",
    "Quiet",
    "Session",
    "StageName",
    "Version",
    "add_decisions",
    "asked_language",
    "confirm_purge",
    "examine",
    "expert_name",
    "explain",
    "export",
    "init",
    "keeps_site",
    "key_app",
    "lines",
    "localised",
    "parse_day",
    "print_error",
    "print_findings",
    "print_json",
    "print_purged",
    "print_unforeseen",
    "share",
    "show_plan",
    "show_status",
    "summarise",
    "summary_lines",
    "usage_error",
    "worst",
]
