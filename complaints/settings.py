"""complaints.toml: what a domain expert may change, with unit, range and default, validated on reading.

The commented template that `complaints init` writes is made from these classes, so the two cannot differ.
"""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, get_args
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from complaints.errors import SettingsError
from complaints.fingerprints import canonical_json
from complaints.messages import in_language
from complaints.nearest_name import meant, nearest

FILE_NAME = "complaints.toml"
# An address that fsspec knows, without a password, a query or a chain of addresses.
LOCATION = r"^[a-z][a-z0-9+.-]*://[^\s:@?#]*(:[0-9]+)?(/[^\s:@?#]*)?$"


class Section(BaseModel):
    """A table of complaints.toml; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class General(Section):
    """Language of the reports, and which parts of the shipped dictionary apply."""

    language: Literal["zh", "en"] = Field("zh", description="first language of the reports: zh or en")
    domains: list[Literal["car", "appliance"]] = Field(
        ["car", "appliance"], min_length=1, description="parts of the shipped dictionary: car, appliance"
    )
    keep_snapshots: int = Field(30, ge=1, description="snapshots of the public tables that are kept, newest first")
    time_zone: str = Field(
        "Asia/Shanghai",
        description="the plant's time zone: a moment that is written with another one falls on the day that is here",
    )

    @field_validator("time_zone")
    @classmethod
    def _is_a_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ValueError, OSError, LookupError):
            raise ValueError("no such time zone; one is named like Asia/Shanghai or Europe/Berlin") from None
        return name


class Intake(Section):
    """Reading of inbox/."""

    locations: list[Annotated[str, Field(pattern=LOCATION)]] = Field(
        [],
        description='folders elsewhere that are taken in like inbox/, for example ["s3://calls/2026", '
        '"smb://server/calls"]; keys and passwords stand in fsspec\'s configuration, never here',
    )
    settling_seconds: float = Field(
        5.0,
        ge=0,
        description="a file must lie unchanged for so many seconds; one that still grows waits for the next run",
    )
    max_file_mb: float = Field(2048.0, gt=0, description="a larger file is quarantined, in megabytes")
    max_text_characters: int = Field(20_000, ge=100, description="a longer text is cut and marked partial")
    date_order: Literal["auto", "day_first", "month_first"] = Field(
        "auto",
        description="how 03/04/2024 is meant; auto: as the other dates of its column show, and undated where none does",
    )
    undated: Literal["unknown", "file_time"] = Field(
        "unknown",
        description="a text without a readable date counts in no trend, no warning and as nothing new; file_time: "
        "it counts as received when its file was last changed",
    )
    columns: dict[str, str] = Field(
        {}, description='your header = our column, for example "故障描述" = "text"; one name may be mapped once'
    )


class Asr(Section):
    """Speech recognition."""

    model: str = Field("default", description='"default", a folder with a CTranslate2 Whisper model, or a hub name')
    download: bool = Field(
        False, description="fetch a model that is named above from the model hub, if it is not there"
    )
    device: Literal["auto", "cpu", "cuda"] = Field("auto", description="auto takes a GPU when there is one")
    language: Literal["auto", "zh", "en"] = Field("auto", description="auto detects the language of each call")
    beam_size: int = Field(5, ge=1, le=20, description="beams of the search; 1 is faster and makes more errors")
    workers: int = Field(0, ge=0, description="cores to hear on, by recordings or windows of a long one; 0: all")
    hotwords: bool = Field(True, description="offer the dictionary's symptom words to the recogniser")
    max_minutes: float = Field(180.0, gt=0, description="a longer recording is cut there and marked partial")
    fallback_customer: Literal["left", "right"] = Field(
        "right", description="customer's channel of a two-channel call when neither calls.csv nor the talk tells"
    )


class Embeddings(Section):
    """Sentence embeddings, used by classify and cluster."""

    model: str = Field("default", description='"default", a sentence-transformers folder, or a hub name')
    download: bool = Field(
        False, description="fetch a model that is named above from the model hub, if it is not there"
    )
    device: Literal["auto", "cpu", "cuda"] = Field("auto", description="auto takes a GPU when there is one")


class Ray(Section):
    """The cluster of `complaints run --engine ray`."""

    address: str = Field(
        "",
        pattern=r"^(|[^\s/:]+:\d{1,5})$",
        description="HOST:PORT of a running Ray cluster that this machine is part of; empty: this machine alone",
    )
    stalled_minutes: float = Field(
        240.0, ge=0, description="minutes without any result after which a night on the cluster ends; 0: never"
    )


class Classify(Section):
    """Symptoms, components, conditions and categories."""

    precision: float = Field(0.95, gt=0.5, lt=1, description="promised share of right categories among decided cases")
    confidence: float = Field(0.95, gt=0.5, lt=1, description="with which the promised share holds (without drift)")
    min_labels: int = Field(200, ge=20, description="known labels needed before categories are learned from them")


class Cluster(Section):
    """Issues."""

    min_cases: int = Field(5, ge=2, description="fewest cases that make an issue")
    min_agreement: float = Field(
        0.5, ge=0, le=1, description="least probability with which a case joins an issue; below it, it is in none"
    )
    growing_factor: float = Field(
        1.5, gt=1, description="an issue grows when its last 4 weeks hold this many times its earlier 4-week rate"
    )
    fading_weeks: int = Field(8, ge=2, description="weeks without a new case after which an issue fades")
    close_weeks: int = Field(26, ge=4, description="weeks without a new case after which an issue is closed")


class Mapping(Section):
    """Stations, causes and warnings."""

    q_value: float = Field(0.05, gt=0, lt=1, description="highest false discovery rate of a supported cause")
    min_exposed_cases: int = Field(5, ge=2, description="fewest complaining units at the station and level")
    min_group_cases: int = Field(5, ge=2, description="fewest traceable units of a group before stations are compared")
    overlap: float = Field(
        0.9, gt=0.5, le=1, description="Jaccard overlap of exposed units from which two stations cannot be told apart"
    )
    numeric_bins: int = Field(8, ge=2, le=20, description="quantile bins of a numeric factor such as torque")


class AlertRule(Section):
    """One of the user's own alert rules."""

    name: str = Field(description="how warnings of this rule are called")
    when: Literal["count", "rate", "new_issue", "new_symptom_at_station"] = Field(description="what is looked at")
    of: Literal["any", "issue", "symptom", "station"] = Field("any", description="series that the rule looks at")
    product: str = Field("", description="of issues: this product alone")
    weeks: int = Field(1, ge=1, le=104, description="newest weeks that are looked at")
    at_least: float = Field(1.0, gt=0, description="cases in these weeks, or cases per 1,000 units in service")


