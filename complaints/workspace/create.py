"""Laying out a workspace: settings with comments, folders, and a template of every master file."""

from __future__ import annotations

from pathlib import Path

from complaints.errors import UsageError
from complaints.workspace.layout import Workspace

# One example row a master file; columns as in the reference, required ones first.
TEMPLATES: dict[str, tuple[str, ...]] = {
    "stations.csv": ("station_id,name,line,sequence,supplier", "ST010,前减震器装配,L1,10,"),
    "routing.csv": ("component,station_id,operation,product", "减震器,ST010,前减震器螺栓拧紧,"),
    "pfmea.csv": (
        "station_id,failure_mode,component,symptom,operation,cause,severity,occurrence,detection,action_priority",
        "ST010,螺栓扭矩不足,减震器,异响,前减震器螺栓拧紧,拧紧枪程序错误,6,3,4,M",
    ),
    "units.csv": ("serial,product,built_at,sold_at", "LXX00000000000001,示例车型,2026-01-05,2026-02-01"),
    "genealogy.csv": (
        "serial,station_id,completed_at,shift,tool,part_lot,torque",
        "LXX00000000000001,ST010,2026-01-05 10:12:00,day,T1,LOT-0001,85.2",
    ),
    "lots.csv": ("part_lot,supplier,part_no", "LOT-0001,示例供应商,P-100"),
    "actions.csv": (
        "station_id,action,symptom,component,started_at,closed_at,owner,status",
        "ST010,更换拧紧枪并复检,异响,减震器,2026-03-01,,装配车间,open",
    ),
    "dictionary.csv": ("term,kind,code,language", "咕噜响,symptom,abnormal_noise,zh"),
}


def init_workspace(root: Path, language: str) -> Workspace:
    """Lay out a workspace in a new or empty place.

    Args:
        root: made if missing; other files in it are left alone.
        language: zh or en, written into the settings.

    Raises:
        UsageError: the folder is a workspace already, or is a file.
    """
    from complaints.settings import template

    workspace = Workspace(root)
    if workspace.settings_file.exists():
        raise UsageError("workspace.already_one", str(root))
    if root.exists() and not root.is_dir():
        raise UsageError("workspace.file_in_the_way", str(root))
    for folder in (workspace.inbox, workspace.master / "templates", workspace.data, workspace.logs):
        folder.mkdir(parents=True, exist_ok=True)
    for name, lines in TEMPLATES.items():
        # The BOM makes Excel read the Chinese names right.
        (workspace.master / "templates" / name).write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    workspace.settings_file.write_text(template(language), encoding="utf-8")
    return workspace
