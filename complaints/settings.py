"""complaints.toml: what a domain expert may change, with unit, range and default, validated on reading.

The commented template that `complaints init` writes is made from these classes, so the two cannot differ.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import Annotated, Any, Literal, get_args
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_core import PydanticCustomError

from complaints.errors import SettingsError
from complaints.fingerprints import canonical_json
from complaints.messages import Message, knows, message, render
from complaints.nearest_name import nearest

FILE_NAME = "complaints.toml"
# An address that fsspec knows, without a password, a query or a chain of addresses.
LOCATION = r"^[a-z][a-z0-9+.-]*://[^\s:@?#]*(:[0-9]+)?(/[^\s:@?#]*)?$"


# What a header of the inbox can be mapped to.
INBOX_COLUMNS = ("text", "complaint_id", "received_at", "serial", "product", "mileage", "channel", "category")

# What a header of master/ can be mapped to, a table; "genealogy.station_id" means the column of that table alone.
MASTER_COLUMNS: dict[str, tuple[str, ...]] = {
    "stations": ("station_id", "name", "line", "sequence", "supplier"),
    "routing": ("component", "station_id", "operation", "product"),
    "pfmea": (
        "station_id", "failure_mode", "component", "symptom", "operation", "cause", "severity", "occurrence",
        "detection", "action_priority",
    ),
    "units": ("serial", "product", "built_at", "sold_at"),
    "genealogy": (
        "serial", "station_id", "completed_at", "shift", "tool", "program", "part_lot", "torque", "angle",
        "temperature", "parameter", "value",
    ),
    "lots": ("part_lot", "supplier", "part_no"),
    "actions": ("station_id", "action", "symptom", "component", "started_at", "closed_at", "owner", "status"),
    "dictionary": ("term", "kind", "code", "language"),
}  # fmt: skip


def checked_columns(columns: dict[str, str], known: Collection[str]) -> dict[str, str]:
    """Return a mapping of headers, if it maps each once and to columns that are there.

    Raises:
        PydanticCustomError: `no_column` with the nearest one, or `one_header`.
    """
    seen: dict[str, str] = {}
    for header, column in columns.items():
        if column not in known:
            raise PydanticCustomError(
                "no_column", "no such column", {"column": column, "near": nearest(column, known, alike=0.0)}
            )
        if (first := seen.setdefault(header.strip().casefold(), header)) != header:
            raise PydanticCustomError("one_header", "mapped twice", {"first": first, "second": header})
    return columns


class Section(BaseModel):
    """A table of complaints.toml; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class General(Section):
    """Language of the reports, and which parts of the shipped dictionary apply."""

    language: Literal["zh", "en"] = "zh"
    domains: list[Literal["car", "appliance"]] = Field(["car", "appliance"], min_length=1)
    keep_snapshots: int = Field(30, ge=1)
    time_zone: str = "Asia/Shanghai"

    @field_validator("time_zone")
    @classmethod
    def _is_a_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ValueError, OSError, LookupError):
            raise PydanticCustomError("time_zone", "no such time zone") from None
        return name


class Intake(Section):
    """Reading of inbox/."""

    locations: list[Annotated[str, Field(pattern=LOCATION)]] = []
    settling_seconds: float = Field(5.0, ge=0)
    max_file_mb: float = Field(2048.0, gt=0)
    max_text_characters: int = Field(20_000, ge=100)
    date_order: Literal["auto", "day_first", "month_first"] = "auto"
    undated: Literal["unknown", "file_time"] = "unknown"
    table_seconds: float = Field(25.0, gt=0)
    table_memory_mb: float = Field(768.0, ge=128)
    columns: dict[str, str] = {}

    @field_validator("columns")
    @classmethod
    def _name_columns(cls, columns: dict[str, str]) -> dict[str, str]:
        return checked_columns(columns, INBOX_COLUMNS)


