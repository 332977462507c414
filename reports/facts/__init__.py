"""What a page says, read from the store: frozen facts, no words."""

from reports.facts.batches import PageFactsReader
from reports.facts.evidence import Statistic, Window
from reports.facts.history import keep_history, read_changes
from reports.facts.json_columns import listed, objects
from reports.facts.life_table import Risen, risen
from reports.facts.overview import OverviewReader
from reports.facts.quality import QualityFacts, read_quality
from reports.facts.rates import WEEK, rate_per_1000, totals, weeks_with_cases
from reports.facts.recordings import Recordings, media_source, recordings_of
from reports.facts.terms import NO_STATION, SHOWN_QUARANTINE, STATUSES
from reports.facts.types import (
    Change,
    Group,
    Hypothesis,
    IssueFacts,
    OverviewFacts,
    Share,
    Stand,
    StationFacts,
    StationLine,
    StationsFacts,
    SupplierFacts,
    WarningFacts,
    Week,
)

__all__ = [
    "NO_STATION",
    "SHOWN_QUARANTINE",
    "STATUSES",
    "WEEK",
    "Change",
    "Group",
    "Hypothesis",
    "IssueFacts",
    "OverviewFacts",
    "OverviewReader",
    "PageFactsReader",
    "QualityFacts",
    "Recordings",
    "Risen",
    "Share",
    "Stand",
    "StationFacts",
    "StationLine",
    "StationsFacts",
    "Statistic",
    "SupplierFacts",
    "WarningFacts",
    "Week",
    "Window",
    "keep_history",
    "listed",
    "media_source",
    "objects",
    "rate_per_1000",
    "read_changes",
    "read_quality",
    "recordings_of",
    "risen",
    "totals",
    "weeks_with_cases",
]
