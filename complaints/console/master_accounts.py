"""What `complaints doctor` says of a file of master/: what was taken for what, and what nobody reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from complaints.console.finding import Finding
from complaints.messages import Message, message

if TYPE_CHECKING:
    from complaints.master import MasterAccount


def tell_account(account: MasterAccount) -> Iterator[Finding]:
    """Yield what was taken for what, then each kind of thing that was left out, with the way to mend it."""
    told, file = account.as_json(), account.file
    yield Finding("ok", message("doctor.master", file=file, values=_pairs(told["taken"])), details=told)
    passed = [message(f"doctor.passed.{p['why']}", head=p["head"], column=p["column"]) for p in told["passed"]]
    if passed:
        what = message("doctor.columns_left", file=file, values=_once(passed))
        yield Finding("note", what, message("doctor.columns_left.mend"))
    sheets = [message("doctor.sheet", sheet=s["sheet"], why=message(f"sheet.{s['why']}")) for s in told["sheets_left"]]
    if sheets:
        yield Finding("note", message("doctor.sheets_left", file=file, values=sheets))
    if told["bad_values"]:
        values = [message("doctor.counted", name=name, number=number) for name, number in told["bad_values"].items()]
        what = message("doctor.bad_values", file=file, values=values)
        yield Finding("note", what, message("doctor.bad_values.mend"))
    if told["unjoined"]:
        what = message("doctor.unjoined", file=file, number=told["unjoined"])
        yield Finding("note", what, message("doctor.unjoined.mend"))
    if told["rows_left"]:
        values = [
            message("doctor.counted", name=message(f"reason.{why}"), number=number)
            for why, number in told["rows_left"].items()
        ]
        yield Finding("note", message("doctor.rows_left", file=file, values=values))
    if told["repeated"]:
        yield Finding("ok", message("doctor.repeated", file=file, number=told["repeated"]))


def _pairs(taken: list[dict[str, Any]]) -> list[Message]:
    return _once([message("doctor.taken", head=pair["head"], column=pair["column"]) for pair in taken])


def _once(values: list[Message]) -> list[Message]:
    """Return messages in order, those that several sheets give once."""
    seen: dict[str, Message] = {}
    for value in values:
        seen.setdefault(repr(value), value)
    return list(seen.values())
