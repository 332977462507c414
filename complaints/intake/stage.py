"""The intake stage: new and changed files of the inbox into the stores, in small committed batches."""

from __future__ import annotations

from collections import Counter
from dataclasses import astuple
from pathlib import Path, PurePosixPath
from zoneinfo import ZoneInfo

from complaints.errors import ItemRefused
from complaints.fingerprints import bytes_digest, canonical_json, fingerprint
from complaints.intake.file_reading import Reread
from complaints.intake.locations import Fetched, fetch
from complaints.intake.recordings import CallFacts, Recording, recording
from complaints.intake.scan import Found, Scan, kind_of, scan_inbox
from complaints.intake.sidecars import VERSION as SIDECAR_VERSION
from complaints.intake.sidecars import Sidecars
from complaints.intake.text_tables import TextTables, file_time
from complaints.privacy import Tombstones
from complaints.records import OtherFiles
from complaints.redaction import VERSION as REDACTION_VERSION
from complaints.redaction import redact_name
from complaints.run import Night, StageReport
from complaints.run_log import place_of
from complaints.store import mark_duplicates

VERSION = 4
# What a reader of hostile bytes may raise besides what it should: that costs the one file.
UNREADABLE = (ArithmeticError, AttributeError, EOFError, LookupError, RecursionError, TypeError, ValueError)
BATCH_ROWS = 1000
STAGE = "intake"
OTHER = "other files: "  # before the kind, in the counts


class Intake:
    """Reads inbox/: recordings become inputs for asr, rows of text tables become cases."""

    name = STAGE

    def run(self, night: Night) -> StageReport:
        """Take in what is new or changed since the last run; an unchanged file costs one look."""
        reader = _Reader(night)
        settings = night.settings.intake
        root, limit = night.workspace.root, settings.max_file_mb * 1e6
        fetched = reader.fetch(limit)
        scan = scan_inbox(root, night.workspace.inbox, limit, settings.settling_seconds)
        scan.add(scan_inbox(root, night.workspace.fetched, limit, 0.0))
        scan.refused += fetched.refused
        scan.unfinished += fetched.unfinished
        reader.refuse_all(scan)
        sidecars, changed = reader.sidecars(scan)
        pending = reader.pending(scan, sidecars)
        reader.tell_gaps(sidecars, scan, changed, pending)
        reader.keep_accounts(sidecars, scan, changed, pending)
        with night.progress.task("intake", len(pending)) as task, reader.tables:
            for found in pending:
                reader.take(found, sidecars)
                task.advance()
            reader.tables.flush()
        # Only now: a run that is killed before compares its recordings again.
        for found in changed:
            reader.done(found, None)
        with night.store.transaction():
            repeats = mark_duplicates(night.store)
            night.store.replace_all(OtherFiles, [OtherFiles(*kind) for kind in sorted(scan.other.items())])
        known = dict(night.store.query("SELECT kind, count(*) FROM inputs GROUP BY kind"))
        counts = {name: reader.counts[name] for name in sorted(reader.counts)}
        counts |= {"recordings": known.get("recording", 0), "texts": known.get("text", 0), "repeats": repeats}
        counts |= {"unfinished files": scan.unfinished, "other files": scan.other.total()}
        counts |= {f"{OTHER}{kind}": n for kind, n in sorted(scan.other.items())}
        return StageReport(self.name, counts, reader.quarantined)


