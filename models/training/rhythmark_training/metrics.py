"""Figures about labels and probabilities. Classes are those of classes.CLASSES throughout."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .classes import CLASSES, LABELS

_CLASS_OF_LABEL = {
    "normal": "normal",
    "af": "af",
    "other": "other",
    "noise": "noise",
    # Where a label leaves open which of two it is, as the program's `referenceClass` takes it.
    "ectopy-or-other": "other",
    "normal-or-ectopy": "normal",
}


def _classes(ectopy: str) -> NDArray[np.int64]:
    class_of = _CLASS_OF_LABEL | {"ectopy": ectopy}
    return np.array([CLASSES.index(class_of[label]) for label in LABELS])


# Index into CLASSES of each of LABELS: under CinC's reading ectopy is part of Other, under the
# rhythm reading of Normal.
CLASS_OF_LABEL_CINC = _classes("other")
CLASS_OF_LABEL_RHYTHM = _classes("normal")


def cinc_reading(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probabilities [n, OUTPUTS] -> [n, CLASSES]: normal, AF, ectopy + other, noise."""
    return np.stack([p[:, 0], p[:, 1], p[:, 2] + p[:, 3], p[:, 4]], axis=1)


def rhythm_reading(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probabilities [n, OUTPUTS] -> [n, CLASSES]: normal + ectopy, AF, other, noise."""
    return np.stack([p[:, 0] + p[:, 2], p[:, 1], p[:, 3], p[:, 4]], axis=1)


def confusion_matrix(truth: NDArray[np.int64], said: NDArray[np.int64]) -> NDArray[np.int64]:
    """Rows are the truth, columns what was said."""
    matrix = np.zeros((len(CLASSES), len(CLASSES)), dtype=np.int64)
    np.add.at(matrix, (truth, said), 1)
    return matrix


def f1_scores(matrix: NDArray[np.int64]) -> NDArray[np.float64]:
    """F1 of each class as CinC 2017 scores it: 2 TP / (row sum + column sum)."""
    total = matrix.sum(0) + matrix.sum(1)
    return np.where(total > 0, 2 * np.diag(matrix) / np.maximum(total, 1), np.nan)


def mean_f1_of_three(matrix: NDArray[np.int64]) -> float:
    """The challenge's score: the mean F1 of Normal, AF and Other."""
    return float(f1_scores(matrix)[:3].mean())


def class_errors(
    p: NDArray[np.float64], truth: NDArray[np.int64], bins: int = 15
) -> NDArray[np.float64]:
    """How far the probability of each class is from how often it is true: [CLASSES].

    As `calibration_error`, but of one class at a time, in all windows and not where it is said.
    """
    errors = np.zeros(p.shape[1])
    for index in range(p.shape[1]):
        bin_of = np.minimum((p[:, index] * bins).astype(int), bins - 1)
        count = np.bincount(bin_of, minlength=bins)
        said = np.bincount(bin_of, weights=p[:, index], minlength=bins)
        true = np.bincount(bin_of, weights=truth == index, minlength=bins)
        errors[index] = np.abs(said - true).sum() / count.sum()
    return errors


def reliability(
    p: NDArray[np.float64], truth: NDArray[np.int64], bins: int = 15
) -> list[tuple[int, float, float]]:
    """Bins of equal width over the verdict's confidence: windows, mean confidence, accuracy."""
    confidence, right = p.max(1), p.argmax(1) == truth
    bin_of = np.minimum((confidence * bins).astype(int), bins - 1)
    rows = []
    for each in range(bins):
        inside = bin_of == each
        if inside.any():
            rows.append(
                (int(inside.sum()), float(confidence[inside].mean()), float(right[inside].mean()))
            )
    return rows


def calibration_error(p: NDArray[np.float64], truth: NDArray[np.int64]) -> float:
    """Expected calibration error over 15 bins: the mean of |confidence - accuracy|, by windows."""
    rows = reliability(p, truth)
    total = sum(count for count, _, _ in rows)
    return sum(count * abs(confidence - right) for count, confidence, right in rows) / total


def bootstrap_interval(
    truth: NDArray[np.int64], said: NDArray[np.int64], seed: int, rounds: int = 2000
) -> tuple[float, float]:
    """95 % interval of the mean F1 of N, A, O over recordings drawn with replacement."""
    rng = np.random.default_rng(seed)
    scores = []
    for _ in range(rounds):
        drawn = rng.integers(len(truth), size=len(truth))
        scores.append(mean_f1_of_three(confusion_matrix(truth[drawn], said[drawn])))
    low, high = np.quantile(scores, [0.025, 0.975])
    return float(low), float(high)
