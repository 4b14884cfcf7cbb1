"""95 % intervals by percentile bootstrap over clusters: recordings, or people."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .classes import CLASSES

ROUNDS = 2000
_SEED = 1


def draws(clusters: int, rounds: int = ROUNDS) -> NDArray[np.float64]:
    """How often each of `clusters` is drawn in each of `rounds`, [rounds, clusters]."""
    rng = np.random.default_rng(_SEED)
    return rng.multinomial(clusters, np.full(clusters, 1 / clusters), size=rounds).astype(float)


def interval(values: NDArray[np.float64]) -> list[float]:
    low, high = np.nanquantile(values, [0.025, 0.975])
    return [round(float(low), 4), round(float(high), 4)]


def confusion_by_cluster(
    truth: NDArray[np.int64], said: NDArray[np.int64], cluster: NDArray[np.int64]
) -> NDArray[np.float64]:
    """[clusters, 4, 4]; `cluster` counts from 0."""
    classes = len(CLASSES)
    matrices = np.zeros((int(cluster.max()) + 1, classes, classes))
    np.add.at(matrices, (cluster, truth, said), 1)
    return matrices


def f1_of_draws(matrices: NDArray[np.float64], times: NDArray[np.float64]) -> NDArray[np.float64]:
    """F1 of each class in each round, [rounds, 4]."""
    classes = len(CLASSES)
    drawn = (times @ matrices.reshape(len(matrices), -1)).reshape(-1, classes, classes)
    right = np.einsum("rcc->rc", drawn)
    total = drawn.sum(1) + drawn.sum(2)
    return np.where(total > 0, 2 * right / np.maximum(total, 1), np.nan)


def share_with_interval(hit: NDArray[np.bool_], subject: NDArray[np.str_]) -> dict[str, object]:
    """How many of the windows, of how many people, and the part that is hit."""
    if len(hit) == 0:
        return {"value": None, "windows": 0, "people": 0}
    _, cluster = np.unique(subject, return_inverse=True)
    hits, counts = np.bincount(cluster, weights=hit), np.bincount(cluster)
    times = draws(len(counts))
    return {
        "value": round(float(hit.mean()), 4),
        "interval95": interval((times @ hits) / np.maximum(times @ counts, 1)),
        "windows": len(hit),
        "people": len(counts),
    }
