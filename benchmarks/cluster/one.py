"""One method over prepared data, in a process of its own: labels, seconds and peak memory as JSON on standard output.

Run by `python -m benchmarks.cluster`; BERTopic runs under another Python, so this file imports nothing at its top that
only one of the two has.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

SEED = 42
REPEATS = 3  # the least of so many times is what a method needs; the rest is what else the machine did
SLOW = ("bertopic_nights",)


def product(folder: Path, facts: dict[str, Any]) -> Callable[[], list[int]]:
    """This product: all cases on one day."""
    import hdbscan  # noqa: F401  # libraries load before the clock starts, for every method

    from benchmarks.cluster.memory import read_source, stream_labels

    source = read_source(folder)
    return lambda: stream_labels(source, [source.eligible], dated=False)


def product_nights(folder: Path, facts: dict[str, Any]) -> Callable[[], list[int]]:
    """This product as it runs: day by day, in the order of receipt."""
    import hdbscan  # noqa: F401  # libraries load before the clock starts, for every method

    from benchmarks.cluster.memory import read_source, stream_labels

    source = read_source(folder)
    return lambda: stream_labels(source, [source.eligible], dated=True)


def bertopic(folder: Path, facts: dict[str, Any], seed: int = SEED) -> Callable[[], list[int]]:
    """BERTopic with its defaults, seeded; numba compiles before the clock starts."""
    from bertopic import BERTopic  # type: ignore[import-not-found]
    from umap import UMAP  # type: ignore[import-not-found]

    vectors = np.load(folder / "vectors.npy")

    def reducer() -> Any:
        return UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", random_state=seed)

    reducer().fit(vectors[:200])
    return lambda: [int(label) for label in BERTopic(umap_model=reducer()).fit_transform(facts["texts"], vectors)[0]]


def bertopic_nights(folder: Path, facts: dict[str, Any]) -> Callable[[], list[int]]:
    """BERTopic fitted to each night and merged by its `merge_models`."""
    from bertopic import BERTopic
    from umap import UMAP

    vectors = np.load(folder / "vectors.npy")

    def run() -> list[int]:
        models = []
        for rows in facts["nights"]:
            reducer = UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", random_state=SEED)
            texts = [facts["texts"][row] for row in rows]
            models.append(BERTopic(umap_model=reducer).fit(texts, vectors[rows]))
        merged = BERTopic.merge_models(models)
        labels = [-1] * len(vectors)
        order = [row for rows in facts["nights"] for row in rows]
        for row, label in zip(order, merged.topics_, strict=True):
            labels[row] = int(label)
        return labels

    return run


def hdbscan_alone(folder: Path, facts: dict[str, Any]) -> Callable[[], list[int]]:
    """PCA to 32 dimensions and HDBSCAN with its defaults."""
    import hdbscan
    from sklearn.decomposition import PCA

    vectors = np.load(folder / "vectors.npy")
    return lambda: (
        hdbscan.HDBSCAN(core_dist_n_jobs=1).fit_predict(PCA(32, random_state=SEED).fit_transform(vectors)).tolist()
    )


def kmeans(folder: Path, facts: dict[str, Any]) -> Callable[[], list[int]]:
    """MiniBatchKMeans that is told the true number of classes."""
    from sklearn.cluster import MiniBatchKMeans

    vectors = np.load(folder / "vectors.npy")
    model = MiniBatchKMeans(facts["classes"], random_state=SEED, n_init=3)
    return lambda: model.fit_predict(vectors).tolist()


def supervised(folder: Path, facts: dict[str, Any]) -> Callable[[], list[int]]:
    """For orientation: linear discriminant analysis taught the true classes, each fifth predicted by the rest."""
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    vectors = np.load(folder / "vectors.npy")
    model = LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto")
    folds = StratifiedKFold(5, shuffle=True, random_state=SEED)
    return lambda: cross_val_predict(model, vectors, facts["truth"], cv=folds).tolist()


METHODS: dict[str, Callable[[Path, dict[str, Any]], Callable[[], list[int]]]] = {
    f.__name__: f for f in (product, product_nights, bertopic, bertopic_nights, hdbscan_alone, kmeans, supervised)
}
METHODS |= {f"bertopic_{seed}": partial(bertopic, seed=seed) for seed in (1, 2)}


def main() -> None:
    """Run METHOD over FOLDER."""
    method, folder = sys.argv[1], Path(sys.argv[2])
    facts = json.loads((folder / "facts.json").read_text(encoding="utf-8"))
    run = METHODS[method](folder, facts)
    labels, memory, walls, cpus = [], 0.0, [], []
    for repeat in range(1 if method in SLOW else REPEATS):
        wall, cpu = time.perf_counter(), time.process_time()
        labels = run()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
        memory = memory if repeat else peak_mb()
    print(json.dumps({"labels": labels, "wall_s": min(walls), "cpu_s": min(cpus), "peak_mb": memory}))


def peak_mb() -> float:
    """Return the most memory that this process held; getrusage would count the parent's before exec."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return float("nan")


if __name__ == "__main__":
    main()
