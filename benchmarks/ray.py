"""python -m benchmarks.ray CALLS WORK [--nodes 2] [--kill]: the same night on this machine and through Ray, compared.

With two nodes, each stands in a network namespace of its own and is offered one core, and the second one does not see
the workspace (root and iproute2 are needed). With --kill, a worker that is recognising dies with its children.
"""

from __future__ import annotations

import argparse
import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psutil

NODES = (("complaints-a", "10.213.77.1"), ("complaints-b", "10.213.77.2"))
PORT = 6399
BUSY_S = 5.0  # CPU seconds of a recogniser after which its worker is killed
TABLES = ("segments", "cases", "quarantine")
SPAWNED = "spawn_main"  # how a child of Python's multiprocessing shows in the list of processes
ROOT = Path(__file__).parents[1]


def lay_out(calls: Path, folder: Path, settings: str = "") -> None:
    """Make a workspace with the recordings of a folder."""
    from complaints.workspace.create import init_workspace

    workspace = init_workspace(folder, "zh")
    for path in sorted(calls.glob("call_*")):
        shutil.copy2(path, workspace.inbox / path.name)
    workspace.settings_file.write_text(settings, encoding="utf-8")


def rows(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return what the night left."""
    from complaints.workspace.layout import Workspace

    with Workspace(folder).open_store(read_only=True) as store:
        return {table: store.query(f"SELECT * FROM {table} ORDER BY ALL") for table in TABLES}


def night(
    folder: Path, engine: str, inside: Sequence[str] = (), above: Sequence[psutil.Process] = (), *, kill: bool = False
) -> str:
    """Run the night's hearing, with `kill` a worker's death on the way, and return what it cost.

    Args:
        folder: the workspace.
        engine: local or ray.
        inside: command before the night's.
        above: processes of the nodes, if the night has not its own.
        kill: whether a worker dies.
    """
    command = [*inside, sys.executable, "-m", "cli", "run", "-w", str(folder), "--only", "asr", "--engine", engine]
    began = time.monotonic()
    process = subprocess.Popen([*command, "--json"], cwd=ROOT, stdout=subprocess.DEVNULL)
    tops = list(above) or [psutil.Process(process.pid)]
    seen: list[dict[int, float]] = [{} for _ in tops]
    killed = ""
    while process.poll() is None:
        time.sleep(1.0)
        for top, used in zip(tops, seen, strict=True):
            used |= heard_by(top)
        if kill and not killed:
            killed = next((done for top in tops if (done := kill_one(top))), "")
    cpu = " + ".join(f"{sum(used.values()):.0f}" for used in seen)
    return f"exit code {process.returncode}, {time.monotonic() - began:.0f} s, recognisers {cpu} CPU s{killed}"


def heard_by(top: psutil.Process) -> dict[int, float]:
    """Return the CPU seconds of the recognisers and decoders below a process."""
    used = {}
    for child in below(top):
        with suppress(psutil.NoSuchProcess):
            if SPAWNED in " ".join(child.cmdline()):
                used[child.pid] = child.cpu_times().user
    return used


def kill_one(top: psutil.Process) -> str:
    """Kill a worker whose recogniser is at work, with the recogniser; return what was done, or an empty text."""
    for pid, used_s in heard_by(top).items():
        with suppress(psutil.NoSuchProcess):
            child = psutil.Process(pid)
            worker = child.parent()
            if used_s > BUSY_S and worker is not None and "".join(worker.cmdline()).startswith("ray::"):
                worker.kill()
                child.kill()
                return f"; worker {worker.pid} and its recogniser {pid} killed after {used_s:.0f} s"
    return ""


def below(top: psutil.Process) -> list[psutil.Process]:
    """Return the processes below one; none when it has ended."""
    with suppress(psutil.NoSuchProcess):
        return list(top.children(recursive=True))
    return []


@contextmanager
def nodes(hidden: Path) -> Iterator[list[psutil.Process]]:
    """Start two Ray nodes in namespaces of their own; the second one sees an empty folder in place of `hidden`."""
    (first, address), (second, other) = NODES
    run = subprocess.check_call
    folder, started = Path("/tmp/ray-bench"), []
    try:
        for name, _ in NODES:
            run(["ip", "netns", "add", name])
        run(["ip", "link", "add", "veth-a", "netns", first, "type", "veth", "peer", "name", "veth-b", "netns", second])
        for (name, ip), link in zip(NODES, ("veth-a", "veth-b"), strict=True):
            run(["ip", "-n", name, "address", "add", f"{ip}/24", "dev", link])
            for device in ("lo", link):
                run(["ip", "-n", name, "link", "set", device, "up"])
        ray = f"{Path(sys.executable).parent / 'ray'} start --block --num-cpus=1 --disable-usage-stats"
        head = f"{ray} --head --include-dashboard=false --temp-dir={folder} --port={PORT} --node-ip-address={address}"
        joined = f"mount -t tmpfs none {hidden} && {ray} --address={address}:{PORT} --node-ip-address={other}"
        for name, command, pause in ((first, head, 20), (second, joined, 20)):
            started.append(
                subprocess.Popen(["ip", "netns", "exec", name, "sh", "-c", command], cwd="/", stdout=subprocess.DEVNULL)
            )
            time.sleep(pause)
        yield [psutil.Process(process.pid) for process in started]
    finally:
        for process in started:
            for one in below(psutil.Process(process.pid)):
                with suppress(psutil.NoSuchProcess):
                    one.kill()
            process.kill()
            process.wait()
        for name, _ in NODES:
            subprocess.call(["ip", "netns", "delete", name])
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    """Run the nights and say whether they left the same rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("calls", type=Path)
    parser.add_argument("work", type=Path, help="an empty folder for the workspaces")
    parser.add_argument("--nodes", type=int, choices=(1, 2), default=1)
    parser.add_argument("--kill", action="store_true")
    given = parser.parse_args()
    work = given.work.absolute()
    os.environ |= {"PYTHONPATH": str(ROOT), "RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}
    local, spread = work / "local", work / "ray"
    if not local.exists():  # the second comparison needs it not again
        lay_out(given.calls, local)
        print(f"local: {night(local, 'local')}", flush=True)
    shutil.rmtree(spread, ignore_errors=True)
    two = given.nodes == 2
    lay_out(given.calls, spread, f'[ray]\naddress = "{NODES[0][1]}:{PORT}"\n' if two else "")
    with ExitStack() as stack:
        above = stack.enter_context(nodes(spread)) if two else []
        inside = ["ip", "netns", "exec", NODES[0][0]] if two else []
        what = f"ray, {given.nodes} nodes"
        print(f"{what}: {night(spread, 'ray', inside, above, kill=given.kill)}", flush=True)
    before, after = rows(local), rows(spread)
    for table in TABLES:
        same = "the same" if before[table] == after[table] else "DIFFERENT"
        print(f"{table}: {len(before[table])} rows locally, {len(after[table])} through Ray: {same}")


if __name__ == "__main__":
    main()
