"""Trained models on disk: models/MODEL_ID/ with plain arrays and JSON, nothing in it that could run.

``model.json`` says what the model is (categories, promise, figures, data, day), and names the SHA-256 of the arrays;
``arrays.safetensors`` holds the numbers, ``vocabulary.json`` the n-grams and codes. ``models/current.json`` names the
model in use; older ones stay beside it. Of the labelled cases only ids are kept: their days, products and vehicles are
read from the store, so that a purge or a new key for serial tokens reaches the model too.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classify.category import (
    ENCODER,
    Confidence,
    Fitted,
    Model,
    Past,
    Pool,
    PrecisionGuarantee,
    Predictions,
    Reference,
    Source,
    TunedSource,
    Vocabulary,
)
from classify.reading import Dated
from complaints.errors import StoreError
from complaints.fingerprints import bytes_digest, canonical_json, digest

FORMAT = 1
CURRENT = "current.json"
FILES = ("model.json", "vocabulary.json", "arrays.safetensors")
Arrays = dict[str, NDArray[Any]]
DatedOf = Callable[[Sequence[str]], Mapping[str, Dated]]


@dataclass(frozen=True, slots=True)
class Card:
    """What is told about a model.

    Args:
        trained_on: the day (ISO).
        labels: how many labelled cases it learned from.
        labels_digest: of their ids and categories.
        first, last: days of the oldest and the newest of them (ISO), or "".
        encoder: fingerprint of the encoder, or "" without embeddings.
        dictionary: fingerprint of the dictionary.
        figures: measured on the held-out block, by name.
        suspects: ids of labelled cases whose label looks wrong, the most doubtful first.
    """

    trained_on: str
    labels: int
    labels_digest: str
    first: str
    last: str
    encoder: str
    dictionary: str
    figures: dict[str, float]
    suspects: list[str]


@dataclass(frozen=True, slots=True)
class Stored:
    """A model with its id and card."""

    model_id: str
    model: Model
    card: Card


def save_model(folder: Path, model: Model, card: Card) -> str:
    """Write a model under `folder` (models/), make it the current one, and return its id."""
    from safetensors.numpy import save_file

    arrays: Arrays = {}
    vocabulary: dict[str, list[str]] = {}
    parts = {"full": model.full} | ({"measured": model.measured} if model.measured else {})
    described = {name: _put(fitted, name, arrays, vocabulary) for name, fitted in parts.items()}
    arrays["reference.predicted"] = model.reference.predicted.astype(np.int32)
    if model.reference.vectors is not None:
        arrays["reference.vectors"] = model.reference.vectors.astype(np.float16)
    words = canonical_json(vocabulary)
    content: dict[str, Any] = {
        "format": FORMAT,
        "reference": list(model.reference.cases),
        "parts": described,
        "promise": model.guarantee.as_json(),
        "card": asdict(card),
    }
    hashed = digest(canonical_json(content), words, *(digest(k, v.tobytes()) for k, v in sorted(arrays.items())))
    model_id = f"M{hashed[:16]}"
    target, unfinished = folder / model_id, folder / f".{model_id}.part"
    unfinished.mkdir(parents=True, exist_ok=True)
    save_file({k: np.ascontiguousarray(v) for k, v in sorted(arrays.items())}, unfinished / FILES[2])
    (unfinished / FILES[1]).write_text(words, encoding="utf-8")
    content["sha256"] = {name: bytes_digest(unfinished / name) for name in FILES[1:]}
    (unfinished / FILES[0]).write_text(
        json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True), encoding="utf-8"
    )
    if target.exists():
        for name in FILES:
            (unfinished / name).replace(target / name)
        unfinished.rmdir()
    else:
        unfinished.rename(target)
    set_current(folder, model_id)
    return model_id


def set_current(folder: Path, model_id: str) -> None:
    """Make a stored model the one in use."""
    part = folder / f".{CURRENT}.part"
    part.write_text(canonical_json({"model_id": model_id}), encoding="utf-8")
    part.replace(folder / CURRENT)


def current_model(folder: Path) -> str | None:
    """Return the id of the model in use, or None."""
    try:
        named = json.loads((folder / CURRENT).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise _damaged(folder / CURRENT) from error
    return str(named["model_id"])


def load_card(folder: Path, model_id: str) -> tuple[Card, PrecisionGuarantee]:
    """Return a model's card and guarantee without loading its arrays.

    Raises:
        StoreError: it is not there or damaged.
    """
    content = _description(folder / model_id)
    return Card(**content["card"]), _guarantee(content)


def load_categories(folder: Path, model_id: str) -> tuple[str, ...]:
    """Return a model's categories without loading its arrays."""
    return tuple(_description(folder / model_id)["parts"]["full"]["categories"])


