"""The guard of repair: whether a heard stretch is ordinary speech, by the frequencies of jieba's dictionary."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

# Occurrences in jieba's dictionary (of 60 million words) from which a heard word is ordinary speech, not a slip.
SAME_TONE = 200  # all tones agree with the term
OTHER_TONE = 5
CROSSED = 50  # of a word that the stretch would cut in two
NEAR = 50  # of a heard word that holds the consonant in question
ANCHOR = 2  # characters of a term that have to be heard right beside an ordinary word before that is changed
# Of a single character such as 是 or 了, which stands there in its own right; 100 thousand takes in 时 and 与.
FUNCTION_WORD, FUNCTION_WORD_NEAR = 300_000, 100_000


def is_ordinary(run: str, start: int, term: str, rule: str, words: list[tuple[int, int]]) -> bool:
    """Tell whether what stands in the place of a term is ordinary: a word, a cut through one, or made of one.

    Args:
        run: the Han characters around.
        start: where the stretch begins; it is as long as the term.
        term: what it would become.
        rule: same_sound, other_tone or near_sound.
        words: jieba's words of the run, as [start, stop).
    """
    frequency = _frequencies()
    stop = start + len(term)
    same, near, longer = rule == "same_sound", rule == "near_sound", len(term) > 2
    if frequency.get(run[start:stop], 0) >= (SAME_TONE if same else OTHER_TONE):
        return True
    changed = [at for at in range(start, stop) if run[at] != term[at - start]]
    if near and any(frequency.get(run[begin : begin + 2], 0) >= NEAR for at in changed for begin in (at - 1, at)):
        return True  # however jieba cuts
    for begin, end in words:
        if end <= start or begin >= stop or end - begin < 2:
            continue
        often = frequency.get(run[begin:end], 0)
        if begin < start or end > stop:
            # Three syllables with their tones do not sound like a term by chance, whatever the words around them.
            if often >= CROSSED and not (longer and same):
                return True
        elif any(begin <= at < end for at in changed) and often >= (NEAR if near else SAME_TONE):
            right_outside = sum(at not in changed for at in range(start, stop) if not begin <= at < end)
            if near or right_outside < ANCHOR:
                return True
    if longer and not near:
        return False
    limit = FUNCTION_WORD_NEAR if near else FUNCTION_WORD
    return any(frequency.get(run[at], 0) >= limit for at in changed)


def words_of(run: str) -> Iterator[tuple[int, int]]:
    """Yield jieba's words of a run as [start, stop), new words not guessed."""
    at = 0
    for word in _jieba().cut(run, HMM=False):
        yield at, at + len(word)
        at += len(word)


@cache
def _jieba() -> Any:
    import jieba

    jieba.setLogLevel(60)
    # Own tokenizer: another stage may add words to the shared one, and the guard must not depend on that.
    tokenizer = jieba.Tokenizer()
    tokenizer.initialize()
    return tokenizer


def _frequencies() -> dict[str, int]:
    found: dict[str, int] = _jieba().FREQ
    return found
