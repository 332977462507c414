"""What a page says in words: messages, sentences, terms."""

from reports.wording.glossary import TERMS, read_words
from reports.wording.messages import NameOf, Words
from reports.wording.sentences import (
    headline,
    leading,
    level_of,
    pareto_finding,
    rate_finding,
    service_finding,
    tonight,
    trend_finding,
)

__all__ = [
    "TERMS",
    "NameOf",
    "Words",
    "containment",
    "headline",
    "leading",
    "level_of",
    "pareto_finding",
    "phrases",
    "rate_finding",
    "read_words",
    "sentences",
    "service_finding",
    "tonight",
    "trend_finding",
]