def load_model(folder: Path, model_id: str, dated_of: DatedOf, encoder: Path | None = None) -> Stored:
    """Load a model.

    Args:
        folder: models/.
        model_id: which one.
        dated_of: gives day, product and vehicle of cases by id; one that is gone is no history any more.
        encoder: folder of the embedding model, on which fine-tuned weights belong.

    Raises:
        StoreError: it is not there, or a file is not the one that was written.
    """
    from safetensors.numpy import load_file

    place = folder / model_id
    content = _description(place)
    for name, expected in content["sha256"].items():
        if not (place / name).is_file() or bytes_digest(place / name) != expected:
            raise _damaged(place / name)
    arrays = load_file(place / FILES[2])
    vocabulary = json.loads((place / FILES[1]).read_text(encoding="utf-8"))
    parts = {name: _get(d, name, arrays, vocabulary, dated_of, encoder) for name, d in content["parts"].items()}
    vectors = arrays.get("reference.vectors")
    reference = Reference(
        tuple(content["reference"]),
        None if vectors is None else vectors.astype(np.float32),
        arrays["reference.predicted"].astype(np.int64),
    )
    model = Model(parts["full"], parts.get("measured"), _guarantee(content), reference)
    return Stored(model_id, model, Card(**content["card"]))


def _description(place: Path) -> dict[str, Any]:
    try:
        content = json.loads((place / FILES[0]).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError) as error:
        raise _damaged(place / FILES[0]) from error
    if content.get("format") != FORMAT:
        raise StoreError("classify.model_format", str(place), format=content.get("format"), known=FORMAT)
    return dict(content)


def _damaged(path: Path) -> StoreError:
    return StoreError("classify.model_damaged", str(path))


def _guarantee(content: Mapping[str, Any]) -> PrecisionGuarantee:
    found = dict(content["promise"])
    return PrecisionGuarantee(**found | {"languages": tuple(found.get("languages", ()))})


def _put(fitted: Fitted, name: str, arrays: Arrays, vocabulary: dict[str, list[str]]) -> dict[str, Any]:
    for source in fitted.sources:
        at = f"{name}.{source.name}"
        if isinstance(source, TunedSource):
            arrays |= {f"{at}.{part}": value.astype(np.float16) for part, value in source.weights.items()}
            continue
        arrays[f"{at}.weights"] = source.weights.astype(np.float32)
        arrays[f"{at}.offsets"] = source.offsets.astype(np.float32)
        if source.centre is not None:
            arrays[f"{at}.centre"] = source.centre.astype(np.float32)
        if source.vocabulary is not None:
            arrays[f"{at}.idf"] = source.vocabulary.idf
            vocabulary[at] = list(source.vocabulary.names)
    arrays[f"{name}.pool.weights"], arrays[f"{name}.pool.offsets"] = fitted.pool.weights, fitted.pool.offsets
    for part in ("centre", "scale", "weights"):
        arrays[f"{name}.confidence.{part}"] = getattr(fitted.confidence, part)
    arrays[f"{name}.target"] = fitted.past.probabilities.argmax(axis=1).astype(np.int32)
    arrays[f"{name}.probabilities"] = fitted.out_of_fold.probabilities.astype(np.float64)
    arrays[f"{name}.out_of_fold"] = fitted.out_of_fold.confidence.astype(np.float64)
    arrays[f"{name}.suspect"] = fitted.suspect.astype(np.uint8)
    return {
        "categories": list(fitted.categories),
        "sources": [source.name for source in fitted.sources],
        "confidence_offset": fitted.confidence.offset,
        "cases": sorted(fitted.known, key=fitted.known.__getitem__),
    }


def _get(
    described: dict[str, Any],
    name: str,
    arrays: Arrays,
    vocabulary: dict[str, list[str]],
    dated_of: DatedOf,
    encoder: Path | None,
) -> Fitted:
    sources: list[Source | TunedSource] = []
    for kind in described["sources"]:
        at = f"{name}.{kind}"
        if kind == ENCODER:
            weights = {k.removeprefix(f"{at}."): v.astype(np.float32) for k, v in arrays.items() if k.startswith(at)}
            assert encoder is not None
            sources.append(TunedSource(weights, encoder, len(described["categories"])))
            continue
        known = Vocabulary(kind, vocabulary[at], arrays[f"{at}.idf"]) if at in vocabulary else None
        centre = arrays.get(f"{at}.centre")
        sources.append(Source(kind, arrays[f"{at}.weights"], arrays[f"{at}.offsets"], known, centre))
    cases, categories = described["cases"], tuple(described["categories"])
    target = arrays[f"{name}.target"].astype(np.int64)
    there = dated_of(cases)
    past = Past(
        [there.get(case) or Dated(f" {case}", None, None, None, case) for case in cases],
        np.eye(len(categories))[target],
        np.ones(len(cases)),
        np.bincount(target, minlength=len(categories)) / len(target),
    )
    confidence = Confidence(
        arrays[f"{name}.confidence.centre"],
        arrays[f"{name}.confidence.scale"],
        arrays[f"{name}.confidence.weights"],
        described["confidence_offset"],
    )
    return Fitted(
        categories,
        tuple(sources),
        Pool(arrays[f"{name}.pool.weights"], arrays[f"{name}.pool.offsets"]),
        confidence,
        past,
        {case: row for row, case in enumerate(cases)},
        Predictions(arrays[f"{name}.probabilities"], arrays[f"{name}.out_of_fold"]),
        arrays[f"{name}.suspect"].astype(bool),
    )