class Master(Section):
    """Reading of master/."""

    columns: dict[str, str] = {}

    @field_validator("columns")
    @classmethod
    def _name_columns(cls, columns: dict[str, str]) -> dict[str, str]:
        of_any = [column for names in MASTER_COLUMNS.values() for column in names]
        of_one = [f"{table}.{column}" for table, names in MASTER_COLUMNS.items() for column in names]
        return checked_columns(columns, (*dict.fromkeys(of_any), *of_one))


class Asr(Section):
    """Speech recognition."""

    model: str = "default"
    download: bool = False
    device: Literal["auto", "cpu", "cuda"] = "auto"
    language: Literal["auto", "zh", "en"] = "auto"
    beam_size: int = Field(5, ge=1, le=20)
    workers: int = Field(0, ge=0)
    hotwords: bool = True
    max_minutes: float = Field(180.0, gt=0)
    fallback_customer: Literal["left", "right"] = "right"


class Embeddings(Section):
    """Sentence embeddings, used by classify and cluster."""

    model: str = "default"
    download: bool = False
    device: Literal["auto", "cpu", "cuda"] = "auto"


class Ray(Section):
    """The cluster of `complaints run --engine ray`."""

    address: str = Field("", pattern=r"^(|[^\s/:]+:\d{1,5})$")
    stalled_minutes: float = Field(240.0, ge=0)


class Classify(Section):
    """Symptoms, components, conditions and categories."""

    precision: float = Field(0.95, gt=0.5, lt=1)
    confidence: float = Field(0.95, gt=0.5, lt=1)
    min_labels: int = Field(200, ge=20)


class Cluster(Section):
    """Issues."""

    min_cases: int = Field(5, ge=2)
    min_agreement: float = Field(0.5, ge=0, le=1)
    growing_factor: float = Field(1.5, gt=1)
    fading_weeks: int = Field(8, ge=2)
    close_weeks: int = Field(26, ge=4)


class Mapping(Section):
    """Stations, causes and warnings."""

    q_value: float = Field(0.05, gt=0, lt=1)
    min_exposed_cases: int = Field(5, ge=2)
    min_group_cases: int = Field(5, ge=2)
    overlap: float = Field(0.9, gt=0.5, le=1)
    numeric_bins: int = Field(8, ge=2, le=20)


class AlertRule(Section):
    """One of the user's own alert rules."""

    name: str  # how warnings of this rule are called
    when: Literal["count", "rate", "new_issue", "new_symptom_at_station"]  # what is looked at
    of: Literal["any", "issue", "symptom", "station"] = "any"  # series that the rule looks at
    product: str = ""  # of issues: this product alone
    weeks: int = Field(1, ge=1, le=104)  # newest weeks that are looked at
    at_least: float = Field(1.0, gt=0)  # cases in these weeks, or cases per 1,000 units in service


class Warnings(Section):
    """Early warning."""

    false_alarms_per_night: float = Field(0.1, gt=0, le=10)
    min_cases: int = Field(5, ge=1)
    rules: list[AlertRule] = []


class Reports(Section):
    """The site."""

    keep_nights: int = Field(30, ge=0)
    play_recordings: Literal["off", "clean", "all"] = "off"
    recordings_at: str = Field("", pattern=r"^(|(https?|file)://[^\s\"'<>;,]+)$")


class Notify(Section):
    """Tonight's five lines by e-mail or webhook; off unless a receiver is named. The one thing that needs a network."""

    site_url: str = ""
    mail_to: list[str] = []
    mail_from: str = "complaints@localhost"
    smtp_host: str = "localhost"
    smtp_port: int = Field(25, ge=1, le=65_535)
    smtp_security: Literal["none", "starttls", "tls"] = "none"
    smtp_user: str = ""
    smtp_password_variable: str = "COMPLAINTS_SMTP_PASSWORD"
    webhook: str = ""
    webhook_kind: Literal["generic", "wecom", "dingtalk", "feishu"] = "generic"


class Share(Section):
    """A supplier's bundle (`complaints share`)."""

    smallest_cell: int = Field(5, ge=3)


