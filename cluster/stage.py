"""The cluster stage: all counted cases in, issues with members and events out, in one commit a night."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cluster.groups import OUTLIER, group, joined_points
from cluster.ledger import Event, match, trend
from cluster.names import CaseCodes, IssueName, characteristic_words, name_group
from complaints.errors import ModelMissing
from complaints.ids import canonical_json, fingerprint
from complaints.masking import mask
from complaints.night import Night, StageReport, batches
from complaints.records import Issue, IssueEvent, IssueMember
from complaints.vectors import vectors_for

if TYPE_CHECKING:
    from complaints.embeddings import Encoder

VERSION = 1
NAME = "cluster"
KINDS = ("fault", "service")
BATCH_CASES = 2000
NAMING_TEXTS = 200  # texts a group from which words are taken for its name


@dataclass(frozen=True)
class _Found:
    """A group of tonight, before it is matched to the ledger."""

    kind: str
    members: tuple[str, ...]
    probabilities: tuple[float, ...]
    codes: tuple[CaseCodes, ...]


class Stage:
    """Groups cases into issues. Repeats and cases without content of their own are in no group of their own."""

    name = NAME

    def run(self, night: Night) -> StageReport:
        """Group anew when cases, mentions, settings, dictionary, model or date changed; else only report."""
        from complaints.embeddings import open_encoder
        from complaints.models import embedding_model

        setting = night.settings.embeddings
        try:
            model = embedding_model(setting.model)
            key, models = _key(night, model.fingerprint), {"embeddings": model.fingerprint}
            done = night.store.query("SELECT key FROM stage_state WHERE stage = ? AND item_id = 'all'", [NAME])
            if done == [(key,)] and NAME not in night.redo:
                return StageReport(NAME, _counts(night), models=models)
            encoder = open_encoder(setting.model, setting.device)
        except ModelMissing as error:
            return StageReport(NAME, _counts(night), missing_model=str(error))
        found = _grouped(night, encoder)
        with night.store.transaction():
            _write(night, found)
            night.store.mark(NAME, key, [("all", key)], night.run_id)
        return StageReport(NAME, _counts(night), models=models)


def _key(night: Night, model: str) -> str:
    digest = night.store.query(
        "SELECT (SELECT coalesce(bit_xor(hash(case_id, content)), 0) FROM case_content), "
        "(SELECT coalesce(bit_xor(hash(case_id, duplicate_of, content)), 0) FROM cases), "
        "(SELECT coalesce(bit_xor(hash(m)), 0) FROM mentions m)"
    )
    settings = night.settings.key("cluster")
    return fingerprint((VERSION, digest, settings, night.dictionary.fingerprint, model, night.as_of))


def _counts(night: Night) -> dict[str, int]:
    status = dict(night.store.query("SELECT status, count(*) FROM issues GROUP BY status ORDER BY status"))
    grouped = night.store.query("SELECT count(*) FROM issue_members")[0][0]
    return {"issues": sum(status.values()) - status.get("closed", 0), "grouped cases": grouped} | status


def _grouped(night: Night, encoder: Encoder) -> list[_Found]:
    """Return tonight's groups; a group is of the kind (fault or service) that most of its cases are."""
    rows = night.store.query(
        "SELECT case_id, content FROM cases WHERE content IN (SELECT unnest(?)) AND duplicate_of IS NULL "
        "ORDER BY case_id",
        [list(KINDS)],
    )
    cases, kinds = [case_id for case_id, _ in rows], [kind for _, kind in rows]
    if not cases:
        return []
    vectors, codes = _vectors(night, encoder, cases), _codes(night, cases)
    features = [_features(night, case, kind) for case, kind in zip(codes, kinds, strict=True)]
    settings = night.settings.cluster
    grouping = group(joined_points(vectors, features), settings.min_cases, settings.min_agreement)
    members: dict[int, list[int]] = defaultdict(list)
    for row, label in enumerate(grouping.labels):
        if label != OUTLIER:
            members[int(label)].append(row)
    return [
        _Found(
            max(KINDS, key=[kinds[row] for row in rows_of].count),
            tuple(cases[row] for row in rows_of),
            tuple(round(float(grouping.probabilities[row]), 4) for row in rows_of),
            tuple(codes[row] for row in rows_of),
        )
        for _, rows_of in sorted(members.items())
    ]


def _vectors(night: Night, encoder: Encoder, cases: Sequence[str]) -> NDArray[np.float32]:
    vectors = np.zeros((len(cases), encoder.dimension), np.float32)
    with night.progress.task("vectors", len(cases)) as task:
        at = 0
        for batch in batches(cases, BATCH_CASES):
            texts = [mask(text, language) for text, language in _texts(night, batch)]
            vectors[at : at + len(batch)] = vectors_for(night.store, encoder, texts)
            at += len(batch)
            task.advance(len(batch))
    return vectors


def _texts(night: Night, cases: Sequence[str]) -> list[tuple[str, str]]:
    rows = night.store.query(
        "SELECT text, language FROM cases WHERE case_id IN (SELECT unnest(?)) ORDER BY case_id", [list(cases)]
    )
    return [(text, language) for text, language in rows]


