"""What to do next, from the state of the folder: what `complaints` says without a command."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from complaints.console.status import Status, read_status
from complaints.errors import ComplaintsError
from complaints.messages import in_language
from complaints.workspace import Workspace, workspaces_near

# In the order of what they bring: without the first two no comparison, without the next no prior knowledge.
WANTED_MASTER = ("genealogy", "units", "stations", "routing", "pfmea")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do: why, and the command or path (empty where the reason says all)."""

    why: str
    do: str = ""


WORDS = {
    "zh": {
        "try": "先看一看：对一个虚构的小工厂跑一晚", "begin": "为自己的工厂建立工作区", "elsewhere": "这里有工作区 {}",
        "settings": "设置无法使用：{}", "mend": "查看如何修正", "at work": "正在运行；随时可查看状态",
        "fill": "收件箱是空的：放入录音或投诉表", "first": "收件箱有 {} 个新文件：跑第一晚",
        "new": "有 {} 个文件是新的或改过的", "recordings": "还有 {} 条录音没有转写（缺少语音模型？）",
        "quarantined": "有 {} 个输入被隔离：查看原因", "review": "有 {} 个案例存疑：交专家判断",
        "train": "有 {} 个已知标签，还没有分类模型", "read": "打开报告", "master": "放入 master/{}，可以得到更多答案",
        "columns": "有 {} 个表头没有用上：在 [intake.columns] 里对应", "nothing": "目前没有要做的事",
        "all": "全部命令：complaints --help",
    },
    "en": {
        "try": "Have a look first: a night over a small invented plant", "begin": "Lay out a workspace for your plant",
        "elsewhere": "There is the workspace {} here", "settings": "The settings cannot be used: {}",
        "mend": "See how to mend it", "at work": "A run is at work; look at it at any time",
        "fill": "The inbox is empty: put recordings or complaint tables into it",
        "first": "{} new files in the inbox: run the first night", "new": "{} files are new or changed",
        "recordings": "{} recordings are not transcribed yet (is the speech model missing?)",
        "quarantined": "{} inputs were quarantined: see why", "review": "{} cases are in doubt: let experts decide",
        "train": "{} known labels and no category model yet", "read": "Read the reports",
        "master": "Put master/{} in place for more answers",
        "columns": "{} headers were not used: map them under [intake.columns]", "nothing": "Nothing to do now",
        "all": "All commands: complaints --help",
    },
}  # fmt: skip


def next_steps(folder: Path, language: str) -> list[Step]:
    """Return what to do next in a folder, the most urgent first.

    Args:
        folder: a workspace, or none.
        language: zh or en.
    """
    workspace, words = Workspace(folder), WORDS[language]
    if not workspace.settings_file.is_file():
        inside = [Path(path) for path in workspaces_near(folder) if Path(path).parent == folder]
        if len(inside) == 1:
            return [Step(words["elsewhere"].format(inside[0])), *next_steps(inside[0], language)]
        known = [Step(words["elsewhere"].format(path), f"complaints status -w {path}") for path in inside]
        return [*known, Step(words["try"], "complaints demo"), Step(words["begin"], "complaints init plant-a")]
    at = "" if folder == Path() else f" -w {folder}"
    try:
        settings = workspace.settings()
        status = read_status(workspace)
    except ComplaintsError as error:
        told = words["settings"].format(in_language(str(error), language))
        return [Step(told), Step(words["mend"], f"complaints doctor{at}")]
    if status.running:
        return [Step(words["at work"], f"complaints status{at}")]
    steps = _inputs(workspace, status, words, at) + _results(workspace, status, settings.classify.min_labels, words, at)
    return steps or [Step(words["nothing"])]


def _inputs(workspace: Workspace, status: Status, words: dict[str, str], at: str) -> list[Step]:
    new, run = status.pending.get("files", 0), f"complaints run{at}"
    if not status.runs:
        if not new:
            return [Step(words["fill"], str(workspace.inbox))]
        return [*_master(workspace, words), Step(words["first"].format(new), run)]
    steps = [Step(words["new"].format(new), run)] if new else []
    if waiting := status.pending.get("recordings", 0):
        steps.append(Step(words["recordings"].format(waiting), f"complaints doctor{at}"))
    if status.quarantined:
        steps.append(Step(words["quarantined"].format(len(status.quarantined)), f"complaints status{at}"))
    if status.unmapped_columns:
        named = len({row["column"] for row in status.unmapped_columns})
        steps.append(Step(words["columns"].format(named), str(workspace.settings_file)))
    return steps


def _results(workspace: Workspace, status: Status, labels: int, words: dict[str, str], at: str) -> list[Step]:
    if not status.runs:
        return []
    steps = []
    if (workspace.site / "index.html").is_file():
        steps.append(Step(words["read"], str(workspace.site / "index.html")))
    if status.in_review:
        steps.append(Step(words["review"].format(status.in_review), f"complaints review export doubtful.xlsx{at}"))
    if status.labels >= labels and not (workspace.models / "current.json").is_file():
        steps.append(Step(words["train"].format(status.labels), f"complaints train{at}"))
    return steps + _master(workspace, words)


def _master(workspace: Workspace, words: dict[str, str]) -> list[Step]:
    from complaints.master import find_master

    missing = [name for name in WANTED_MASTER if find_master(workspace.master, name) is None]
    return [Step(words["master"].format(missing[0]), str(workspace.master / "templates"))] if missing else []


def lines(folder: Path, language: str) -> list[str]:
    """Return the steps as lines for a terminal."""
    told = []
    for step in next_steps(folder, language):
        told += [step.why, f"    {step.do}"] if step.do else [step.why]
    return [*told, WORDS[language]["all"]]