class Settings(Section):
    """All of complaints.toml."""

    general: General = General()
    intake: Intake = Intake()
    master: Master = Master()
    asr: Asr = Asr()
    embeddings: Embeddings = Embeddings()
    ray: Ray = Ray()
    classify: Classify = Classify()
    cluster: Cluster = Cluster()
    mapping: Mapping = Mapping()
    warnings: Warnings = Warnings()
    reports: Reports = Reports()
    notify: Notify = Notify()
    share: Share = Share()

    def key(self, *sections: str) -> str:
        """Return canonical JSON of the named sections: the settings' part of a stage's key."""
        return canonical_json({name: getattr(self, name).model_dump() for name in sections})


def load_settings(path: Path) -> Settings:
    """Read and validate complaints.toml.

    Args:
        path: the file; a missing one means all defaults.

    Raises:
        SettingsError: the file does not decode, is no TOML, has an unknown key or a value out of range.
    """
    try:
        data = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        return Settings()
    except UnicodeDecodeError as error:
        raise SettingsError("settings.not_utf8", str(path), byte=error.start) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError("settings.no_toml", str(path), error=error) from None
    try:
        return Settings.model_validate(data)
    except ValidationError as error:
        raise _explained(error, path) from None


def _explained(error: ValidationError, path: Path) -> SettingsError:
    first = error.errors()[0]
    at = [str(part) for part in first["loc"]]
    where = f"{path}, {'.'.join(at)}"
    if first["type"] == "extra_forbidden":
        known = _known_keys(at[:-1])
        near = nearest(at[-1], known, alike=0.0) or ""
        return SettingsError("settings.unknown", where, near=".".join([*at[:-1], near]))
    meaning = f"setting.{'.'.join(at[:2])}"
    hint = message("settings.meaning", meaning=message(meaning)) if knows(meaning) else message("settings.see_fresh")
    if first["type"] == "literal_error":
        known = re.findall(r"'([^']+)'", first["ctx"]["expected"])
        if (alike := nearest(str(first["input"]), known)) is not None:
            hint = message("settings.did_you_mean", near=alike, meaning=message(meaning))
    return SettingsError("settings.invalid", where, hint, why=_why(dict(first)))


def _why(fault: dict[str, Any]) -> Message:
    """Return what pydantic finds wrong with a value, in its English where we have no words for the kind of fault."""
    key = f"settings.fault.{fault['type']}"
    if not knows(key):
        return message("settings.fault.other", why=fault["msg"])
    values = dict(fault.get("ctx", {}))
    if "expected" in values:  # pydantic's list in words: 'a', 'b' or 'c'
        values["expected"] = re.findall(r"'([^']+)'", values["expected"])
    return message(key, **values)


def _known_keys(at: list[str]) -> list[str]:
    model: type[BaseModel] = Settings
    for name in at:
        field = model.model_fields.get(name)
        if field is None or not isinstance(field.annotation, type) or not issubclass(field.annotation, BaseModel):
            break
        model = field.annotation
    return list(model.model_fields)


def template(language: str = "zh") -> str:
    """Return a commented complaints.toml in which every setting stands at its default.

    Args:
        language: of the comments, and the value written for general.language (zh or en).
    """

    def comment(key: str) -> str:
        return f"# {render(message(key), language)}"

    lines = [comment("settings.head")]
    for name, field in Settings.model_fields.items():
        section = field.annotation
        assert isinstance(section, type)
        lines += ["", comment(f"setting.{name}"), f"[{name}]"]
        tables = []
        for key, setting in section.model_fields.items():
            default = (
                language if (name, key) == ("general", "language") else setting.get_default(call_default_factory=True)
            )
            about = comment(f"setting.{name}.{key}")
            if isinstance(default, dict):
                tables += ["", about, f"[{name}.{key}]"]
                continue
            lines += [about + _choices(setting.annotation, language), f"{key} = {json.dumps(default)}"]
        lines += tables
    return "\n".join(lines) + "\n"


def _choices(annotation: Any, language: str) -> str:
    values = [value for value in get_args(annotation) if isinstance(value, str)]
    return render(message("settings.choices", values=values), language) if values else ""
