"""A plant of a dozen units, written by hand: what is to contain is counted on the fingers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

AS_OF = date(2026, 6, 30)
HEADS = {
    "units": "serial,product,built_at,sold_at",
    "genealogy": "serial,station_id,completed_at,part_lot,torque",
    "lots": "part_lot,supplier",
}
# Lot L1 from 1 to 8 June at ST10, with L2 in between; then L2 alone. ST20 has seen all but the last two.
UNITS = (
    "U01,P,2026-05-25,2026-06-01", "U02,P,2026-06-01,2026-06-05", "U03,P,2026-06-02,2026-06-09",
    "U04,P,2026-06-03,2026-06-20", "U05,P,2026-06-08,", "U06,P,2026-06-08,2026-07-15", "U07,P,2026-06-15,2026-06-22",
    "U08,P,2026-06-16,", "U09,P,,",
)  # fmt: skip
PASSES = (
    "U01,ST10,2026-05-25,L0,50.5", "U02,ST10,2026-06-01,L1,48.25", "U03,ST10,2026-06-02,L2,50",
    "U04,ST10,2026-06-03,L1,49", "U05,ST10,2026-06-08,L1,48", "U06,ST10,2026-06-08,L1,51", "U07,ST10,2026-06-15,L2,50",
    "U08,ST10,2026-06-16,L2,52", "U09,ST10,2026-06-20,L2,50", "U10,ST10,2026-06-20,L2,50", "U11,ST10,2026-07-02,L2,50",
    "U01,ST20,2026-05-25,X,1",
)  # fmt: skip
LOTS = ("L0,North", "L1,South", "L2,North")


def write_plant(
    folder: Path, *, units: Sequence[str] | None = UNITS, passes: Sequence[str] | None = PASSES,
    lots: Sequence[str] | None = LOTS,
) -> None:  # fmt: skip
    """Write units, genealogy and lots to master/; None writes none."""
    folder.mkdir(parents=True, exist_ok=True)
    for (name, head), rows in zip(HEADS.items(), (units, passes, lots), strict=True):
        if rows is not None:
            (folder / f"{name}.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
