"""The columns of the plant's tables and the headers under which plants keep them, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class MasterTable:
    """A table of master/: its columns, and other headers for them (compared by `complaints.tables.reader.header_key`).

    Args:
        required: columns without which the file is refused.
        optional: columns that are used when present.
        headers: column -> further headers.
        large: read by DuckDB where it lies, never into Python lists.
        open_ended: any further column has a meaning (a factor of the genealogy).
    """

    required: tuple[str, ...]
    optional: tuple[str, ...]
    headers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    large: bool = False
    open_ended: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """Everything that a header may be mapped to."""
        return tuple(dict.fromkeys((*self.required, *self.optional, *self.headers)))

    @property
    def aliases(self) -> dict[str, str]:
        """Header -> canonical column, as `complaints.tables.reader.read_table` takes it."""
        own = {column: column for column in (*self.required, *self.optional)}
        return own | {header: column for column, headers in self.headers.items() for header in headers}


STATION = (
    "工位", "工位号", "工位编号", "工位代码", "工站", "工站号", "工站编号", "岗位号", "站号",
    "station", "station no", "station no.", "station number", "station code", "work station", "workstation",
)  # fmt: skip
COMPONENT = (
    "零部件",
    "零部件名称",
    "零件",
    "零件名称",
    "部件",
    "部件名称",
    "组件",
    "总成",
    "part",
    "part name",
    "item",
)
OPERATION = (
    "工序", "工序名称", "工序内容", "操作", "作业", "作业内容", "过程步骤", "工艺步骤", "过程功能",
    "operation name", "process", "process step", "process function", "work element",
)  # fmt: skip
PRODUCT = ("产品", "产品型号", "车型", "车系", "机型", "型号", "product model", "model", "vehicle model")
SERIAL = (
    "vin", "vin码", "车架号", "车架号码", "底盘号", "车辆识别代号", "序列号", "产品序列号", "机身号", "机身编号",
    "整机条码",
    "serial no", "serial no.", "serial number", "sn", "unit serial",
)  # fmt: skip
PART_LOT = (
    "批次",
    "批次号",
    "批号",
    "零件批次",
    "物料批次",
    "来料批次",
    "lot",
    "lot no",
    "lot number",
    "part lot",
    "batch",
)
SUPPLIER = ("供应商", "供应商名称", "供方", "责任供应商", "supplier name", "vendor")
SYMPTOM = (
    "症状", "故障现象", "现象", "失效后果", "失效影响", "潜在失效后果", "潜在的失效后果", "失效后果描述",
    "effect", "failure effect", "failure effects", "effects of failure", "potential effect of failure",
    "potential effects of failure", "potential effect(s) of failure", "fe",
)  # fmt: skip

MASTER_TABLES: dict[str, MasterTable] = {
    "stations": MasterTable(
        ("station_id", "name"),
        ("line", "sequence", "supplier"),
        {
            "station_id": STATION,
            "name": ("工位名称", "工站名称", "岗位名称", "名称", "station name", "description"),
            "line": ("产线", "生产线", "线体", "线别", "production line"),
            "sequence": ("顺序", "序号", "工序顺序", "order", "seq"),
            "supplier": SUPPLIER,
        },
    ),
    "routing": MasterTable(
        ("component", "station_id"),
        ("operation", "product"),
        {"component": COMPONENT, "station_id": STATION, "operation": OPERATION, "product": PRODUCT},
    ),
    "pfmea": MasterTable(
        ("station_id", "failure_mode"),
        (
            "component",
            "symptom",
            "operation",
            "cause",
            "severity",
            "occurrence",
            "detection",
            "action_priority",
        ),
        {
            "station_id": (
                *STATION,
                "工序号",
                "工序编号",
                "过程编号",
                "process no",
                "process no.",
                "operation no",
                "op",
            ),
            "failure_mode": (
                "失效模式",
                "潜在失效模式",
                "潜在的失效模式",
                "失效形式",
                "故障模式",
                "failure mode",
                "potential failure mode",
                "failure mode of the focus element",
                "failure mode of the process step",
                "fm",
            ),
            "component": COMPONENT,
            "symptom": SYMPTOM,
            "operation": OPERATION,
            "cause": (
                "失效原因",
                "失效起因",
                "潜在失效原因",
                "潜在失效起因",
                "潜在的失效起因",
                "潜在失效起因机理",
                "原因",
                "起因",
                "failure cause",
                "potential cause",
                "potential causes of failure",
                "potential cause(s) of failure",
                "failure cause of the work element",
                "cause of failure",
                "fc",
            ),
            "severity": ("严重度", "严重性", "s", "severity of fe", "sev"),
            "occurrence": ("频度", "频度数", "发生度", "发生频度", "发生率", "o", "occurrence of fc", "occ"),
            "detection": ("探测度", "可探测度", "不易探测度", "检测度", "探测", "d", "detection of fc fm", "det"),
            "action_priority": ("措施优先级", "行动优先级", "ap", "pfmea ap", "action priority"),
        },
    ),
    "units": MasterTable(
        ("serial",),
        ("product", "built_at", "sold_at"),
        {
            "serial": SERIAL,
            "product": PRODUCT,
            "built_at": (
                "生产日期",
                "制造日期",
                "生产时间",
                "下线日期",
                "下线时间",
                "装配日期",
                "build date",
                "built",
                "production date",
            ),
            "sold_at": (
                "销售日期",
                "销售时间",
                "售出日期",
                "购买日期",
                "购机日期",
                "交付日期",
                "交车日期",
                "sale date",
                "sales date",
                "sold",
                "delivery date",
                "purchase date",
            ),
        },
        large=True,
    ),
    "genealogy": MasterTable(
        ("serial", "station_id"),
        ("completed_at",),
        {
            "serial": SERIAL,
            "station_id": STATION,
            "completed_at": (
                "完成时间",
                "完工时间",
                "过站时间",
                "加工时间",
                "作业时间",
                "时间",
                "completed",
                "timestamp",
            ),
            "shift": ("班次", "班组", "班别"),
            "tool": ("工具", "工具号", "工具编号", "设备", "设备号", "枪号", "拧紧枪", "工装", "tool id", "tool no"),
            "program": ("程序", "程序号", "程序版本", "工艺程序", "program no"),
            "part_lot": PART_LOT,
            "torque": ("扭矩", "力矩", "拧紧扭矩", "torque nm"),
            "angle": ("角度", "拧紧角度"),
            "temperature": ("温度",),
            # Of a MES export with a row a measurement; `complaints.master.long_form` knows its headers.
            "parameter": (),
            "value": (),
        },
        large=True,
        open_ended=True,
    ),
    "lots": MasterTable(
        ("part_lot",),
        ("supplier", "part_no"),
        {
            "part_lot": PART_LOT,
            "supplier": SUPPLIER,
            "part_no": ("零件号", "物料号", "图号", "料号", "part number", "part no."),
        },
        large=True,
    ),
    "actions": MasterTable(
        ("station_id", "action"),
        ("symptom", "component", "started_at", "closed_at", "owner", "status"),
        {
            "station_id": STATION,
            "action": ("措施", "纠正措施", "对策", "整改措施", "corrective action", "measure"),
            "symptom": SYMPTOM,
            "component": COMPONENT,
            "started_at": ("开始日期", "实施日期", "生效日期", "started", "start date", "effective from"),
            "closed_at": ("关闭日期", "完成日期", "结案日期", "closed", "closed on", "completion date"),
            "owner": ("责任人", "负责人", "responsible"),
            "status": ("状态",),
        },
    ),
    "dictionary": MasterTable(
        ("term", "kind"),
        ("code", "language"),
        {
            "term": ("词", "词条", "词语", "术语", "叫法", "word", "phrase"),
            "kind": ("类别", "类型", "种类", "type"),
            "code": ("编码", "代码"),
            "language": ("语言", "语种", "lang"),
        },
    ),
}

# Values of dictionary.kind as plants write them.
TERM_KINDS: dict[str, str] = {
    "symptom": "symptom", "症状": "symptom", "故障": "symptom", "故障现象": "symptom", "现象": "symptom",
    "component": "component", "part": "component", "零部件": "component", "零件": "component", "部件": "component",
    "condition": "condition", "条件": "condition", "工况": "condition",
}  # fmt: skip
LANGUAGES: dict[str, str] = {
    "zh": "zh", "zh-cn": "zh", "chinese": "zh", "中文": "zh", "汉语": "zh",
    "en": "en", "english": "en", "英文": "en", "英语": "en",
}  # fmt: skip
