"""Chinese addresses that lead to a door: a road, community or village with a number. A bare city is none."""

from __future__ import annotations

import re
from collections.abc import Iterator

from complaints.redaction.recogniser import Recogniser
from complaints.redaction.spans import Span

_N = "[0-9零〇一二三四五六七八九十百两幺]{1,6}"
_NUMBER = rf"{_N}(?:-[0-9]{{1,5}})?"
_GAP = r"\s?,?\s?"
_COMMUNITY = (
    "(?:小区|社区|花园|家园|公寓|新村|名苑|雅苑|佳苑|嘉园|苑|公馆|庄园|山庄|华府|府邸|花苑|华庭|名邸|名城|新城|国际城"
    "|广场|大厦|大楼|写字楼|宿舍|家属院|豪庭|豪园|景园|名园|雅居|水岸|湾)"
)
_ROOM = rf"(?:{_GAP}[A-Za-z]?{_N}(?:-[0-9]{{1,5}}){{0,3}}\s?(?:号楼|号院|号|栋|幢|座|单元|楼|层|室|户|门|组))"
NO_HOUSE = "(?!线|车|机|缸|柜|位|店|台|窗|上午|下午|早|晚|去|就(?!这个|是|行)|才|之)"  # 路3号线, 路3号早上
# Words such as 公路, 电路, 油路, 半路 are no roads with houses.
_ROAD_WORD = r"(?:(?<![公电油线管气水回铁走修上半网])路|大?街|大道|[巷弄]|胡同)"
_ROAD = rf"{_ROAD_WORD}(?:[东南西北中]段?|{_N}(?:支?[巷弄]|支路))?\s?"
_BEFORE_HOUSE = rf"[0-9]{{1,5}}(?={_GAP}[A-Za-z]?{_N}(?:栋|幢|号楼|单元))"
_HOUSE_NUMBER = rf"{_NUMBER}\s?(?:号楼|号院|号|弄){NO_HOUSE}|{_BEFORE_HOUSE}"
_ON_ROAD = rf"{_ROAD}(?:{_HOUSE_NUMBER})"
_IN_COMMUNITY = (
    rf"{_COMMUNITY}(?:[一二三四五六七八九十0-9]期|[东南西北A-Z]区)?{_GAP}[A-Za-z]?{_NUMBER}\s?"
    "(?:号楼|栋|幢|座|号|单元|组|室)"
)
_IN_VILLAGE = rf"(?:村|屯|庄|镇|乡)\s?{_N}\s?(?:组|队|社|号)(?!长)"
_HOUSE = rf"{_N}\s?(?:栋|幢|号楼)\s?,?{_N}\s?(?:单元|室|号|楼|层|(?=[^0-9]|$))|{_N}单元\s?,?{_N}(?:室|号|户|楼)?"
_BLOCK = rf"{_GAP}[A-Za-z]?{_N}(?:-[0-9]{{1,5}})?\s?(?:号楼|栋|幢|座|单元)"
_REST = rf"(?:,?\s?[㐀-鿿]{{2,8}}(?:{_COMMUNITY}{_ROOM}|{_BLOCK}))?{_ROOM}{{0,5}}+"
_LAST = "(?:[0-9]{3,4}(?![0-9]|[年元公万千米]))?(?:[零〇一二三四五六七八九幺]{3,4}室?)?"
# The part that makes it an address; what stands left of it is added afterwards, as far as it names places.
CORE = re.compile(rf"(?:{_ON_ROAD}|{_IN_COMMUNITY}|{_IN_VILLAGE}|{_HOUSE}){_REST}{_LAST}")
PROVINCES = re.compile(
    "(?:北京|上海|天津|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川"
    "|贵州|云南|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门)"
    "(?![东南西北中一二三四]{0,2}(?:路|街|大道))"  # 北京西路 lies in any town
)
STRETCH = re.compile(r"(?:[㐀-鿿A-Za-z0-9()]|(?<=[省市区县镇乡道])[\s,]){1,40}+$")
STRETCH_BACK = 40  # characters
# The first unit of administration; 小区, 景区, 服务区 are none.
ADMIN = re.compile("自治州|地区|街道|开发区|[省市县旗镇乡盟]|(?<![小景务城郊校厂库园])区")
LEAD_STOP = re.compile(".*(?:[在住于是到址我你他她们去的寄送往了说:]|投诉|来自)", re.DOTALL)
ADMIN_BACK = 4  # characters of a town's or district's own name
NAME_BACK = 4  # characters of a road's or community's own name
NO_ROAD_NAME = re.compile("(?:高速|(?<![㐀-鿿]{2})(?<![五七八三])一|[了过着走开跑]一|这条|那条|马|道)$")


def _left_end(text: str, start: int) -> int:
    """Return where the address begins whose core begins at `start`: at its province, its city, or its road's name."""
    stretch = STRETCH.search(text, max(0, start - STRETCH_BACK), start)
    if stretch is None:
        return start
    left = stretch.start()
    # Two more characters, for the look ahead: the road's word begins at `start`.
    if (province := PROVINCES.search(text, left, start + 2)) and province.end() <= start:
        return province.start()
    admin = ADMIN.search(text, left + 2, start)
    own_name_end, back = (admin.start(), ADMIN_BACK) if admin else (start, NAME_BACK)
    if stop := LEAD_STOP.match(text, left, own_name_end):
        left = stop.end()
    return max(left, own_name_end - back)


def _addresses(text: str) -> Iterator[Span]:
    for core in CORE.finditer(text):
        start = _left_end(text, core.start())
        own_name = text[start : core.start()]
        if core[0][0] in "路街大巷弄胡" and (not own_name or NO_ROAD_NAME.search(own_name)):
            continue
        yield Span(start, core.end(), "ADDRESS", 0.7)


RECOGNISERS = (Recogniser("Chinese address", "ADDRESS", _addresses),)