class _Reader:
    """One run's reading; holds the counts."""

    def __init__(self, night: Night) -> None:
        self.night = night
        self.counts: Counter[str] = Counter({"new recordings": 0, "new texts": 0, "changed texts": 0})
        self.quarantined = 0
        self.partly: set[Path] = set()
        settings = night.settings.intake
        self.zone = ZoneInfo(night.settings.general.time_zone)
        read = (
            VERSION, REDACTION_VERSION, canonical_json(settings.columns), settings.max_text_characters, str(self.zone),
            settings.date_order, settings.undated,
        )  # fmt: skip
        self.key = fingerprint(read)
        known = night.private.query("SELECT path, size, mtime_ns, key, outcome FROM files")
        self.tombstones = Tombstones(night.workspace, night.private)
        self.known = {path: (size, mtime, key) for path, size, mtime, key, _ in known}
        # Of earlier runs: to ask the store for each of a thousand new files takes longer than to read them.
        held = night.store.query("SELECT source_ref FROM quarantine WHERE stage = ?", [STAGE])
        self.held = {part for (ref,) in held for part in (ref, ref.rpartition("#")[0])}
        self.tables = TextTables(night, self.counts, self.tombstones, self.refuse)

    def source_ref(self, path: Path) -> str:
        """Return a path under inbox/ as it may be shown: with / and without personal data."""
        return redact_name(PurePosixPath(*path.parts[1:]).as_posix())

    def state(self, found: Found, facts: CallFacts | None = None) -> tuple[int, int, str]:
        """Return what must be unchanged for a file to need no reading."""
        extra = f"/{SIDECAR_VERSION}" if found.kind == "sidecar" else "" if facts is None else fingerprint((facts,))
        return found.size, found.mtime_ns, self.key + extra

    def pending(self, scan: Scan, sidecars: Sidecars) -> list[Found]:
        """Return new and changed files; in order of time, so that the newer version of a row supersedes."""
        files = [f for f in scan.files if f.kind != "sidecar"]
        redo = STAGE in self.night.redo
        changed = [f for f in files if redo or not self.stands(f, sidecars)]
        return sorted(changed, key=lambda f: (f.mtime_ns, f.path))

    def stands(self, found: Found, sidecars: Sidecars) -> bool:
        """Return whether a file, and what is listed about it, is as it was when it was read."""
        known = self.known.get(str(found.path))
        if known is None or known[:2] != (found.size, found.mtime_ns) or not known[2].startswith(self.key):
            return False
        # Where the list stands, so does what it says: reading the lists of years each night takes minutes.
        listed = found.kind == "recording" and not sidecars.stand(found)
        return not listed or known == self.state(found, sidecars.facts(found))

    def reread(self, found: Found) -> Reread:
        """Return whether a table was read before in another way."""
        known = self.known.get(str(found.path))
        if known is None or known[2] == self.key:
            return ""
        return "same" if known[:2] == (found.size, found.mtime_ns) else "changed"

    def refuse(self, path: Path, refusal: ItemRefused, row: str = "", count: int = 1) -> None:
        """Quarantine a file, or with `row` ("#12") one row of it (or one entry for `count` rows)."""
        with self.night.store.transaction():
            self.night.quarantine(STAGE, self.source_ref(path) + row, refusal)
        self.quarantined += count
        if row:
            self.partly.add(path)

    def refuse_all(self, scan: Scan) -> None:
        """Quarantine what the scan refused, once: a refused file that stays is no news in the next run."""
        for path, refusal in scan.refused:
            mark = (str(path), 0, 0, refusal.reason, "quarantined")
            if self.known.get(str(path)) != mark[1:4]:
                self.refuse(path, refusal)
                self.night.private.append_values("files", [mark], replace=True)

    def sidecars(self, scan: Scan) -> tuple[Sidecars, list[Found]]:
        """Return the lists of recordings, and those that are new or changed; what these have wrong is quarantined."""
        lists = [found for found in scan.files if found.kind == "sidecar"]
        changed = [found for found in lists if self.known.get(str(found.path)) != self.state(found)]
        gone = {Path(path) for path in self.known if kind_of(Path(path).name.lower()) == "sidecar"}
        gone -= {found.path for found in lists}
        folders = {path.parent for path in [*gone, *(found.path for found in changed)]}
        there = [found.path for found in scan.files if found.kind == "recording"]
        before = [Path(path) for path in self.known if kind_of(Path(path).name.lower()) == "recording"]
        sidecars = Sidecars(self.night.workspace.root, lists, folders, self.zone, [*there, *before])
        for found in changed:
            self.forget_quarantine(found.path)
            try:
                refused = sidecars.read(found.path.parent)[1]
            except ItemRefused as refusal:
                refused = []
                self.refuse(found.path, refusal)
            for bad_row in refused:
                self.refuse(found.path, bad_row, str(bad_row.where))
        return sidecars, changed

    def tell_gaps(self, sidecars: Sidecars, scan: Scan, changed: list[Found], pending: list[Found]) -> None:
        """Keep what lists and recordings do not have in common, of every list that is new or has new recordings."""
        lists = {found.path.parent: self.source_ref(found.path) for found in scan.files if found.kind == "sidecar"}
        folders = {sidecars.folder_of(found.path) for found in pending if found.kind == "recording"}
        folders |= {found.path.parent for found in changed}
        store = self.night.store
        with store.transaction():
            gone = {ref for (ref,) in store.query("SELECT DISTINCT source_ref FROM sidecar_gaps")} - set(lists.values())
            told = [lists[folder] for folder in folders if folder is not None]
            store.delete("sidecar_gaps", "source_ref", [*gone, *told])
            for folder in folders:
                gaps = sidecars.gaps(folder, lists[folder]) if folder is not None else []
                rows = [(gap.source_ref, gap.kind, gap.name) for gap in gaps]
                store.append_values("sidecar_gaps", rows, replace=True)  # two names may be one when redacted
                if gaps:
                    kinds: Counter[str] = Counter(gap.kind for gap in gaps)
                    self.night.log.event(STAGE, "sidecar_gaps", **kinds)
        for kind, number in store.query("SELECT kind, count(*) FROM sidecar_gaps GROUP BY kind ORDER BY kind"):
            self.counts["recordings without a row" if kind == "recording" else "rows without a recording"] += number

    def keep_accounts(self, sidecars: Sidecars, scan: Scan, changed: list[Found], pending: list[Found]) -> None:
        """Keep the accounts of lists that are new or have new recordings, and drop those of lists that are gone."""
        lists = {found.path.parent: found.path for found in scan.files if found.kind == "sidecar"}
        folders = {sidecars.folder_of(found.path) for found in pending if found.kind == "recording"}
        folders |= {found.path.parent for found in changed}
        private = self.night.private
        there = {str(path) for path in lists.values()}
        kept = [path for (path,) in private.query("SELECT path FROM file_accounts")]
        lost = [path for path in kept if kind_of(Path(path).name.lower()) == "sidecar" and path not in there]
        private.delete("file_accounts", "path", lost)
        for folder in folders:
            path = lists[folder] if folder is not None else None
            if folder is not None and path is not None:
                account = sidecars.account(folder, self.source_ref(path))
                rows = [(str(path), *astuple(account))] if account is not None else []
                private.append_values("file_accounts", rows, replace=True)

    def fetch(self, limit: float) -> Fetched:
        """Copy what is new at the locations; one that fails is named in each run until it answers."""
        settings, store = self.night.settings.intake, self.night.store
        if not settings.locations:
            return Fetched()
        states = {} if STAGE in self.night.redo else {path: state[:2] for path, state in self.known.items()}
        workspace = self.night.workspace
        done = fetch(
            workspace.root, workspace.fetched, settings.locations, states, limit, settings.settling_seconds
        )  # fmt: skip
        with store.transaction():
            for location in settings.locations:
                store.query("DELETE FROM quarantine WHERE stage = ? AND source_ref = ?", [STAGE, location])
            for location, refusal in done.failed.items():
                self.night.quarantine(STAGE, location, refusal)
        self.quarantined += len(done.failed)
        self.counts["fetched files"] = done.files
        return done

    def forget_quarantine(self, path: Path) -> None:
        """Drop a file's old entries before it is read again."""
        ref = self.source_ref(path)
        if ref not in self.held:
            return
        self.night.store.query(
            "DELETE FROM quarantine WHERE stage = ? AND (source_ref = ? OR starts_with(source_ref, ?))",
            [STAGE, ref, f"{ref}#"],
        )

    def done(self, found: Found, facts: CallFacts | None, outcome: str = "done") -> None:
        """Remember a file's state; written last, so that a killed run reads the file again."""
        outcome = "partly" if found.path in self.partly else outcome
        mark = (str(found.path), *self.state(found, facts), outcome)
        if found.kind == "table":
            self.tables.finish(mark)
        else:
            self.night.private.append_values("files", [mark], replace=True)

    def take(self, found: Found, sidecars: Sidecars) -> None:
        """Read one new or changed file."""
        facts = sidecars.facts(found) if found.kind == "recording" else None
        self.forget_quarantine(found.path)
        try:
            if facts is not None:
                self.take_recording(found, facts)
            else:
                self.tables.take(found, self.source_ref(found.path), self.reread(found))
        except ItemRefused as refusal:
            self.refuse(found.path, refusal)
            self.done(found, facts, "quarantined")
        except FileNotFoundError:
            self.counts["vanished files"] += 1
        except UNREADABLE as error:
            self.night.log.event(STAGE, "unforeseen", error=type(error).__name__, place=place_of(error))
            self.refuse(found.path, ItemRefused("intake.unreadable", error=type(error).__name__))
            self.done(found, facts, "quarantined")
        else:
            self.done(found, facts)

    def take_recording(self, found: Found, facts: CallFacts) -> None:
        """Store a recording's identity and facts."""
        path = self.night.workspace.root / found.path
        if found.size == 0:
            raise ItemRefused("intake.empty_file")
        content = bytes_digest(path)
        item = recording(self.night.workspace, path, self.source_ref(found.path), content, file_time(found), facts)
        if self.tombstones.among([item.input_id]):
            self.counts["forgotten inputs"] += 1
            return
        store, private = self.night.store, self.night.private
        before = store.query(
            "SELECT source_ref, call_id, received_at, received_at_from, serial_token, product, customer_channel, "
            "language FROM inputs WHERE input_id = ?",
            [item.input_id],
        )
        if before and before[0][0] != item.source_ref and self.still_there(item.input_id):
            self.counts["same recordings"] += 1
            return
        if before and before[0][1:] == item.facts():
            return
        if item.serial:
            private.append_values("serials", [(item.serial_token, item.serial)], replace=True)
        private.append_values("originals", [(item.input_id, str(found.path), None, None)], replace=True)
        with store.transaction():
            store.append_values("inputs", [_input_row(item, self.night.run_id)], replace=True)
            # New facts about a known call: asr writes its case anew, from the words it has already recognised.
            store.query("DELETE FROM stage_state WHERE stage = 'asr' AND item_id = ?", [item.input_id])
        self.counts["changed recordings" if before else "new recordings"] += 1

    def still_there(self, input_id: str) -> bool:
        """Return whether the file that first brought a recording still lies in the inbox."""
        rows = self.night.private.query("SELECT path FROM originals WHERE input_id = ?", [input_id])
        return bool(rows) and (self.night.workspace.root / rows[0][0]).is_file()


def _input_row(item: Recording, run_id: str) -> tuple[object, ...]:
    return (item.input_id, "recording", item.source_ref, item.content, *item.facts(), run_id)