def _codes(night: Night, cases: Sequence[str]) -> list[CaseCodes]:
    """Return the present mentions' codes of each case; the agent's words do not count."""
    found: dict[str, dict[str, set[str]]] = {case: defaultdict(set) for case in cases}
    rows = night.store.query(
        "SELECT DISTINCT case_id, kind, code, component_code FROM mentions "
        "WHERE speaker <> 'agent' AND (polarity = 'present' OR kind <> 'symptom')"
    )
    for case_id, kind, code, component in rows:
        if case_id in found:
            found[case_id][kind].add(code)
            if component:
                found[case_id]["component"].add(component)
    kinds = ("symptom", "component", "condition")
    return [CaseCodes(*(frozenset(found[case][kind]) for kind in kinds)) for case in cases]


def _features(night: Night, codes: CaseCodes, kind: str) -> list[str]:
    if kind != "fault":
        return [f"kind:{kind}"]
    systems = {night.dictionary.system_of(code) for code in codes.components}
    # A clunk and a rattle are both abnormal noises: owners call one trouble by either name.
    symptoms = {night.dictionary.broad_symptom(code) for code in codes.symptoms}
    return sorted({f"symptom:{code}" for code in symptoms} | {f"system:{code}" for code in systems})


def _write(night: Night, found: Sequence[_Found]) -> None:
    """Match tonight's groups to the ledger and write issues, members and events."""
    store = night.store
    before = {issue.issue_id: issue for issue in store.rows(Issue)}
    members: dict[str, set[str]] = defaultdict(set)
    for issue_id, case_id in store.query("SELECT issue_id, case_id FROM issue_members"):
        members[issue_id].add(case_id)
    known = {issue: frozenset(cases) for issue, cases in members.items()}
    matching = match([frozenset(part.members) for part in found], known, frozenset(before))
    names = _names(night, found)
    events, issues = list(matching.events), []
    for issue_id, part, name in zip(matching.ids, found, names, strict=True):
        old = before.get(issue_id)
        parents = list(matching.parents.get(issue_id, ())) or ([] if old is None else _list(old.parent_ids))
        issues.append(_issue(night, issue_id, part, name, parents))
        if old is not None and (old.name_zh, old.name_en) != (name.zh, name.en):
            events.append(Event(issue_id, "renamed", canonical_json({"from": old.name_zh, "to": name.zh})))
    gone = [issue for issue in before if issue not in set(matching.ids)]
    issues += [_closed(before[issue]) for issue in gone]
    store.replace_all(Issue, issues)
    rows = [
        IssueMember(issue_id, case, probability)
        for issue_id, part in zip(matching.ids, found, strict=True)
        for case, probability in zip(part.members, part.probabilities, strict=True)
    ]
    store.replace_all(IssueMember, rows)
    # A night that is run again says once what happened in it.
    store.append([IssueEvent(event.issue_id, night.as_of, event.event, event.detail) for event in events])


def _names(night: Night, found: Sequence[_Found]) -> list[IssueName]:
    texts = {}
    for number, part in enumerate(found):
        central = sorted(zip(part.members, part.probabilities, strict=True), key=lambda pair: (-pair[1], pair[0]))
        chosen = sorted(case for case, _ in central[:NAMING_TEXTS])
        texts[str(number)] = [mask(text, language) for text, language in _texts(night, chosen)]
    words = characteristic_words(texts, night.dictionary)
    named = [name_group(part.codes, words[str(n)], part.kind, night.dictionary) for n, part in enumerate(found)]
    return _told_apart(named, [words[str(n)] for n in range(len(found))])


def _told_apart(names: list[IssueName], words: Sequence[Sequence[str]]) -> list[IssueName]:
    """Give issues of one name the word that tells them apart."""
    shared: dict[str, list[int]] = defaultdict(list)
    for number, name in enumerate(names):
        shared[name.zh].append(number)
    result = list(names)
    for numbers in shared.values():
        if len(numbers) < 2:
            continue
        for number in numbers:
            others = {word for other in numbers if other != number for word in words[other][:3]}
            own = next((word for word in words[number] if word not in others and word not in names[number].zh), "")
            name = names[number]
            if own:
                result[number] = IssueName(f"{name.zh}·{own}", f"{name.en} · {own}", name.symptom, name.component)
    return result


def _issue(night: Night, issue_id: str, part: _Found, name: IssueName, parents: list[str]) -> Issue:
    rows = night.store.query(
        "SELECT CAST(received_at AS DATE), serial_token, case_id FROM cases WHERE case_id IN (SELECT unnest(?))",
        [list(part.members)],
    )
    days: list[date] = [day for day, _, _ in rows if day is not None]
    settings = night.settings.cluster
    state = trend(days, night.as_of, settings.growing_factor, settings.fading_weeks, settings.close_weeks)
    vehicles = len({token or case_id for _, token, case_id in rows})
    return Issue(
        issue_id, name.zh, name.en, part.kind, state.status, min(days, default=None), max(days, default=None),
        len(part.members), vehicles, name.symptom, name.component, canonical_json(parents),
    )  # fmt: skip


def _closed(issue: Issue) -> Issue:
    from dataclasses import replace

    return replace(issue, status="closed", cases=0, vehicles=0)


def _list(text: str) -> list[str]:
    import json

    return [str(value) for value in json.loads(text)]
