"""Chinese personal names, where something says that a name stands there: a title, "我叫", "姓", a label, a number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from complaints.redaction.name_parts import HAN, given_length, inside_word, is_word, likely_given, surname_length
from complaints.redaction.name_tables import (
    CLEAR_SURNAMES,
    COMPOUND_SURNAMES,
    GIVEN,
    SURNAMES,
    TITLED_WORD_SURNAMES,
    WORD_SURNAMES,
)
from complaints.redaction.recogniser import Recogniser
from complaints.redaction.spans import Span
from complaints.redaction.view import BARRIER
from complaints.redaction.words import stands_apart

TITLE = re.compile(
    "先生|女士|小姐|师傅|经理|主管|总监|店长|厂长|站长|主任|顾问|专员|技师|老师|警官|律师|医生|太太|阿姨|大哥|大姐"
    "|老板|队长|班长|科长|部长|教练|同志"
    "|总(?![成是之共计部经体线泵会觉算要在得有监结量重价额数阀])|工(?![程作厂单时人艺具况期资业商本])|哥|姐|董(?!事)"
)
PERSONAL_TITLES = frozenset({"先生", "女士", "小姐", "太太"})
SHORT_TITLES = frozenset("总工哥姐董")
LEFT_OF_NAME = frozenset("的是叫找给跟和问让由请与被对向了说谢有")  # besides what is no Han character
LEADS_TO_NAME = LEFT_OF_NAME - {"的", "谢", "有", "了", "说"} | frozenset("名人员主客户者手系由过")
OWN = re.compile(
    "我的?(?:名字|姓名)?(?:就?叫做?|名叫)|(?:名字|本名|姓名)(?:就?是|叫做?|为)|(?<![㐀-鿿])叫"
    "|(?:他|她|人|员|销售|经理|师傅|顾问)(?:名叫|名字叫|叫做?)|一[个位名]叫做?"
)
FAMILY = re.compile("(?<!百)姓(?!名)")
ROLE = re.compile(
    "丈夫|妻子|爱人|妈妈|爸爸|老公|老婆|父亲|母亲|儿子|女儿|朋友|同事|我就?是|这[里边]是|我这是|鄙人|姓名|名字|经[手办]人|当事人|收货人|师傅|前台|工程师|技术员|维修工|机修|顾问|经理|主管|总监|专员|店长|技师|客服|接待|老板|法人代表|法人|负责人|销售员?|员工|业务员|主任"
    "|董事长|总裁|站长|教练|联系人|收件人|机主|驾驶员|驾驶人|司机|本人|车主|客户|用户|消费者|投诉人|报案人"
)
LABEL = re.compile(
    r"(?:姓名|名字|联系人|收件人|收货人|投诉人|报案人|车主|机主|驾驶员|驾驶人|司机|客户|用户|负责人|经办人|销售|顾问"
    r"|经理|法人|户主|当事人)(?:姓名|名称|名字)?\s?:\s?|姓名[\s,]{1,2}"
    r"|(?:联系人|收件人|收货人|投诉人|报案人|驾驶员|机主|户主)[\s,是为]{1,2}|免贵(?!姓)"
)
ASKED = re.compile(
    r"(?:怎么称呼|如何称呼|贵姓|尊姓大名|姓名|什么名字|叫什么|您的名字|全名)[^\n]{0,8}\n"
    r"(?:[嗯啊呃哦好的,。\s]|那个){0,6}(?:我|这边|这里|本人|叫|是|就|免贵|姓|名字|您|[,:\s]){0,8}"
)
# The beginning of a telephone number, or one that is gone already.
NUMBER_AHEAD = re.compile(
    rf"[\s,:/、(]{{0,3}}(?:\+?(?:86)?\s?1[3-9][0-9]|[幺一][三五七八九][零〇一二三四五六七八九幺]|{BARRIER['PHONE']})"
)
CALL_AHEAD = re.compile(r"[\s,]{0,2}(?:电话|手机|联系电话)")
ACTS = re.compile("[说称]|表示|建议|告知|回复|答复|联系|承诺|接待|回答|找到")
BORDER = re.compile(rf"$|[^㐀-鿿A-Za-z0-9]|先生|女士|小姐|{ACTS.pattern}")
# What is told of somebody right behind the name.
GOES_ON = re.compile(
    "于[今去前本当0-9一二三四五六七八九十]|[一总]直|总是|多次|每次|非常|态度|推[脱诿]|拒绝|不[给理肯愿管予接]|让我|叫我"
    "|反[映馈]|来电|致电|投诉|要求|咨询|诉求|称|说|表示|[去今前]年|昨天|今天|上个?[月周]|[购提买]车|的(?:车|电话|手机|名义)"
    "|名下|打[过了]?(?:电话|招呼)|[去来]过|开的?车|当时|登记|接待|答应|保证|拒绝|出具|没?回[过了]?电话"
)
LATIN_NAME = re.compile(r"\s?(?P<x>[A-Z][a-z]{1,15}(?: [A-Z][a-z]{1,15})?)(?![A-Za-z0-9])")
MINORITY_NAME = re.compile("(?P<x>[㐀-鿿]{2,7}[·•.][㐀-鿿]{2,8})")
# Behind a label with a colon, also a surname that is in no table.
RARE_NAME = re.compile(
    "(?!匿名|保密|未知|没有|不详|暂无|同上|某|先生|女士|本人|客户|用户|车主)[㐀-鿿]{2,3}(?![㐀-鿿A-Za-z0-9])"
)
NUMBERED = frozenset(BARRIER[kind] for kind in ("PHONE", "ACCOUNT", "ID_CARD"))
_FIRST = "".join(sorted(SURNAMES | {name[0] for name in COMPOUND_SURNAMES}))
BESIDE = re.compile(
    rf"(?:^|[^㐀-鿿]|本人|我是|客户|车主|联系|和|找|叫)(?P<x>[{_FIRST}])"
    r"(?=[㐀-鿿]{1,3}[^㐀-鿿]|[㐀-鿿]{1,3}(?:电话|手机|联系|[幺一]))"
)
SURNAME = re.compile("|".join([*sorted(COMPOUND_SURNAMES), f"[{''.join(sorted(SURNAMES))}]"]))
ALONE = re.compile(rf"(?:^|[^㐀-鿿])(?P<x>[{''.join(sorted(CLEAR_SURNAMES))}])")


def _name_end(text: str, at: int, *, lone_surname: bool) -> int:
    """Return the end of the name that begins at `at` behind a clear sign, `at` where none stands."""
    family = surname_length(text, at)
    if not family:
        return at
    if is_word(text, at):  # 黄金凤, 周一鸣: all that stands up to a border is a name
        whole = family == 1 and likely_given(text, at + 1) == 2 and BORDER.match(text, at + 3)
        return at + 3 if whole else at
    titled = TITLE.match(text, at + family) is not None
    given = 0 if titled else given_length(text, at + family)
    return at + family + given if given or lone_surname or titled else at


def _titled(text: str) -> Iterator[Span]:
    """王经理, 王云帆经理, 王总: the name, not the title."""
    for title in TITLE.finditer(text):
        start, short = title.start(), title[0] in SHORT_TITLES
        for at in range(max(0, start - 4), start):
            left = text[at - 1 : at] if at else ""
            begins = not HAN.match(left) or left in LEFT_OF_NAME
            personal = title[0] in PERSONAL_TITLES
            words = text[at] in TITLED_WORD_SURNAMES or (personal and begins)
            family = surname_length(text, at, words=words)
            given = start - at - family
            if not family or given < 0 or given > 2 or is_word(text, at) or inside_word(text, at):
                continue
            if given:
                clear = personal or (begins and text[at] in CLEAR_SURNAMES)
                usual = likely_given(text, at + family)
                possible = max(usual, given_length(text, at + family)) if clear else usual
                begins = not short and possible >= given
            if begins or (not given and not short):
                yield Span(at, start, "NAME", 0.8)
                break


def _told(text: str) -> Iterator[Span]:
    """我叫王云帆, 名字是…, 姓名：…, also names in Latin letters and those with a middle dot."""
    for pattern in (OWN, LABEL):
        for sign in pattern.finditer(text):
            at = sign.end()
            if other := MINORITY_NAME.match(text, at) or LATIN_NAME.match(text, at):
                yield Span(other.start("x"), other.end("x"), "NAME", 0.7)
            elif (end := _name_end(text, at, lone_surname=sign[0] == "免贵")) > at:
                yield Span(at, end, "NAME", 0.8)
            elif (rare := RARE_NAME.match(text, at)) and ":" in sign[0] and not is_word(text, at):
                yield Span(at, rare.end(), "NAME", 0.6)


def _family(text: str) -> Iterator[Span]:
    """免贵姓周, 一个姓李的销售: the surname."""
    for sign in FAMILY.finditer(text):
        at = sign.end()
        family = surname_length(text, at)
        if family and not is_word(text, at):
            yield Span(at, at + family, "NAME", 0.8)


def _asked(text: str) -> Iterator[Span]:
    """The answer, in the next line or turn, to a question for the name."""
    for question in ASKED.finditer(text):
        at = question.end()
        end = _name_end(text, at, lone_surname=True)
        if end > at and (BORDER.match(text, end) or TITLE.match(text, end)):
            yield Span(at, end, "NAME", 0.7)


def _after_role(text: str) -> Iterator[Span]:
    """经理王云帆说, 本人李云，: usual characters of given names, or a border behind the name."""
    for role in ROLE.finditer(text):
        at = role.end()
        family = surname_length(text, at)
        if not family or is_word(text, at):
            continue
        if surname_length(text, at, words=False):
            given = _given_after_role(text, at + family, clear=text[at] in CLEAR_SURNAMES)
        else:  # 何, 于: a name only if all that stands up to a border is usual in one
            usual = likely_given(text, at + family)
            given = 2 if usual == 2 and BORDER.match(text, at + family + 2) else 0
        if given:
            yield Span(at, at + family + given, "NAME", 0.7)


def _given_after_role(text: str, at: int, *, clear: bool) -> int:
    """Return the length of the given name at `at`, 0 where none stands; a clear surname and a border are signs."""
    usual, possible = likely_given(text, at), given_length(text, at)
    if usual == 2:
        return 2
    if told := next((n for n in range(possible, 0, -1) if GOES_ON.match(text, at + n)), 0):
        return told
    if possible == 2 and BORDER.match(text, at + 2) and (clear or usual or likely_given(text, at + 1)):
        return 2
    if usual == 1 and (clear or possible == 1 or BORDER.match(text, at + 1)):
        return 1
    return int(possible > 0 and clear and BORDER.match(text, at + 1) is not None)


def _beside_number(text: str) -> Iterator[Span]:
    """王云帆 138…: a name ahead of a telephone number."""
    for match in BESIDE.finditer(text):
        at = match.start("x")
        family = surname_length(text, at)
        if not family or is_word(text, at):
            continue
        for given in (2, 1):
            end = at + family + given
            called = likely_given(text, at + family) >= given and CALL_AHEAD.match(text, end)
            if called or (given_length(text, at + family) >= given and NUMBER_AHEAD.match(text, end)):
                yield Span(at, end, "NAME", 0.7)
                break


def _alone(text: str) -> Iterator[Span]:
    """，李云帆建议, [电话]王云帆: a clear surname and usual characters between borders, or ahead of what persons do."""
    for match in ALONE.finditer(text):
        at = match.start("x")
        if is_word(text, at):
            continue
        usual = likely_given(text, at + 1)
        given = next((n for n in range(usual, 0, -1) if BORDER.match(text, at + 1 + n)), 0)
        sign = ACTS.match(text, at + 1 + given) or (at and text[at - 1] in NUMBERED)
        if given == 2 or (given == 1 and sign):
            yield Span(at, at + 1 + given, "NAME", 0.6)


def _whole(text: str) -> Iterator[Span]:
    """王小梅, 慕容兴旺: a surname and what may be a given name, wherever they stand.

    Two usual characters behind a surname that is no common word are a name anywhere. Fewer need more around them, or
    that neither they nor their neighbours are words with them: 妈妈卢斌开的车.
    """
    for match in SURNAME.finditer(text):
        at, given = match.start(), match.end()
        if is_word(text, at) or inside_word(text, at) or TITLE.match(text, given):
            continue
        led = at == 0 or not HAN.match(text[at - 1]) or text[at - 1] in LEADS_TO_NAME
        if length := _given_of_whole(text, at, given, led=led):
            yield Span(at, given + length, "NAME", 0.6)


def _given_of_whole(text: str, at: int, given: int, *, led: bool) -> int:
    clear = given - at > 1 or text[at] in CLEAR_SURNAMES
    word = given - at == 1 and text[at] in WORD_SURNAMES
    first = likely_given(text, given)
    if first == 2 and not word:
        return 2
    for length in (2, 1):
        usual = sum(character in GIVEN for character in text[given : given + length])
        sure = (first == 2 and led) or (
            led and usual and not word and (usual == length or given_length(text, given) == 2)
        )
        if sure and any(pattern.match(text, given + length) for pattern in (BORDER, GOES_ON, TITLE)):
            return length
    if led and clear and first == 1:
        return 1
    enough = first == 2 and led if word else first == 1
    return first if enough and stands_apart(text, at, given + first) else 0


RECOGNISERS = (
    Recogniser("name ahead of a title", "NAME", _titled),
    Recogniser("name that is told", "NAME", _told),
    Recogniser("surname that is told", "NAME", _family),
    Recogniser("name that was asked for", "NAME", _asked),
    Recogniser("name after a role", "NAME", _after_role),
    Recogniser("name beside a telephone number", "NAME", _beside_number),
    Recogniser("name that stands alone", "NAME", _alone),
    Recogniser("whole name", "NAME", _whole),
)
