"""Training, evaluation, model files, the night's model."""

from classify.learning.evaluation import evaluate
from classify.learning.model_files import current_model, load_categories
from classify.learning.nightly import WITHOUT_MODEL, NightlyModel
from classify.learning.session import opened
from classify.learning.tables import print_evaluation, print_suggestions
from classify.learning.training import Trained, usable_model

__all__ = [
    "WITHOUT_MODEL",
    "NightlyModel",
    "Trained",
    "current_model",
    "evaluate",
    "load_categories",
    "opened",
    "print_evaluation",
    "print_suggestions",
    "usable_model",
]
