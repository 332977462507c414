"""Fine-tuning the sentence encoder on known labels: the upper half of its layers and a linear head.

The embeddings and the lower half stay as they are: they hold nine tenths of the parameters and the languages, a few
thousand complaints would only spoil them, and half of the time is saved. Mean pooling, cross-entropy with smoothed
labels (labels are noisy), AdamW with a linear warm-up and decay (Mosbach et al., ICLR 2021, on stable fine-tuning).

Every step is a function of the seed, the texts and their labels; a state is kept after each epoch, so that a killed
training goes on where it stopped and ends with the same weights.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from complaints.fingerprints import digest

if TYPE_CHECKING:
    import torch

EPOCHS = 5
BATCH_TEXTS = 16
MAX_TOKENS = 160
LAYER_RATE = 1e-4
HEAD_RATE = 1e-3
WARM_UP = 0.1
SMOOTHING = 0.1
DECAY = 0.01
SEED = 0
PREFIX = "query: "


@dataclass(frozen=True, slots=True)
class Tuned:
    """Trained weights by name: the upper layers (``encoder.layer.…``) and the head (``head.weight``, ``head.bias``)."""

    weights: dict[str, NDArray[np.float32]]


class Encoder:
    """A transformers encoder with a linear head over its mean token vector.

    Args:
        folder: a sentence-transformers folder of a BERT-like model.
        categories: outputs of the head.
        device: cpu or cuda.
        tuned: weights to begin with; None: those of the folder and a zero head.
    """

    def __init__(self, folder: Path, categories: int, device: str = "cpu", tuned: Tuned | None = None) -> None:
        import torch
        from transformers import AutoModel, AutoTokenizer

        torch.manual_seed(SEED)
        self.device = device
        self._tokenizer: Any = AutoTokenizer.from_pretrained(str(folder), local_files_only=True)
        self._model: Any = AutoModel.from_pretrained(str(folder), local_files_only=True).to(device)
        self._head = torch.nn.Linear(self._model.config.hidden_size, categories).to(device)
        torch.nn.init.zeros_(self._head.weight)
        torch.nn.init.zeros_(self._head.bias)
        layers = self._model.encoder.layer
        for parameter in self._model.parameters():
            parameter.requires_grad_(False)
        self._upper = {f"encoder.layer.{n}": layers[n] for n in range(len(layers) // 2, len(layers))}
        for layer in self._upper.values():
            for parameter in layer.parameters():
                parameter.requires_grad_(True)
        if tuned is not None:
            self.load(tuned)

    def groups(self) -> list[dict[str, Any]]:
        """Return the optimiser's parameter groups: layers and head with their own rates."""
        layers = [p for layer in self._upper.values() for p in layer.parameters()]
        return [{"params": layers, "lr": LAYER_RATE}, {"params": list(self._head.parameters()), "lr": HEAD_RATE}]

    def train(self, on: bool) -> None:
        """Turn dropout on or off."""
        self._model.train(on)

    def logits(self, texts: Sequence[str]) -> torch.Tensor:
        """Return the head's outputs, shape (len(texts), categories)."""
        tokens = self._tokenizer(
            [PREFIX + text for text in texts], padding=True, truncation=True, max_length=MAX_TOKENS, return_tensors="pt"
        ).to(self.device)
        hidden = self._model(**tokens).last_hidden_state
        mask = tokens["attention_mask"].unsqueeze(-1)
        pooled = (hidden * mask).sum(dim=1) / mask.sum(dim=1).clamp(min=1)
        result: torch.Tensor = self._head(pooled)
        return result

    def save(self) -> Tuned:
        """Return the trained weights."""
        named = {f"{name}.{part}": p for name, layer in self._upper.items() for part, p in layer.named_parameters()}
        named |= {f"head.{part}": p for part, p in self._head.named_parameters()}
        return Tuned({name: p.detach().cpu().numpy().astype(np.float32) for name, p in sorted(named.items())})

    def load(self, tuned: Tuned) -> None:
        """Put trained weights in place."""
        import torch

        for name, layer in self._upper.items():
            own = {part: torch.from_numpy(tuned.weights[f"{name}.{part}"]) for part, _ in layer.named_parameters()}
            layer.load_state_dict(own, strict=False)
        self._head.load_state_dict(
            {part: torch.from_numpy(tuned.weights[f"head.{part}"]) for part in ("weight", "bias")}
        )

    def predict(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return probabilities, shape (len(texts), categories); a row depends on its text alone but for rounding."""
        import torch

        self.train(False)
        found = np.zeros((len(texts), self._head.out_features))
        order = sorted(range(len(texts)), key=lambda i: (len(texts[i]), texts[i], i))
        with torch.inference_mode():
            for start in range(0, len(order), BATCH_TEXTS):
                rows = order[start : start + BATCH_TEXTS]
                found[rows] = torch.softmax(self.logits([texts[i] for i in rows]), dim=-1).cpu().numpy()
        return found


def finetune(
    texts: Sequence[str],
    target: NDArray[np.int64],
    categories: int,
    folder: Path,
    *,
    device: str = "cpu",
    state: Path | None = None,
    epochs: int = EPOCHS,
    advance: Callable[[], None] = lambda: None,
) -> Encoder:
    """Return an encoder trained on texts and their categories.

    Args:
        texts: masked texts.
        target: shape (len(texts),), category numbers.
        categories: how many there are.
        folder: the model to begin with.
        device: cpu or cuda.
        state: file where the state after each epoch is kept; removed by the caller when all is saved.
        epochs: passes over the texts.
        advance: called after each batch.
    """
    import torch

    encoder = Encoder(folder, categories, device)
    optimiser = torch.optim.AdamW(encoder.groups(), weight_decay=DECAY)
    steps = epochs * -(-len(texts) // BATCH_TEXTS)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _rate(step, steps))
    loss = torch.nn.CrossEntropyLoss(label_smoothing=SMOOTHING)
    key = digest("finetune", EPOCHS, SEED, *texts, *target.tolist())
    first = _resume(state, key, encoder, optimiser, scheduler)
    for epoch in range(first, epochs):
        torch.manual_seed(SEED + epoch)
        encoder.train(True)
        for rows in _batches(texts, epoch):
            value = loss(encoder.logits([texts[i] for i in rows]), torch.from_numpy(target[rows]).to(device))
            optimiser.zero_grad()
            value.backward()
            torch.nn.utils.clip_grad_norm_([p for g in optimiser.param_groups for p in g["params"]], 1.0)
            optimiser.step()
            scheduler.step()
            advance()
        _keep(state, key, epoch + 1, encoder, optimiser, scheduler)
    return encoder


def steps_of_finetuning(cases: int) -> int:
    """Return the number of batches of a training on so many texts."""
    return EPOCHS * -(-cases // BATCH_TEXTS)


def _rate(step: int, steps: int) -> float:
    warm = max(1, int(WARM_UP * steps))
    return step / warm if step < warm else max(0.0, (steps - step) / max(1, steps - warm))


def _batches(texts: Sequence[str], epoch: int) -> list[NDArray[np.int64]]:
    """Batches of texts of about one length, in an order that the epoch decides."""
    random = np.random.default_rng([SEED, epoch])
    lengths = np.array([len(text) for text in texts]) * random.uniform(0.9, 1.1, len(texts))
    order = np.argsort(lengths, kind="stable")
    parts = [order[start : start + BATCH_TEXTS] for start in range(0, len(order), BATCH_TEXTS)]
    return [parts[i] for i in random.permutation(len(parts))]


def _keep(state: Path | None, key: str, epoch: int, encoder: Encoder, optimiser: Any, scheduler: Any) -> None:
    if state is None:
        return
    import torch

    part = state.with_suffix(".part")
    weights = {name: torch.from_numpy(value) for name, value in encoder.save().weights.items()}
    kept = {"key": key, "epoch": epoch, "weights": weights}
    torch.save(kept | {"optimiser": optimiser.state_dict(), "scheduler": scheduler.state_dict()}, part)
    part.replace(state)


def _resume(state: Path | None, key: str, encoder: Encoder, optimiser: Any, scheduler: Any) -> int:
    """Take up a state of the same texts, labels and settings; return the number of epochs already done."""
    if state is None or not state.is_file():
        return 0
    import torch

    # weights_only: tensors and plain values alone, nothing that could run.
    kept = torch.load(state, weights_only=True, map_location="cpu")
    if kept["key"] != key:
        return 0
    encoder.load(Tuned({name: value.numpy() for name, value in kept["weights"].items()}))
    optimiser.load_state_dict(kept["optimiser"])
    scheduler.load_state_dict(kept["scheduler"])
    return int(kept["epoch"])
