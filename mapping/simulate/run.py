"""`complaints simulate`: make plants, let the caller run the night over each, and score what was found."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from complaints.errors import UsageError
from complaints.messages import Message, message
from complaints.records import Cause
from mapping.simulate.complaining import Complaints, complaints_of
from mapping.simulate.faults import EXPOSED_CASES, KINDS, RELATIVE_RISKS, Trouble, plant_faults
from mapping.simulate.files import case_name, write_files
from mapping.simulate.owners import SERVICE, topics
from mapping.simulate.plant import AS_OF, Plant, build_plant
from mapping.simulate.scoring import Score, group_members, score

if TYPE_CHECKING:
    from complaints.run import Night
    from complaints.workspace import Workspace

UNITS = 20_000
QUIET = 3  # troubles without a fault in a faulty plant
NULL_TROUBLES = 10
SETTINGS = "settling_seconds = 5.0"
MARK = ".simulated"  # a file in a simulated plant's workspace: only such a folder is ever made anew
RunNight = Callable[["Workspace", date], None]


@dataclass(frozen=True)
class Simulated:
    """A plant with what was planted and what its owners wrote."""

    plant: Plant
    troubles: list[Trouble]
    complaints: Complaints


def make(seed: int, units: int = UNITS, *, faults: bool = True) -> Simulated:
    """Make a plant with one fault of every kind, or one without any fault.

    Over twelve seeds in a row every kind of fault meets every pair of relative risk and expected exposed cases.
    """
    plant = build_plant(seed, units)
    rng = np.random.default_rng([seed, 5])
    names = [str(name) for name in rng.permutation(sorted(topics()))]
    kinds = list(KINDS) if faults else []
    grid = [(risk, cases) for risk in RELATIVE_RISKS for cases in EXPOSED_CASES]
    strengths = [grid[(seed + 5 * n) % len(grid)] for n in range(len(kinds))]
    troubles = plant_faults(plant, names, kinds, strengths, QUIET if faults else NULL_TROUBLES)
    return Simulated(plant, troubles, complaints_of(plant, troubles))


def lay_out(folder: Path, simulated: Simulated, vectors_from: Path | None = None) -> Workspace:
    """Make a workspace of a plant.

    Args:
        folder: removed first if it is a simulated plant from before, which its mark tells.
        simulated: the plant.
        vectors_from: store of another plant, whose sentence vectors are taken over (a text's vector depends on the
            text and the model alone).

    Raises:
        UsageError: something else stands where the plant should be; it is left alone.
    """
    from complaints.dictionary import load_dictionary
    from complaints.workspace import init_workspace

    if (folder / MARK).exists():
        shutil.rmtree(folder)
    elif folder.exists():
        raise UsageError("simulate.folder_taken", str(folder))
    workspace = init_workspace(folder, "zh")
    (folder / MARK).touch()
    settings = workspace.settings_file.read_text(encoding="utf-8")
    workspace.settings_file.write_text(settings.replace(SETTINGS, "settling_seconds = 0.0"), encoding="utf-8")
    write_files(folder, simulated.plant, simulated.troubles, simulated.complaints, load_dictionary())
    if vectors_from is not None and vectors_from.exists():
        with workspace.open_store() as store:
            store.query(f"ATTACH '{vectors_from}' AS other (READ_ONLY)")
            store.query("INSERT INTO vectors SELECT * FROM other.vectors")
            store.query("DETACH other")
    return workspace


@contextmanager
def opened(workspace: Workspace) -> Iterator[Night]:
    """Open a night over a simulated plant; nothing is written."""
    from complaints.dictionary import load_dictionary
    from complaints.run import Night, SilentProgress
    from complaints.run_log import RunLog

    with workspace.open_stores() as (store, private):
        settings = workspace.settings()
        dictionary = load_dictionary(settings.general.domains, ())
        log = RunLog(None, "simulated")
        yield Night("simulated", AS_OF, workspace, settings, dictionary, store, private, SilentProgress(), log)


def scored(workspace: Workspace, simulated: Simulated, causes: Sequence[Cause] | None = None) -> Score:
    """Compare a night's causes with what was planted.

    Args:
        workspace: of the plant, its texts read and grouped.
        simulated: the plant.
        causes: what was found; by default what the store holds.
    """
    with opened(workspace) as night:
        members = group_members(night)
        found_causes = list(causes) if causes is not None else night.store.rows(Cause)
        return score(simulated.troubles, by_topic(night, simulated), members, found_causes)


def by_topic(night: Night, simulated: Simulated) -> dict[str, set[str]]:
    """Return the complaint ids of each trouble, repeats that the night found left out."""
    repeats = {n for (n,) in night.store.query("SELECT external_id FROM cases WHERE duplicate_of IS NOT NULL")}
    found: dict[str, set[str]] = {}
    for number, topic in enumerate(simulated.complaints.topic):
        if topic != SERVICE and case_name(number) not in repeats:
            found.setdefault(str(topic), set()).add(case_name(number))
    return found


def simulate(
    folder: Path, seeds: range, units: int, null_plants: int, night: RunNight, told: Callable[[Message], None]
) -> list[Score]:
    """Make plants under a folder, run a night over each and score it.

    Args:
        folder: gets one workspace a plant.
        seeds: of the faulty plants; plants without a fault follow with the next seeds.
        units: a plant.
        null_plants: number of plants without a fault.
        night: runs the stages over a workspace as of a day.
        told: is given a line a plant.
    """
    scores: list[Score] = []
    cache: Path | None = None
    for number in range(len(seeds) + null_plants):
        faulty = number < len(seeds)
        simulated = make(seeds.start + number, units, faults=faulty)
        workspace = lay_out(folder / f"plant-{number + 1:03d}", simulated, cache)
        night(workspace, AS_OF)
        cache = workspace.store_file
        found = scored(workspace, simulated)
        scores.append(found)
        first = sum(o.rank == 1 for o in found.outcomes)
        told(
            message(
                "simulate.plant", number=number + 1, complaints=len(simulated.complaints.unit), faults=found.faults,
                first=first, false=len(found.false_supported),
            )
        )  # fmt: skip
    return scores


def summary(scores: Sequence[Score]) -> dict[str, Any]:
    """Return what the plants together came to.

    Returns:
        Plants, faults, of these at rank 1, in the top 3, with factor and level named, supported; inseparable pairs and
        those declared so; false "supported" claims.
    """
    outcomes = [o for one in scores for o in one.outcomes]
    apart, pairs = [o for o in outcomes if o.kind != "inseparable"], [o for o in outcomes if o.kind == "inseparable"]
    return {
        "plants": len(scores),
        "faults": len(apart),
        "rank_1": sum(o.rank == 1 for o in apart),
        "top_3": sum(1 <= o.rank <= 3 for o in apart),
        "named": sum(o.named for o in apart),
        "supported": sum(o.verdict == "supported" for o in apart),
        "pairs": len(pairs),
        "pairs_declared": sum(o.declared for o in pairs),
        "false_supported": sum(len(one.false_supported) for one in scores),
    }