class Warnings(Section):
    """Early warning."""

    false_alarms_per_night: float = Field(
        0.1, gt=0, le=10, description="expected false alarms of a night over all series together"
    )
    min_cases: int = Field(5, ge=1, description="fewest cases in 4 weeks for a statistical warning")
    rules: list[AlertRule] = Field(
        [],
        description="your own alert rules beside the statistical ones, for example "
        '[{name = "10 a week", when = "count", of = "issue", weeks = 1, at_least = 10}]; '
        "when: count, rate (per 1,000 units in service), new_issue, new_symptom_at_station",
    )


class Reports(Section):
    """The site."""

    keep_nights: int = Field(
        30, ge=0, description="nights whose pages stay under site/nights/, tonight included; 0 keeps none"
    )
    play_recordings: Literal["off", "clean", "all"] = Field(
        "off",
        description="players beside quotes of calls, which link the unredacted recordings: off; clean: calls in which "
        "nothing personal was found; all",
    )
    recordings_at: str = Field(
        "",
        pattern=r"^(|(https?|file)://[^\s\"'<>;,]+)$",
        description='where readers find inbox/, for example "file://server/calls/inbox"; empty: beside site/',
    )


class Notify(Section):
    """Tonight's five lines by e-mail or webhook; off unless a receiver is named. The one thing that needs a network."""

    site_url: str = Field("", description="where readers find the site; stands under the message")
    mail_to: list[str] = Field([], description="receivers of the e-mail")
    mail_from: str = Field("complaints@localhost", description="its sender")
    smtp_host: str = Field("localhost", description="mail server")
    smtp_port: int = Field(25, ge=1, le=65_535, description="its port: 25 plain, 587 starttls, 465 tls")
    smtp_security: Literal["none", "starttls", "tls"] = Field("none", description="encryption of the connection")
    smtp_user: str = Field("", description="user at the mail server; empty: none is needed")
    smtp_password_variable: str = Field(
        "COMPLAINTS_SMTP_PASSWORD", description="environment variable that holds the password; it never stands here"
    )
    webhook: str = Field("", description="address of a webhook")
    webhook_kind: Literal["generic", "wecom", "dingtalk", "feishu"] = Field(
        "generic", description="whose webhook it is"
    )


