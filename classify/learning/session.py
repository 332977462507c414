"""A workspace opened for work on its categories: store, dictionary, encoder, under the workspace's lock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from classify.learning.training import Workshop

if TYPE_CHECKING:
    from classify.reading import MentionFinder
    from complaints.dictionary import Dictionary
    from complaints.models import Encoder
    from complaints.run import Progress
    from complaints.settings import Settings
    from complaints.store import Store
    from complaints.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Workbench:
    """What the commands of this room work with.

    Args:
        workspace: an existing one.
        settings: its settings.
        dictionary: shipped and plant's terms.
        store: open for writing.
        finder: reads texts.
        encoder: the open encoder.
        encoder_key: fingerprint of the embedding model.
        encoder_folder: its folder.
    """

    workspace: Workspace
    settings: Settings
    dictionary: Dictionary
    store: Store
    finder: MentionFinder
    encoder: Encoder
    encoder_key: str
    encoder_folder: Path

    def workshop(self, as_of: date, progress: Progress) -> Workshop:
        """Return what training needs."""
        return Workshop(
            self.store, self.workspace.models, self.settings.classify, self.finder, self.encoder, self.encoder_key,
            self.encoder_folder, as_of, progress,
        )  # fmt: skip


@contextmanager
def opened(workspace: Workspace) -> Iterator[Workbench]:
    """Open a workspace under its lock.

    Raises:
        ComplaintsError: no workspace there, invalid settings or master files, a living run, a missing model.
    """
    from classify.reading import MentionFinder
    from complaints.models import embedding_model, open_encoder

    workspace.require()
    settings = workspace.settings()
    dictionary = workspace.dictionary()
    with workspace.lock():
        setting = settings.embeddings
        model = embedding_model(setting.model, allow_hub=setting.download)
        encoder = open_encoder(setting.model, setting.device, allow_hub=setting.download)
        with workspace.open_store() as store:
            yield Workbench(
                workspace,
                settings,
                dictionary,
                store,
                MentionFinder(dictionary),
                encoder,
                model.fingerprint,
                model.path,
            )
