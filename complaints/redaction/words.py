"""Whether characters are a word of their own or parts of their neighbours', by the word list that jieba ships."""

from __future__ import annotations

from functools import cache

LONGEST = 3  # characters
RAREST = 3  # a word that jieba's corpus has seen less often is not counted
PERSON = "nr"  # jieba's mark of personal names: those are what is looked for


@cache
def words() -> frozenset[str]:
    """Return the Chinese words of two or three characters but for personal names; read in about half a second."""
    import jieba

    found = set()
    with jieba.get_dict_file() as stream:
        for line in stream:
            word, count, kind = line.decode("utf-8").split(" ", 2)
            if 2 <= len(word) <= LONGEST and int(count) >= RAREST and not kind.startswith(PERSON):
                found.add(word)
    return frozenset(found)


def stands_apart(text: str, start: int, end: int) -> bool:
    """Tell whether no word begins or ends inside text[start:end], nor is the whole one."""
    known = words()
    for length in range(2, LONGEST + 1):
        for at in range(max(0, start - length + 1), end):
            if text[at : at + length] in known:
                return False
    return True
