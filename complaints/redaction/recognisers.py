"""All recognisers, in one list: what redaction looks for in every text."""

from __future__ import annotations

from complaints.redaction import (
    accounts,
    addresses_en,
    addresses_zh,
    answers,
    cards,
    names_en,
    names_zh,
    phones,
    vehicles,
)
from complaints.redaction.recogniser import Recogniser

HEARD: tuple[Recogniser, ...] = phones.HEARD  # in calls alone
RECOGNISERS: tuple[Recogniser, ...] = (
    *accounts.RECOGNISERS,
    *cards.RECOGNISERS,
    *vehicles.RECOGNISERS,
    *phones.RECOGNISERS,
    *addresses_zh.RECOGNISERS,
    *addresses_en.RECOGNISERS,
    *names_zh.RECOGNISERS,
    *names_en.RECOGNISERS,
    *answers.RECOGNISERS,
)
