"""Names of issues in Chinese and English: what the mentions agree on, else the words that set the group apart."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from complaints.dictionary import Dictionary

AGREE = 0.5  # part of the cases that must share a code before it names the issue
AGREE_CONDITION = 0.4
WORDS = 3
HAN_WORD = re.compile(r"[㐀-鿿]{2,}")
QUANTITY = re.compile(r"[一二三四五六七八九十百千万亿两几半多零]+[个天次年月日周块元米度公里毫升条张]*")
LATIN_WORD = re.compile(r"[a-z]{3,}")
KIND_NAMES = {"service": ("服务", "Service"), "fault": ("故障", "Fault"), "other": ("其他", "Other")}


@dataclass(frozen=True, slots=True)
class CaseCodes:
    """What a case says, by its present mentions: sets of codes."""

    symptoms: frozenset[str]
    components: frozenset[str]
    conditions: frozenset[str]


@dataclass(frozen=True, slots=True)
class IssueName:
    """An issue's names, and the codes that most of its cases share (None where they do not agree)."""

    zh: str
    en: str
    symptom: str | None
    component: str | None


def name_group(codes: Sequence[CaseCodes], words: Sequence[str], kind: str, dictionary: Dictionary) -> IssueName:
    """Name a group of cases.

    Args:
        codes: one entry a case.
        words: the group's characteristic words, best first; used where the mentions do not agree.
        kind: fault or service; faults that agree neither on a symptom nor on a component are about no one trouble, and
            are named as other.
        dictionary: for the codes' names.
    """
    symptom = _agreed_or_broader([case.symptoms for case in codes], dictionary)
    component = _agreed_or_broader([case.components for case in codes], dictionary)
    condition = _agreed([case.conditions for case in codes], AGREE_CONDITION)
    if kind == "fault" and symptom is None and component is None:
        kind = "other"
    if kind != "fault" or symptom is None:
        zh, en = KIND_NAMES[kind]
        if component is not None and kind == "fault":
            zh, en = dictionary.name(component, "zh"), _capital(dictionary.name(component, "en"))
        shown = _telling(words, (zh, en), dictionary)
        return IssueName(
            f"{zh}：{'、'.join(zh for zh, _ in shown)}" if shown else zh,
            f"{en}: {', '.join(en for _, en in shown)}" if shown else en,
            symptom,
            component,
        )
    zh_parts = [dictionary.name(code, "zh") for code in (component, symptom) if code]
    en_parts = [dictionary.name(code, "en") for code in (component, symptom) if code]
    zh, en = " ".join(zh_parts), _capital(": ".join(en_parts))
    if condition:
        zh += f"（{dictionary.name(condition, 'zh')}）"
        en += f" ({dictionary.name(condition, 'en')})"
    return IssueName(zh, en, symptom, component)


def _telling(words: Sequence[str], head: tuple[str, str], dictionary: Dictionary) -> list[tuple[str, str]]:
    """Return the first words that say more than the head and than each other, in Chinese and in English."""
    found: list[tuple[str, str]] = []
    for word in words:
        both = _in_both(word, dictionary)
        if not any(_repeats(one, other) for shown in (head, *found) for one, other in zip(both, shown, strict=True)):
            found.append(both)
        if len(found) == WORDS:
            break
    return found


def _repeats(one: str, other: str) -> bool:
    return one.lower() in other.lower() or other.lower() in one.lower()


def _in_both(word: str, dictionary: Dictionary) -> tuple[str, str]:
    """Return a word in Chinese and in English where the dictionary knows it; else as it is in both."""
    code = dictionary.resolve(word)
    if code is None:
        return word, word
    return (word, dictionary.name(code, "en")) if HAN_WORD.fullmatch(word) else (dictionary.name(code, "zh"), word)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _agreed(sets: Sequence[frozenset[str]], part: float) -> str | None:
    counts = Counter(code for codes in sets for code in codes)
    if not counts:
        return None
    code, count = min(counts.items(), key=lambda item: (-item[1], item[0]))
    return code if count >= part * len(sets) else None


def _agreed_or_broader(sets: Sequence[frozenset[str]], dictionary: Dictionary) -> str | None:
    """Return the code that most cases share, else the broadest code above theirs that most share."""
    broader = [frozenset(dictionary.system_of(code) for code in codes) for codes in sets]
    return _agreed(sets, AGREE) or _agreed(broader, AGREE)


def told_apart(
    names: Mapping[str, IssueName], words: Mapping[str, Sequence[str]], others: Sequence[str], dictionary: Dictionary
) -> dict[str, IssueName]:
    """Give issues of one name the word that tells them apart.

    Args:
        names: by issue.
        words: each issue's characteristic words, best first.
        others: Chinese names of issues that keep theirs.
        dictionary: for words in the other language.
    """
    shared = Counter([*others, *(name.zh for name in names.values())])
    result = dict(names)
    taken = set(others)
    for issue, name in sorted(names.items()):
        if shared[name.zh] < 2:
            continue
        both = [_in_both(word, dictionary) for word in words[issue]]
        own = (
            (zh, en) for zh, en in both
            if zh not in name.zh and en.lower() not in name.en.lower() and f"{name.zh}·{zh}" not in taken
        )  # fmt: skip
        zh, en = next(own, ("", ""))
        if zh and name.zh:
            result[issue] = IssueName(f"{name.zh}·{zh}", f"{name.en} · {en}", name.symptom, name.component)
            taken.add(result[issue].zh)
    return result


def characteristic_words(groups: Mapping[str, Sequence[str]], dictionary: Dictionary) -> dict[str, list[str]]:
    """Return each group's characteristic words, best first, by class-based TF-IDF.

    A word's weight in a group is its share of the group's words times log(1 + A / f), with A the mean number of words a
    group and f the word's count over all groups (Grootendorst, arXiv:2203.05794, 2022). Words are at least two Han
    characters (cut by jieba with the dictionary loaded) or three Latin letters.

    Args:
        groups: masked texts by group.
        dictionary: its terms are never cut apart.
    """
    counts = {group: Counter(_words(texts, dictionary)) for group, texts in groups.items()}
    total: Counter[str] = Counter()
    for count in counts.values():
        total.update(count)
    mean = sum(total.values()) / max(len(counts), 1)
    result = {}
    for group, count in counts.items():
        size = sum(count.values()) or 1
        weights = {word: n / size * math.log(1 + mean / total[word]) for word, n in count.items()}
        result[group] = sorted(weights, key=lambda word: (-weights[word], word))[:10]
    return result


def _words(texts: Sequence[str], dictionary: Dictionary) -> list[str]:
    cut = _cutter(dictionary)
    stop = _stop_words()
    found = []
    for text in texts:
        words = [word for run in HAN_WORD.findall(text) for word in cut(run)] + LATIN_WORD.findall(text.lower())
        # Each word once a text: one owner who repeats a word does not name the group.
        found += sorted({w for w in words if len(w) > 1 and w not in stop and not QUANTITY.fullmatch(w)})
    return found


@cache
def _stop_words() -> frozenset[str]:
    text = (resources.files("cluster") / "data" / "stop_words.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))


@cache
def _cutter(dictionary: Dictionary) -> Callable[[str], list[str]]:
    import logging

    import jieba

    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    for term in dictionary.terms:
        if term.language == "zh":
            tokenizer.add_word(term.term)
    return lambda run: list(tokenizer.cut(run, HMM=False))