class Share(Section):
    """A supplier's bundle (`complaints share`)."""

    smallest_cell: int = Field(5, ge=3, description="smallest count that a bundle shows; smaller ones are hidden")


class Settings(Section):
    """All of complaints.toml."""

    general: General = General()
    intake: Intake = Intake()
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
        raise SettingsError(
            f"the file is not UTF-8 (byte {error.start})", str(path), "Save it as UTF-8 and run again"
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            f"not valid TOML: {error}", str(path), "Mend the line; strings need double quotes"
        ) from None
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
        return SettingsError("unknown setting", where, f"The nearest known one is {'.'.join([*at[:-1], near])}")
    described = _description(at)
    hint = f"Meaning: {described}" if described else "See the comments in a fresh complaints.toml"
    if first["type"] == "literal_error":
        known = re.findall(r"'([^']+)'", first["ctx"]["expected"])
        hint = f"{meant(str(first['input']), known, '')} {hint}"
    # What a validator of ours says stays as it is; pydantic's sentences begin with a capital.
    wrong = str(first["ctx"]["error"]) if first["type"] == "value_error" else first["msg"].lower()
    return SettingsError(f"not a valid value: {wrong}", where, hint.strip())


def _known_keys(at: list[str]) -> list[str]:
    model: type[BaseModel] = Settings
    for name in at:
        field = model.model_fields.get(name)
        if field is None or not isinstance(field.annotation, type) or not issubclass(field.annotation, BaseModel):
            break
        model = field.annotation
    return list(model.model_fields)


def _description(at: list[str]) -> str | None:
    section = Settings.model_fields.get(at[0]) if at else None
    if section is None or len(at) < 2 or not isinstance(section.annotation, type):
        return None
    field = section.annotation.model_fields.get(at[1])
    return field.description if field else None


def template(language: str = "zh") -> str:
    """Return a commented complaints.toml in which every setting stands at its default.

    Args:
        language: of the comments, and the value written for general.language (zh or en).
    """

    def said(text: str | None) -> str:
        return in_language(" ".join((text or "").split()), language)

    head = "Settings of this workspace. Every line shows its default; change what you need, delete the rest."
    lines = [f"# {said(head)}"]
    for name, field in Settings.model_fields.items():
        section = field.annotation
        assert isinstance(section, type)
        lines += ["", f"# {said(section.__doc__)}", f"[{name}]"]
        tables = []
        for key, setting in section.model_fields.items():
            default = (
                language if (name, key) == ("general", "language") else setting.get_default(call_default_factory=True)
            )
            if isinstance(default, dict):
                tables += ["", f"# {said(setting.description)}", f"[{name}.{key}]"]
                continue
            lines += [
                f"# {said(setting.description)}{_choices(setting.annotation, language)}",
                f"{key} = {json.dumps(default)}",
            ]
        lines += tables
    return "\n".join(lines) + "\n"


def _choices(annotation: Any, language: str) -> str:
    values = ", ".join(value for value in get_args(annotation) if isinstance(value, str))
    if not values:
        return ""
    return f"（可选：{values}）" if language == "zh" else f" (one of {values})"
