"""The models: where they come from, what is checked before they are used, and where they lie."""

from complaints.models.check import check_models
from complaints.models.encoder import Encoder, open_encoder
from complaints.models.masking import mask
from complaints.models.narrow import narrowed
from complaints.models.resolve import ModelFolder, embedding_model, speech_model
from complaints.models.vector_cache import keep_vectors, masked_digest, vectors_for, vectors_of_terms, without_vector

__all__ = [
    "Encoder",
    "ModelFolder",
    "check_models",
    "embedding_model",
    "keep_vectors",
    "mask",
    "masked_digest",
    "narrowed",
    "open_encoder",
    "speech_model",
    "vectors_for",
    "vectors_of_terms",
    "without_vector",
]
