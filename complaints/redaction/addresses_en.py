"""English addresses: a house number and a street, with what may follow, typed or said; post boxes."""

from __future__ import annotations

import re

from complaints.redaction.recogniser import Recogniser, pattern_search

_STREET = (
    "Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Terrace|Circle|Cir|Parkway|Pkwy|Place|Pl"
    "|Trail|Way|Highway|Hwy"
)
_CAPITALS = "STREET|AVENUE|AVE|BOULEVARD|BLVD|LANE|LN|COURT|ROAD|RD|DRIVE|DR|PARKWAY|PKWY|HIGHWAY|HWY"
# "4 Wheel Drive", "2 Lane Road", "45 MPH Road" are no houses.
_NO_STREET = (
    r"(?!(?:Wheel|Test|All|Hard|Four|Front|Rear|Two|One|Miles?|Way|Lane|Left|Right|The|On|In|At|And|Year|Speed|MPH|Feet"
    r"|Times|Days|Hours|Cars?|Of|To|A|My|Cylinder|Door)\b)"
)
_SAID_NO_STREET = (
    r"(?!(?:lane|mile|way|the|of|on|in|a|an|miles|wheel|test|feet|foot|year|mph|and|to|or|dollars|per|cars|at|from"
    r"|people|hours|minutes|times|days|different)\b)"
)
_HOUSE = r"(?<![A-Za-z0-9.$,\-])[0-9]{1,6}[A-Za-z]?\s(?:(?:N|S|E|W|North|South|East|West|NE|NW|SE|SW)\.?\s)?"
_WORD = r"(?:[A-Z][a-z'’]{1,20}|[0-9]{1,3}(?:st|nd|rd|th))"
_FLAT = r"(?:,?\s(?:Apt|Apartment|Unit|Suite|Ste|#)\.?\s?[A-Za-z0-9\-]{1,6})?"
_TOWN = r"(?:,?\s[A-Z][A-Za-z]{2,20}(?:\s[A-Z][A-Za-z]{2,20})?,?\s[A-Z]{2}(?:\s[0-9]{5}(?:-[0-9]{4})?)?)?"
TYPED = rf"{_HOUSE}(?:(?i:{_NO_STREET}){_WORD}\s){{1,3}}(?:{_STREET})\b\.?{_FLAT}{_TOWN}"
SHOUTED = rf"{_HOUSE}(?:(?i:{_NO_STREET})[A-Z]{{2,20}}\s){{1,3}}(?:{_CAPITALS})\b\.?{_TOWN}"
SAID = (
    rf"(?<![A-Za-z0-9.$,\-])[0-9]{{2,6}}\s(?:(?:north|south|east|west)\s)?{_SAID_NO_STREET}"
    r"[a-z]{3,15}\s(?:street|avenue|boulevard)\b(?:,?\s(?:apartment|unit)\s[A-Za-z0-9\-]{1,6})?"
)
POST_BOX = r"\bP\.?\s?O\.?\sBox\s[0-9]{1,7}\b"

RECOGNISERS = (
    Recogniser("English address", "ADDRESS", pattern_search("ADDRESS", TYPED, 0.7)),
    Recogniser("English address in capitals", "ADDRESS", pattern_search("ADDRESS", SHOUTED, 0.6)),
    Recogniser("English address as said", "ADDRESS", pattern_search("ADDRESS", SAID, 0.6)),
    Recogniser("post box", "ADDRESS", pattern_search("ADDRESS", POST_BOX, 0.7, flags=re.IGNORECASE)),
)
