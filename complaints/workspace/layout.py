"""The workspace on disk: where everything lies, laying it out, its lock and its key."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from complaints.errors import SettingsError, UsageError, WorkspaceLocked
from complaints.keyed_hash import read_or_make_key, token_of
from complaints.messages import message
from complaints.nearest_name import nearest

if TYPE_CHECKING:
    from complaints.dictionary import Dictionary
    from complaints.master import MasterReading
    from complaints.settings import Settings
    from complaints.store import Store


def console_language() -> str:
    """Return zh or en, as the environment of this process asks for."""
    asked = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "")
    return "zh" if asked.lower().startswith("zh") else "en"


def workspaces_near(root: Path) -> list[str]:
    """Return the workspaces in a folder, or else beside it, as paths from where one stands."""
    for place in (root, root.parent):
        if found := sorted(str(settings.parent) for settings in place.glob("*/complaints.toml")):
            return found
    return []


class Stores(NamedTuple):
    """Both stores of a workspace, open."""

    store: Store
    private: Store


@dataclass(frozen=True)
class Workspace:
    """A workspace folder; every path in it is named here and nowhere else."""

    root: Path

    @property
    def settings_file(self) -> Path:
        """complaints.toml."""
        return self.root / "complaints.toml"

    @property
    def inbox(self) -> Path:
        """Recordings and texts; never written to."""
        return self.root / "inbox"

    @property
    def master(self) -> Path:
        """Plant data."""
        return self.root / "master"

    @property
    def data(self) -> Path:
        """The stores, the key, the lock and the snapshots."""
        return self.root / "data"

    @property
    def fetched(self) -> Path:
        """Copies of what lies at intake.locations."""
        return self.data / "fetched"

    @property
    def store_file(self) -> Path:
        """The public store."""
        return self.data / "complaints.duckdb"

    @property
    def private_file(self) -> Path:
        """The private store."""
        return self.data / "private.duckdb"

    @property
    def snapshots(self) -> Path:
        """One folder of Parquet files a run."""
        return self.data / "snapshots"

    @property
    def latest(self) -> Path:
        """Link to the newest snapshot."""
        return self.data / "latest"

    @property
    def models(self) -> Path:
        """Trained category models, one folder each; the old ones stay."""
        return self.root / "models"

    @property
    def site(self) -> Path:
        """The reports."""
        return self.root / "site"

    @property
    def logs(self) -> Path:
        """One JSON-lines file a run."""
        return self.root / "logs"

    def require(self) -> None:
        """Raise UsageError unless this folder is a workspace."""
        if not self.settings_file.is_file():
            near = nearest(self.root.name, workspaces_near(self.root), alike=0.0)
            hint = message("workspace.nearest", near=near, folder=self.root)
            if near is None:
                hint = message("workspace.none.hint", folder=self.root)
            raise UsageError("workspace.none", str(self.root), hint)

    def settings(self) -> Settings:
        """Read and validate complaints.toml (SettingsError)."""
        from complaints.settings import load_settings

        return load_settings(self.settings_file)

    def language(self) -> str:
        """Return zh or en: the settings' language, else that of this computer's user."""
        if self.settings_file.is_file():
            with suppress(SettingsError):
                return self.settings().general.language
        return console_language()

    def dictionary(self) -> Dictionary:
        """Return the shipped dictionary of the settings' domains with the plant's own words (master/dictionary).

        Raises:
            SettingsError: complaints.toml is invalid.
            MasterDataError: master/dictionary is unreadable.
        """
        from complaints.dictionary import load_dictionary
        from complaints.master import plant_terms

        return load_dictionary(self.settings().general.domains, plant_terms(self.master, self.master_reading()))

    def master_reading(self) -> MasterReading:
        """Return how files of master/ are read: the settings' headers and limits (SettingsError)."""
        from complaints.master import MasterReading
        from complaints.tables import TableLimits

        settings = self.settings()
        limits = TableLimits(settings.intake.table_seconds, int(settings.intake.table_memory_mb * 1e6))
        return MasterReading(settings.master.columns, limits)

    def open_store(self, *, read_only: bool = False) -> Store:
        """Open the public store."""
        from complaints.store import Store

        self.data.mkdir(exist_ok=True)
        return Store(self.store_file, read_only=read_only)

    def open_private(self) -> Store:
        """Open the private store (mode 600)."""
        from complaints.store import Store

        self.data.mkdir(exist_ok=True)
        return Store(self.private_file, private=True)

    @contextmanager
    def open_stores(self, *, read_only: bool = False) -> Iterator[Stores]:
        """Open both stores; `read_only` is said of the public one."""
        with self.open_private() as private, self.open_store(read_only=read_only) as store:
            yield Stores(store, private)

    @property
    def key_file(self) -> Path:
        """The key of the serial tokens (mode 600)."""
        return self.data / "serial.key"

    @property
    def next_key_file(self) -> Path:
        """The new key, while `complaints key rotate` is at work."""
        return self.data / "serial.key.next"

    @property
    def tombstone_key_file(self) -> Path:
        """The key of the tombstones (mode 600)."""
        return self.data / "tombstone.key"

    @cached_property
    def _key(self) -> bytes:
        return read_or_make_key(self.key_file)

    def forget_key(self) -> None:
        """Read the key anew at its next use."""
        self.__dict__.pop("_key", None)

    def serial_token(self, serial: str) -> str:
        """Return the keyed hash (HMAC-SHA-256, 80 bits, ``V…``) that stands for a serial number in public tables."""
        return token_of(serial, self._key)

    @contextmanager
    def locked_store(self) -> Iterator[Store]:
        """Open the public store for writing, under the lock.

        Raises:
            UsageError: this folder is no workspace.
            WorkspaceLocked: a living run holds it.
        """
        self.require()
        with self.lock(), self.open_store() as store:
            yield store

    @contextmanager
    def locked_stores(self) -> Iterator[Stores]:
        """Open both stores for writing, under the lock (raises as `locked_store`)."""
        self.require()
        with self.lock(), self.open_stores() as stores:
            yield stores

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the workspace for one run; the operating system frees it when the process dies.

        Raises:
            WorkspaceLocked: a living run holds it.
        """
        from filelock import FileLock, Timeout

        self.data.mkdir(exist_ok=True)
        lock = FileLock(self.data / "run.lock", timeout=0)
        try:
            lock.acquire()
        except Timeout:
            raise WorkspaceLocked("workspace.locked", str(self.root)) from None
        try:
            yield
        finally:
            lock.release()
