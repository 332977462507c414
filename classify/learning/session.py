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
    from complaints.console import Session
    from complaints.models import Encoder
    from complaints.store import Store


@dataclass(frozen=True, slots=True)
class Workbench:
    """What the commands of this room work with.

    Args:
        session: of the command.
        store: open for writing.
        finder: reads texts.
        encoder: the open encoder.
        encoder_key: fingerprint of the embedding model.
        encoder_folder: its folder.
    """

    session: Session
    store: Store
    finder: MentionFinder
    encoder: Encoder
    encoder_key: str
    encoder_folder: Path

    def workshop(self, as_of: date) -> Workshop:
        """Return what training needs."""
        models, settings = self.session.place.models, self.session.settings.classify
        return Workshop(
            self.store, models, settings, self.finder, self.encoder, self.encoder_key, self.encoder_folder, as_of,
            self.session.progress(),
        )  # fmt: skip


@contextmanager
def opened(session: Session) -> Iterator[Workbench]:
    """Open a session's workspace under its lock.

    Raises:
        ComplaintsError: no workspace there, invalid settings or master files, a living run, a missing model.
    """
    from classify.reading import MentionFinder
    from complaints.models import embedding_model, open_encoder

    setting, finder = session.settings.embeddings, MentionFinder(session.dictionary)
    with session.place.lock():
        model = embedding_model(setting.model, allow_hub=setting.download)
        encoder = open_encoder(setting.model, setting.device, allow_hub=setting.download)
        with session.place.open_store() as store:
            yield Workbench(session, store, finder, encoder, model.fingerprint, model.path)
