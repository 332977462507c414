"""A case's text in, a Reading out: mentions, polarity, content."""

from classify.reading.content import service_topics
from classify.reading.corrections import read_corrections
from classify.reading.data import tables_digest
from classify.reading.finder import MentionFinder
from classify.reading.read_case import dated, mention_rows, read_case
from classify.reading.semantic import Unseen, unseen_wordings
from classify.reading.types import Dated, Reading

__all__ = [
    "Dated",
    "MentionFinder",
    "Reading",
    "Unseen",
    "dated",
    "mention_rows",
    "read_case",
    "read_corrections",
    "service_topics",
    "tables_digest",
    "unseen_wordings",
]
