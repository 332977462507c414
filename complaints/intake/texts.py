"""Rows of text tables become cases: redaction, ids, dates and labels of one row at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from complaints.errors import ItemRefused
from complaints.fingerprints import content_id, digest
from complaints.intake.facts import Facts, facts_of
from complaints.keyed_hash import normal_serial
from complaints.records import Case, DatedFrom
from complaints.redaction import redact, redact_name
from complaints.store import text_language
from complaints.tables import TableRow, datetime_in_name, is_no_serial, is_placeholder, is_rounded, parse_mileage_km
from complaints.workspace import Workspace

EARLIEST_YEAR = 1990  # what is dated before is a program's zero (1900, 1970), not the day of a complaint
LATEST_YEAR = 2100
NAMING = frozenset(("text", "complaint_id", "serial", "product", "channel", "category"))
FACTS = "/"  # stands between the digest of a row and that of its facts
MOST_NAME = 500  # characters of a name: redaction of long texts without words takes more than its length


@dataclass(frozen=True, slots=True)
class TextRules:
    """How rows are understood.

    Args:
        max_characters: a longer text is cut and the case marked partial.
        file_time_if_undated: the file's time stands in for a date that is missing.
    """

    max_characters: int
    file_time_if_undated: bool = False


@dataclass(frozen=True, slots=True)
class TextInput:
    """A row as intake understood it: the case (without persons), and what goes to the private store.

    Args:
        case: its id is that of a first row with this complaint_id, or with this content.
        by_id: its complaint_id is what it is known by.
        stated: when it was received, as far as the row, or the file's name, says so.
        digest: of all that was read but the serial: with the same one, an unchanged row is nothing new.
        facts: what its further columns say.
    """

    case: Case
    by_id: bool
    stated: datetime | None
    digest: str
    row_number: int
    raw_text: str
    serial: str | None
    category: str | None
    facts: Facts = ()

    @property
    def content(self) -> str:
        """What of the row is remembered to know it again: its digest, and another one of its facts."""
        return f"{self.digest}{FACTS}{digest(*self.facts)[:16]}" if self.facts else self.digest


def text_input(
    row: TableRow, workspace: Workspace, source_ref: str, file_time: datetime, file_name: str, rules: TextRules
) -> TextInput:
    """Return a table row as a case.

    The id comes from `complaint_id`, else from the redacted content: neither the serial number nor anything that
    redaction removes goes into an id, since an unkeyed hash of a phone number can be guessed.

    Args:
        row: cells by column of DESIGN's text tables, dates in ISO form.
        workspace: for the serial token.
        source_ref: redacted path under inbox/ with #row.
        file_time: the file's time.
        file_name: for a date in it, where the row states none.
        rules: the settings.

    Raises:
        ItemRefused: the row has a problem of its own, or no text.
    """
    if row.problem is not None:
        raise row.problem.at(source_ref)
    given = {column: cell for column, cell in row.values.items() if not (column in NAMING and is_placeholder(cell))}
    raw = given.get("text", "")
    if not raw.strip():
        raise ItemRefused("intake.no_text", source_ref)
    language = text_language(raw)
    text = redact(raw[: rules.max_characters], language).text
    written = given.get("serial", "")
    serial = normal_serial(written[:MOST_NAME]) if written and not is_no_serial(written) else None
    received_at, received_from = _received(row, file_name, file_time, rules)
    external = redact_name(given["complaint_id"][:MOST_NAME]) if given.get("complaint_id") else None
    product, channel, category = (
        _named(value[:MOST_NAME], language) if (value := given.get(name)) else None
        for name in ("product", "channel", "category")
    )
    mileage = parse_mileage_km(given["mileage"]) if given.get("mileage") else None
    stated = received_at if received_from != "file_time" else None
    by_id = external is not None and external == given["complaint_id"] and not is_rounded(external)
    identity = ("complaint_id", external) if by_id else ("content", external, text, stated, product, mileage)
    case = Case(
        case_id=content_id("T", *identity), source="text", external_id=external, source_ref=source_ref,
        received_at=received_at, received_at_from=received_from,
        serial_token=workspace.serial_token(serial) if serial else None, product=product, mileage=mileage,
        channel=channel,
        language=language, text=text, duplicate_of=None, doubtful=False, content=None,
        partial=len(raw) > rules.max_characters,
    )  # fmt: skip
    # Without the serial: the digest stands in the public store, and must not change with the key of the tokens.
    content = digest(text, stated, product, mileage, channel, category)
    return TextInput(case, by_id, stated, content, row.number, raw, serial, category, facts_of(row.values, language))


# A table has few products, channels and categories, and redaction takes a tenth of a millisecond.
@lru_cache(maxsize=65_536)
def _named(value: str, language: str) -> str:
    return redact(value, language).text


def _received(
    row: TableRow, file_name: str, file_time: datetime, rules: TextRules
) -> tuple[datetime | None, DatedFrom]:
    """Return when a text was received and how that is known.

    A date that cannot be read is unknown: another one in its place would put years of complaints on one day.
    """
    cell = row.values.get("received_at")
    if cell and "received_at" not in row.undated:
        given = datetime.fromisoformat(cell)
        if EARLIEST_YEAR <= given.year < LATEST_YEAR:
            return given, "given"
    elif not cell and (named := datetime_in_name(file_name)):
        return named, "file_name"
    return (file_time, "file_time") if rules.file_time_if_undated else (None, "unknown")
