"""The text as recognisers read it: one width, one script, nothing invisible, placeholders as single barriers.

Offsets of a view are mapped back to the original text, so that recognisers need not know what was folded.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from complaints.redaction.spans import CHINESE_WORDS, KINDS, Kind, Span

# One private-use character a kind stands for what is already redacted: no pattern matches it, no word spans it.
BARRIER: dict[Kind, str] = {kind: chr(0xF8E0 + n) for n, kind in enumerate(KINDS)}
PLACEHOLDER = re.compile(r"\[(?:" + "|".join([*KINDS, *CHINESE_WORDS.values()]) + r")\]")
KIND_OF_WORD: dict[str, Kind] = {f"[{kind}]": kind for kind in KINDS}
KIND_OF_WORD |= {f"[{word}]": kind for kind, word in CHINESE_WORDS.items()}

# Recognition switches between scripts in mid-file; these are the characters that recognisers look for.
# Traditional and simplified, in pairs.
_SCRIPTS = """
電电 話话 號号 車车 機机 聯联 繫系 係系 貴贵 蘇苏 滬沪 粵粤 雲云 遼辽 魯鲁 寧宁 瓊琼 陝陕 贛赣 龍龙 閩闽
張张 陳陈 劉刘 楊杨 趙赵 黃黄 吳吴 孫孙 馬马 羅罗 鄭郑 謝谢 許许 韓韩 馮冯 鄧邓 葉叶 蔣蒋 盧卢 賈贾 鐘钟
鍾钟 譚谭 陸陆 範范 鄒邹 蕭萧 呂吕 錢钱 湯汤 龔龚 賴赖 嚴严 溫温 畢毕 齊齐 莊庄 師师 經经 顧顾 問问 員员
長长 證证 帳账 碼码 郵邮 銀银 區区 縣县 鄉乡 鎮镇 園园 樓楼 棟栋 單单 東东 廣广 蘭兰 萬万 業业 灣湾 時时
總总 監监 務务 聶聂 龐庞 鄔邬 蘆芦 兩两 貳贰 漢汉 鄰邻 達达 媽妈 顏颜 鮑鲍 費费 紀纪 欒栾 閻阎 項项 聞闻
賀贺 駱骆 歐欧 陽阳 鳳凤 麗丽 華华 偉伟 強强 軍军 國国 傑杰 濤涛 靜静 艷艳 紅红 誠诚 賢贤 鵬鹏 輝辉 勝胜
倫伦 興兴 慶庆 義义 瑩莹 瑤瑶 賓宾 豔艳 紹绍 鴻鸿 學学 寶宝 貝贝 連连 進进 遠远 鋒锋 鋼钢 鐵铁 銘铭 錦锦
"""
DASHES = (0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2212, 0x30FC, 0xFE63)
SPACES = (0xA0, 0x3000, *range(0x2000, 0x200B), 0x202F, 0x205F)
# Arabic, Persian and Devanagari digits, and the mathematical ones that hide numbers from simple filters.
DIGIT_ZEROS = (0x660, 0x6F0, 0x966, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6)
INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")


@dataclass(frozen=True, slots=True)
class View:
    """`text` as folded; `index[i]` is the place of its character i in the original (None: the same place)."""

    text: str
    index: Sequence[int] | None

    def original(self, span: Span) -> Span:
        """Return a span of the view as a span of the original text."""
        if self.index is None:
            return span
        return Span(self.index[span.start], self.index[span.end - 1] + 1, span.kind, span.score)


@cache
def fold_table() -> dict[int, str]:
    """Return the one-to-one folding: full width and other digits to ASCII, traditional to simplified."""
    table = {ord(pair[0]): pair[1] for pair in _SCRIPTS.split()}
    table |= {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    table |= dict.fromkeys(map(ord, BARRIER.values()), " ")
    table |= dict.fromkeys(DASHES, "-")
    table |= dict.fromkeys(SPACES, " ")
    for zero in DIGIT_ZEROS:
        table |= {zero + n: str(n) for n in range(10)}
    return table


def make_view(text: str, spans: Sequence[Span] = ()) -> View:
    """Return the view of `text` in which `spans` (ordered, not overlapping) and placeholders are barriers."""
    holes = [(s.start, s.end, s.kind) for s in spans]
    if "[" in text:
        holes += [(m.start(), m.end(), KIND_OF_WORD[m.group()]) for m in PLACEHOLDER.finditer(text)]
    folded = text if text.isascii() else text.translate(fold_table())
    if not holes and not INVISIBLE.search(folded):
        return View(folded, None)
    parts: list[str] = []
    index: list[int] = []
    at = 0
    for start, end, kind in [*sorted(holes), (len(text), len(text), None)]:
        if start < at:  # a placeholder inside a span
            continue
        kept = [i for i in range(at, start) if not INVISIBLE.match(folded[i])]
        parts += [folded[i] for i in kept]
        index += kept
        if kind is not None:
            parts.append(BARRIER[kind])
            index.append(start)
        at = end
    return View("".join(parts), index)
