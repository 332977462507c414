"""English personal names, where something says that a name stands there: a title, "my name is", a label, a role."""

from __future__ import annotations

import re
from collections.abc import Iterator

from complaints.redaction.recogniser import Recogniser, pattern_search
from complaints.redaction.spans import Span

_CAP = r"[A-Z](?:[a-z]{1,20}|['’][A-Z][a-z]{1,18}|[A-Z]{2,20})(?:['’\-][A-Z][a-z]{1,18})?"
_FULL = rf"{_CAP}(?:\s[A-Z]\.)?(?:\s{_CAP}){{0,2}}"
_FIRST_NAMES = """
James John Robert Michael Mike William Bill David Dave Richard Joseph Joe Thomas Tom Charles Chris
Christopher Daniel Dan Matthew Matt Anthony Tony Donald Steven Steve Paul Andrew Andy Joshua Josh Kenneth
Ken Kevin Brian George Edward Ronald Ron Timothy Tim Jason Jeff Jeffrey Ryan Jacob Gary Nicholas Nick Eric
Jonathan Stephen Larry Justin Scott Brandon Benjamin Ben Samuel Sam Gregory Greg Frank Alex Alexander
Raymond Patrick Jack Dennis Jerry Tyler Aaron Jose Adam Nathan Henry Zachary Douglas Peter Kyle Noah Ethan
Jeremy Walter Keith Roger Terry Sean Carlos Juan Luis Bob Jim Rick Mary Patricia Jennifer Jen Linda
Elizabeth Barbara Susan Jessica Sarah Karen Lisa Nancy Betty Sandra Margaret Ashley Kimberly Kim Emily Donna
Michelle Carol Amanda Melissa Deborah Debbie Stephanie Rebecca Sharon Laura Cynthia Dorothy Amy Kathleen
Angela Shirley Emma Brenda Pamela Nicole Anna Samantha Katherine Christine Helen Debra Rachel Carolyn Janet
Maria Catherine Heather Diane Olivia Julie Joyce Victoria Ruth Virginia Lauren Kelly Christina Joan Evelyn
Judith Andrea Hannah Megan Cheryl
"""
FIRST_NAMES = "|".join(_FIRST_NAMES.split())
_STOP_WORDS = """
a an the and or but i my we you he she it is was am are at in on of to for from with calling not no yes here about
because so have has had this that regarding phone number address email going just very really still also then when who
what where why how
"""
_FIRM_WORDS = """
service services center centers centre centres department dept dealer dealers dealership motor motors auto automotive
cars customer care support company inc llc corp corporation group insurance relations ford toyota honda hyundai kia
nissan tesla chevrolet subaru mazda jeep chrysler dodge bmw volkswagen
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())
FIRM_WORDS = frozenset(_FIRM_WORDS.split())
TITLED = rf"\b(?:Mr|Mrs|Ms|Mx|Miss|Dr|MR|MRS|MS)\b\.?\s{{1,2}}(?P<x>{_FULL})"
TITLED_LOWER = r"\b(?:mr|mrs|ms|mister|missus)\b\.?\s(?P<x>[a-z]{2,20})(?![a-z])"
LABELLED = (
    r"\b(?:[Nn]ame|NAME|[Cc]ontact(?: person)?|[Oo]wner|[Cc]ustomer|[Cc]aller|[Dd]river|[Aa]dvisor)(?: name)?"
    rf"\s?:\s?(?P<x>{_FULL})"
)
ROLE = (
    r"\b(?:named|[Ss]poke (?:with|to)|[Mm]anager|[Aa]dvis[eo]r|[Tt]echnician|[Rr]epresentative|[Aa]gent|[Ss]upervisor"
    r"|[Rr]ep|[Ss]alesman|[Mm]echanic|[Aa]sk for),?\s(?:named |called |was |is |by the name of )?"
    rf"(?P<x>(?:{FIRST_NAMES})(?:\s{_CAP})?)\b"
)
NAMED = rf"\b(?:named|by the name of)\s(?P<x>{_CAP}(?:\s{_CAP})?)"
SPEAKING = (
    rf"\b(?:[Tt]his is|I'?m|I am|[Ii]t'?s)\s(?P<x>{_CAP}\s{_CAP}|(?:{FIRST_NAMES}))"
    r"(?=\s(?:calling|speaking|from|here)\b|[,.]\s)"
)
SIGNED = rf"(?:[Ss]incerely|[Rr]egards|[Rr]espectfully|[Yy]ours truly),?\s{{1,3}}(?P<x>{_FULL})"
_ANY = r"[A-Za-z][A-Za-z'’\-]{1,20}"
TOLD = re.compile(rf"\bmy (?:full |first |last )?name(?: is|['’]s)\s(?P<x>{_ANY}(?:\s{_ANY}){{0,2}})", re.IGNORECASE)


def _told(text: str) -> Iterator[Span]:
    """My name is john smith: up to the first word that cannot be part of a name; two words where nothing is capital."""
    for match in TOLD.finditer(text):
        words = re.finditer(r"\S+", match["x"])
        end, count = 0, 0
        for word in words:
            if word[0].lower() in STOP_WORDS or (count == 2 and not word[0][0].isupper()):
                break
            end, count = word.end(), count + 1
        if end:
            yield Span(match.start("x"), match.start("x") + end, "NAME", 0.8)


def _person(name: str) -> float | None:
    words = [word.lower() for word in name.split()]
    return None if words[0] in STOP_WORDS or FIRM_WORDS.intersection(words) else 0.8


RECOGNISERS = (
    Recogniser("name that is told in English", "NAME", _told),
    *(
        Recogniser("English name", "NAME", pattern_search("NAME", pattern, 0.8, _person))
        for pattern in (TITLED, TITLED_LOWER, LABELLED, ROLE, NAMED, SPEAKING, SIGNED)
    ),
)
