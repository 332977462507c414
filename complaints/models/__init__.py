"""The models: where they come from, what is checked before they are used, and where they lie."""

from complaints.models.check import ModelStatus, check_models
from complaints.models.narrow import narrowed
from complaints.models.resolve import ModelFolder, embedding_model, keep_offline, speech_model

__all__ = ["ModelFolder", "ModelStatus", "check_models", "embedding_model", "keep_offline", "narrowed", "speech_model"]
