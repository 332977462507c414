"""The parts of a Chinese name at a place of a text: surname, given name, and words that only look like it."""

from __future__ import annotations

import re

from complaints.redaction.name_tables import (
    COMPOUND_SURNAMES,
    GIVEN,
    LEFT_WORDS,
    NOT_GIVEN,
    NOT_NAMES,
    RARELY_GIVEN,
    SURNAMES,
    WORD_SURNAMES,
)
from complaints.redaction.words import words

HAN = re.compile("[㐀-鿿]")
LONGEST_GIVEN = 2  # characters


def surname_length(text: str, at: int, *, words: bool = True) -> int:
    """Return the length of the surname at `at`, 0 where none stands; `words`: also surnames that are common words."""
    if text[at : at + 2] in COMPOUND_SURNAMES:
        return 2
    character = text[at : at + 1]
    return int(character in SURNAMES and (words or character not in WORD_SURNAMES))


def is_word(text: str, at: int) -> bool:
    """Tell whether a word that is no name stands at `at`."""
    return text[at : at + 2] in NOT_NAMES or text[at : at + 3] in NOT_NAMES


def inside_word(text: str, at: int) -> bool:
    """Tell whether the surname at `at` is the end of a word (丰田, 对方), or a character said twice (高高兴兴)."""
    return at > 0 and (text[at - 1] == text[at] or text[at - 1] in LEFT_WORDS.get(text[at], ()))


def given_length(text: str, at: int) -> int:
    """Return how many characters from `at` may be a given name: at most two, none that names do not have."""
    length = 0
    for place in range(at, min(at + LONGEST_GIVEN, len(text))):
        if not HAN.match(text[place]) or (text[place] in NOT_GIVEN and not _may_end_or_go_on(text, place, length)):
            break
        length += 1
    return length


def _may_end_or_go_on(text: str, place: int, length: int) -> bool:
    """Tell whether a character that names rarely have is part of one: 王家豪, 李海元。 but not 王有问题."""
    following = text[place + 1 : place + 2]
    if text[place] not in RARELY_GIVEN:
        return False
    return not HAN.match(following) or (length == 0 and following not in NOT_GIVEN)


def likely_given(text: str, at: int) -> int:
    """Return how many characters from `at`, at most two, are usual in given names."""
    if text[at : at + 1] == "家" and text[at + 1 : at + 2] in GIVEN:  # 家豪, but no 家园 and no 家 before 丰田
        return 0 if {text[at : at + 2], text[at + 1 : at + 3]} & words() else LONGEST_GIVEN
    length = 0
    for character in text[at : at + LONGEST_GIVEN]:
        if character not in GIVEN:
            break
        length += 1
    return length
