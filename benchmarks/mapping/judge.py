"""One prepared plant, traced by the product and by the baselines."""

from __future__ import annotations

import time
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.mapping.baselines import chi_square, pareto, rank_of
from benchmarks.mapping.plants import prepare, simulated, traced
from benchmarks.mapping.truth import true_groups
from complaints.workspace.layout import Workspace
from mapping.simulate.plant import Plant
from mapping.simulate.run import Simulated, opened, scored
from mapping.simulate.scoring import Score

BASELINES = ("Pareto", "chi-square", "routing and PFMEA alone")
Ranks = dict[str, int]  # baseline -> rank of the true station


@dataclass(frozen=True)
class Judged:
    """A plant's outcomes, the baselines' rank of each fault's station in the same order, and the CPU s of tracing."""

    score: Score
    baselines: tuple[Ranks, ...]
    cpu_s: float


def judge(folder: Path, seed: int, units: int, *, grouped: bool = True) -> Judged:
    """Prepare a plant if it is not there yet, trace it and score it.

    Args:
        folder: of prepared plants.
        seed: of the plant.
        units: its size.
        grouped: by the night; False: as planted, to tell what grouping costs.
    """
    workspace = prepare(folder, seed, units)
    made = simulated(seed, units)
    with nullcontext() if grouped else true_groups(made):
        return _judged(workspace, made, folder / str(seed))


def _judged(workspace: Workspace, made: Simulated, root: Path) -> Judged:
    began = time.process_time()
    causes = traced(workspace)
    cpu_s = time.process_time() - began
    score = scored(workspace, made, causes)
    groups = [outcome.group for outcome in score.outcomes]
    return Judged(score, _baselines(root, made, groups), cpu_s)


def _baselines(root: Path, made: Simulated, groups: list[str]) -> tuple[Ranks, ...]:
    """Return the ranks that the baselines give each fault's station, on the group that the product is judged by."""
    from mapping import groups as grouping
    from mapping.knowledge import knowledge
    from mapping.match import Matcher
    from mapping.plant import read_plant

    faults = [(fault, trouble) for trouble in made.troubles for fault in trouble.faults]
    with opened(Workspace(root)) as night:
        least = night.settings.mapping.min_group_cases
        with grouping.grouped_cases(night.store, night.dictionary, night.as_of, least) as grouped:
            found = grouped.groups
            rows = night.store.query(
                f"SELECT grp, external_id FROM {grouped.numbered} JOIN cases USING (case_id) ORDER BY ALL"
            )
        place, matcher = night.workspace, Matcher(night.dictionary)
        model = read_plant(place.master, matcher, made.plant.stations, place.master_reading())
        priors = {
            f"{g.kind}/{g.group_id}": knowledge(model, night.dictionary, g.symptom, g.components).prior for g in found
        }
    names = {g.number: f"{g.kind}/{g.group_id}" for g in found}
    members: dict[str, list[str]] = {}
    for number, case in rows:
        members.setdefault(names[number], []).append(case)
    ranks, known = list[Ranks](), dict[str, dict[str, dict[str, float]]]()
    for (fault, trouble), group in zip(faults, groups, strict=True):
        if not group:  # no group of the night is about it: nobody finds it
            ranks.append(dict.fromkeys(BASELINES, 0))
            continue
        if group not in known:
            units = _units(made, members[group])
            known[group] = {"Pareto": pareto(made.plant, units), "chi-square": chi_square(made.plant, units)}
            known[group]["routing and PFMEA alone"] = dict(priors[group])
        partners = {f.station_id for f in trouble.faults} - {fault.station_id}
        ranks.append({name: rank_of(fault.station_id, known[group][name], partners) for name in BASELINES})
    return tuple(ranks)


def _units(made: Simulated, cases: list[str]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    from mapping.simulate.files import case_name

    plant: Plant = made.plant
    wanted = set(cases)
    unit = [int(made.complaints.unit[n]) for n in range(len(made.complaints.unit)) if case_name(n) in wanted]
    return np.unique(np.array([u for u in unit if u < plant.units], dtype=np.int64))
