"""A Reading in, a Decision out: sources, history, pool, confidence, guarantee."""

from classify.category.confidence import Confidence
from classify.category.deciders import Decider, Learned, Unlabelled, confirmed
from classify.category.drift import MOST_CASES, Drift, drift_between
from classify.category.ensemble import Fitted, Predictions
from classify.category.features import Vocabulary
from classify.category.finetune import steps_of_finetuning
from classify.category.finetuned_source import ENCODER, STATES, TunedSource, Tuner
from classify.category.history import Past
from classify.category.load import BATCH_CASES, dated_cases, decided_cases, labelled_cases, read_all, read_cases
from classify.category.model import Decided, Model, Reference, steps_of_training, train
from classify.category.neighbours import Near, Neighbours, near_json
from classify.category.opinion_pool import Pool
from classify.category.precision_guarantee import NEVER, PrecisionGuarantee, lower_bound
from classify.category.sources import Source
from classify.category.taxonomy import parse_categories
from classify.category.unlabelled import Decision, category_names

__all__ = [
    "BATCH_CASES",
    "ENCODER",
    "MOST_CASES",
    "NEVER",
    "STATES",
    "Confidence",
    "Decided",
    "Decider",
    "Decision",
    "Drift",
    "Fitted",
    "Learned",
    "Model",
    "Near",
    "Neighbours",
    "Past",
    "Pool",
    "PrecisionGuarantee",
    "Predictions",
    "Reference",
    "Source",
    "TunedSource",
    "Tuner",
    "Unlabelled",
    "Vocabulary",
    "category_names",
    "confirmed",
    "dated_cases",
    "decided_cases",
    "drift_between",
    "labelled_cases",
    "lower_bound",
    "near_json",
    "parse_categories",
    "read_all",
    "read_cases",
    "steps_of_finetuning",
    "steps_of_training",
    "train",
]
