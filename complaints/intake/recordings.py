"""Recordings: their identity (the bytes), and what calls.csv says about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path

from complaints.errors import ItemRefused
from complaints.fingerprints import content_id
from complaints.intake.file_reading import FileReading
from complaints.intake.headers import CALL_COLUMNS, CHANNELS, LANGUAGES, aliases
from complaints.keyed_hash import normal_serial
from complaints.records import DatedFrom
from complaints.redaction import redact, redact_name
from complaints.tables import datetime_in_name, is_no_serial, parse_datetime, read_table
from complaints.workspace import Workspace


@dataclass(frozen=True, slots=True)
class CallFacts:
    """A row of calls.csv; every field may be missing."""

    call_id: str | None = None
    received_at: datetime | None = None
    serial: str | None = None
    product: str | None = None
    customer_channel: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording as intake understood it; `content` is the SHA-256 of its bytes."""

    input_id: str
    source_ref: str
    content: str
    call_id: str | None
    received_at: datetime
    received_at_from: DatedFrom
    serial: str | None
    serial_token: str | None
    product: str | None
    customer_channel: str | None
    language: str | None

    def facts(self) -> tuple[object, ...]:
        """Return what the store's `inputs` row says beyond the bytes; a change is news for the later stages."""
        return (
            self.call_id, self.received_at, self.received_at_from, self.serial_token, self.product,
            self.customer_channel, self.language,
        )  # fmt: skip


def read_sidecar(path: Path, zone: tzinfo | None = None) -> tuple[dict[str, CallFacts], list[ItemRefused], FileReading]:
    """Read a calls.csv.

    Args:
        path: the list.
        zone: the plant's, for times that are written with another one.

    Returns:
        Facts by file name as it is given, the refused rows, and the rows as they are counted. Of rows that name one
        file the last counts; one before it that says something else is refused.

    Raises:
        ItemRefused: the file as a whole cannot be read.
    """
    table = read_table(path, aliases(CALL_COLUMNS), required=("file",))
    facts: dict[str, CallFacts] = {}
    numbers: dict[str, int] = {}
    refused: list[ItemRefused] = []
    reading = FileReading(str(path), "")
    for row in table.rows:
        given = row.values
        reading.seen += 1
        if row.problem or not given.get("file"):
            refused.append((row.problem or ItemRefused("intake.no_file")).at(f"#{row.number}"))
            continue
        said = CallFacts(
            call_id=redact_name(given["call_id"]) if given.get("call_id") else None,
            received_at=parse_datetime(given.get("received_at", ""), zone),
            serial=None if is_no_serial(given.get("serial", "")) else normal_serial(given["serial"]),
            product=redact(given["product"]).text if given.get("product") else None,
            customer_channel=CHANNELS.get(given.get("customer_channel", "").casefold()),
            language=LANGUAGES.get(given.get("language", "").casefold()),
        )
        name = given["file"].replace("\\", "/")
        if facts.get(name, said) != said:
            refused.append(ItemRefused("intake.listed_twice", row=row.number).at(f"#{numbers[name]}"))
        else:
            reading.repeats += name in facts
        facts[name], numbers[name] = said, row.number
    reading.quarantined = len(refused)
    reading.end(table.accounts)
    return facts, refused, reading


def recording(
    workspace: Workspace, path: Path, source_ref: str, content: str, file_time: datetime, facts: CallFacts
) -> Recording:
    """Return a recording with its facts; a date comes from calls.csv, else the file's name, else its time."""
    named = datetime_in_name(path.name)
    received_at = facts.received_at or named or file_time
    received_from: DatedFrom = "sidecar" if facts.received_at else "file_name" if named else "file_time"
    return Recording(
        input_id=content_id("C", content), source_ref=source_ref, content=content, call_id=facts.call_id,
        received_at=received_at, received_at_from=received_from, serial=facts.serial,
        serial_token=workspace.serial_token(facts.serial) if facts.serial else None, product=facts.product,
        customer_channel=facts.customer_channel, language=facts.language,
    )  # fmt: skip
