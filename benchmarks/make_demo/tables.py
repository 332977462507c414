"""Writes the plant's master data: CSV and Parquet files, the same bytes for the same input."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.make_demo.plant import LOTS, OPERATIONS, Passage, Unit

LINE = "总装一线"

ROUTING: tuple[tuple[str, str, str], ...] = (
    ("天窗", "sunroof", "天窗总成安装"),
    ("车门", "door", "车门装配与间隙调整"),
    ("车窗", "door", "玻璃升降器安装"),
    ("发动机", "powertrain", "发动机合装"),
    ("变速箱", "powertrain", "变速箱合装"),
    ("变速箱", "valve_body", "阀体与TCU装配"),
    ("空调", "climate", "管路装配与抽真空"),
    ("空调压缩机", "climate", "压缩机安装"),
    ("座椅", "interior", "座椅安装"),
    ("安全带", "interior", "安全带安装"),
    ("减震器", "shock_absorber", "减震器螺栓拧紧"),
    ("底盘", "shock_absorber", "前后减震器安装"),
    ("悬架", "shock_absorber", "悬架螺栓拧紧"),
    ("刹车", "brake", "制动管路与卡钳装配"),
    ("刹车片", "brake", "刹车片安装"),
    ("车机", "cockpit", "车机安装与软件刷写"),
    ("仪表", "cockpit", "仪表安装"),
    ("轮胎", "wheel", "车轮拧紧"),
    ("胎压传感器", "wheel", "胎压传感器匹配"),
    ("机油", "fluids", "机油加注"),
    ("大灯", "final_check", "灯光调整"),
    ("倒车雷达", "final_check", "雷达标定"),
)
"""Component, operation key, what is done there."""

ACTIONS: tuple[tuple[str, ...], ...] = (
    ("Z070", "T2拧紧轴更换套筒并重新标定扭矩", "异响", "减震器", "2026-02-16", "总装工艺科", "closed"),
    ("Z040", "停用阀体批次VB-QY-2605并复检库存", "顿挫", "变速箱", "2026-04-06", "采购质量科", "open"),
    ("Z050A", "抽真空保压时间由60秒改为90秒", "不制冷", "空调", "2026-03-16", "总装工艺科", "closed"),
    ("Z050B", "抽真空保压时间由60秒改为90秒", "不制冷", "空调", "2026-03-16", "总装工艺科", "closed"),
    ("Z090A", "车机软件升级到HU-1.5", "黑屏", "车机", "2026-02-09", "电子电器科", "closed"),
)

DICTIONARY: tuple[tuple[str, str, str, str], ...] = (
    ("咣咣响", "symptom", "abnormal_noise", "zh"),
    ("当啷当啷", "symptom", "rattle", "zh"),
    ("咯嗒咯嗒", "symptom", "clunk", "zh"),
    ("来回拽", "symptom", "jerky_shifting", "zh"),
    ("换挡打架", "symptom", "jerky_shifting", "zh"),
    ("换挡生硬", "symptom", "jerky_shifting", "zh"),
    ("胎压灯", "component", "tyre_pressure_monitor", "zh"),
    ("伸缩缝", "condition", "rough_road", "zh"),
    ("压井盖", "condition", "rough_road", "zh"),
)
"""Term, kind, code, language."""


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]], encoding: str = "utf-8-sig") -> None:
    """Write a table with LF line ends; None becomes an empty cell."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding=encoding, newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(["" if cell is None else cell for cell in row] for row in rows)


def write_master(folder: Path, units: Sequence[Unit], passages: Sequence[Passage]) -> None:
    """Write every master file but the PFMEA."""
    stations = [
        (station, f"{operation.name}{station[4:]}", LINE, operation.sequence, operation.supplier)
        for operation in OPERATIONS
        for station in operation.stations
    ]
    write_csv(folder / "stations.csv", ("station_id", "name", "line", "sequence", "supplier"), stations)
    places = {operation.key: operation.stations for operation in OPERATIONS}
    routing = [(component, station, work) for component, key, work in ROUTING for station in places[key]]
    write_csv(folder / "routing.csv", ("component", "station_id", "operation"), routing)
    lots = [(lot.part_lot, lot.supplier, lot.part_no) for lists in LOTS.values() for lots in lists for lot in lots]
    write_csv(folder / "lots.csv", ("part_lot", "supplier", "part_no"), lots)
    columns = ("station_id", "action", "symptom", "component", "started_at", "owner", "status")
    write_csv(folder / "actions.csv", columns, ACTIONS)
    write_csv(folder / "dictionary.csv", ("term", "kind", "code", "language"), DICTIONARY)
    sold = [(unit.serial, unit.product, unit.built_on.isoformat(), unit.sold_on.isoformat()) for unit in units]
    write_csv(folder / "units.csv", ("serial", "product", "built_at", "sold_at"), sold)
    write_genealogy(folder / "genealogy.parquet", passages)


def write_genealogy(path: Path, passages: Sequence[Passage]) -> None:
    """Write the genealogy compactly: repeated words by dictionary, times by difference."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    words = ("serial", "station_id", "shift", "tool", "part_lot", "program")
    columns = {name: [getattr(passage, name) for passage in passages] for name in Passage.__slots__}
    schema = pa.schema(
        [
            (name, pa.string() if name in words else pa.float64() if name == "torque" else pa.timestamp("ms"))
            for name in columns
        ]
    )
    pq.write_table(
        pa.table(columns, schema=schema),
        path,
        compression="zstd",
        compression_level=9,
        use_dictionary=[*words, "torque"],
        column_encoding={"completed_at": "DELTA_BINARY_PACKED"},
        row_group_size=len(passages),
    )
