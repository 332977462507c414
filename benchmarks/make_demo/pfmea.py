"""Writes the PFMEA as a plant keeps it: a merged Chinese title, two header rows, merged station cells."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path

Row = tuple[str, str, str, str, str, str, int, int, int, str]
"""Station, operation, component, failure mode, symptom at the customer, cause, S, O, D, action priority."""

ROWS: tuple[Row, ...] = (
    ("Z010A", "天窗总成安装", "天窗", "密封胶条压接不到位", "漏水", "压装行程不足", 6, 3, 4, "M"),
    ("Z010A", "天窗总成安装", "天窗", "排水管未插到底", "漏水", "插接后无拉拔确认", 6, 2, 5, "M"),
    ("Z010B", "天窗总成安装", "天窗", "密封胶条压接不到位", "漏水", "压装行程不足", 6, 3, 4, "M"),
    ("Z010B", "天窗总成安装", "天窗", "导轨润滑不足", "异响", "涂脂量偏少", 4, 3, 4, "L"),
    ("Z020A", "车门装配与调整", "车门", "间隙面差超差", "关不严", "调整样架磨损", 5, 4, 3, "M"),
    ("Z020B", "车门装配与调整", "车门", "间隙面差超差", "关不严", "调整样架磨损", 5, 4, 3, "M"),
    ("Z020C", "车门装配与调整", "车窗", "升降器导轨歪斜", "异响", "定位销松动", 4, 3, 4, "L"),
    ("Z030", "发动机与变速箱合装", "发动机", "悬置螺栓扭矩不足", "抖动", "拧紧枪程序选错", 7, 2, 3, "M"),
    ("Z030", "发动机与变速箱合装", "变速箱", "油封划伤", "漏油", "导向套缺失", 7, 2, 4, "M"),
    ("Z040", "变速箱阀体与TCU装配", "变速箱", "阀体油路有毛刺", "顿挫", "供应商批次清洗不良", 7, 3, 6, "H"),
    ("Z040", "变速箱阀体与TCU装配", "变速箱", "TCU标定数据错误", "顿挫", "刷写版本未核对", 7, 2, 4, "M"),
    ("Z050A", "空调压缩机与管路装配", "空调压缩机", "管路接头密封圈损伤", "不制冷", "装配无润滑", 6, 4, 4, "H"),
    ("Z050A", "空调压缩机与管路装配", "空调", "冷媒加注量不足", "不制冷", "保压时间过短", 6, 3, 3, "M"),
    ("Z050B", "空调压缩机与管路装配", "空调压缩机", "管路接头密封圈损伤", "不制冷", "装配无润滑", 6, 4, 4, "H"),
    ("Z060A", "座椅与内饰安装", "座椅", "滑轨螺栓未拧紧", "异响", "漏拧无防错", 5, 3, 4, "M"),
    ("Z060B", "座椅与内饰安装", "安全带", "卷收器安装角度偏差", "卡滞", "支架变形", 8, 2, 3, "M"),
    ("Z070", "底盘减震器安装", "减震器", "下支点螺栓扭矩不足", "异响", "拧紧轴套筒磨损，扭矩衰减", 7, 4, 5, "H"),
    ("Z070", "底盘减震器安装", "减震器", "顶胶装反", "异响", "无方向防错", 5, 2, 4, "L"),
    ("Z070", "底盘减震器安装", "减震器", "减震器漏油", "漏油", "供应商油封不良", 6, 2, 5, "M"),
    ("Z080A", "制动系统装配", "刹车片", "刹车片导向面缺脂", "异响", "涂脂工位漏涂", 5, 4, 4, "M"),
    ("Z080A", "制动系统装配", "刹车", "管路排气不净", "刹车软", "加注真空度不足", 9, 2, 3, "H"),
    ("Z080B", "制动系统装配", "刹车片", "刹车片导向面缺脂", "异响", "涂脂工位漏涂", 5, 4, 4, "M"),
    ("Z090A", "仪表与车机安装刷写", "车机", "软件刷写不完整", "黑屏", "刷写中断未报警", 5, 4, 4, "M"),
    ("Z090A", "仪表与车机安装刷写", "车机", "插头未到位", "黑屏", "无二次锁止确认", 5, 3, 4, "M"),
    ("Z090B", "仪表与车机安装刷写", "车机", "软件刷写不完整", "黑屏", "刷写中断未报警", 5, 4, 4, "M"),
    ("Z100", "车轮与胎压传感器安装", "胎压传感器", "传感器未匹配", "胎压报警", "低频激活漏读", 4, 4, 3, "M"),
    ("Z100", "车轮与胎压传感器安装", "轮胎", "动平衡不良", "抖动", "平衡块脱落", 6, 2, 4, "M"),
    ("Z110", "油液加注与检漏", "发动机", "放油螺塞垫片缺失", "漏油", "漏装无防错", 7, 2, 3, "M"),
    ("Z120", "终检与路试", "大灯", "灯罩通气帽脱落", "进水", "检查项目未列入", 4, 3, 6, "M"),
)

_GROUPS = (("过程步骤", 2), ("失效分析", 4), ("风险评价", 4))
_HEADER = (
    "工位编号", "工序", "零部件", "失效模式", "失效影响（客户症状）", "失效原因",
    "严重度(S)", "频度(O)", "探测度(D)", "措施优先级(AP)",
)  # fmt: skip
_WIDTHS = (10, 22, 12, 22, 18, 26, 9, 9, 9, 13)


def write_pfmea(path: Path, rows: Sequence[Row] = ROWS) -> None:
    """Write the workbook."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font, PatternFill

    book = Workbook()
    book.properties.created = book.properties.modified = datetime(2026, 1, 5)
    book.properties.creator = "示例工厂"
    sheet = book.active
    sheet.title = "PFMEA"
    sheet.append(["总装一线过程失效模式及影响分析（PFMEA）"])
    sheet.append(["项目：星岚 S5 / 星岚 E3", None, None, None, "版本：C", None, "编制日期：2026年1月5日"])
    sheet.append([cell for name, width in _GROUPS for cell in (name, *[None] * (width - 1))])
    sheet.append(list(_HEADER))
    for row in rows:
        sheet.append(list(row))
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(_HEADER))
    column = 1
    for _, width in _GROUPS:
        sheet.merge_cells(start_row=3, end_row=3, start_column=column, end_column=column + width - 1)
        column += width
    first = 5
    for _, group in groupby(rows, key=lambda row: row[0]):
        last = first + len(list(group)) - 1
        for column in (1, 2) if last > first else ():
            sheet.merge_cells(start_row=first, end_row=last, start_column=column, end_column=column)
        first = last + 1
    for number, width in enumerate(_WIDTHS):
        sheet.column_dimensions["ABCDEFGHIJ"[number]].width = width
    sheet["A1"].font = Font(bold=True, size=14)
    for cell in (*sheet[3], *sheet[4]):
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="DDE6F0")
        cell.alignment = Alignment(horizontal="center", wrap_text=True)
    sheet.freeze_panes = "A5"
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
