"""Prediction sets that hold the true class in a stated part of the windows, class by class.

Class-conditional split conformal prediction (Vovk, "Conditional validity of inductive conformal
predictors", 2012): class c is in the set where its probability reaches the quantile that all but
10 % of held-out windows of class c reach. Promised for windows like those of the calibration set.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from .classes import CLASSES

COVERAGE = 0.9


def class_thresholds(p: NDArray[np.float64], truth: NDArray[np.int64]) -> dict[str, float]:
    """Probabilities [n, 4] under one reading and the class of each row -> threshold a class."""
    thresholds = {}
    for index, name in enumerate(CLASSES):
        own = np.sort(p[truth == index, index])
        # With n windows the k-th smallest keeps the promise exactly for k = floor((n+1)(1-c)).
        rank = math.floor((len(own) + 1) * (1 - COVERAGE))
        thresholds[name] = float(own[rank - 1]) if rank > 0 else 0.0
    return thresholds


def prediction_sets(p: NDArray[np.float64], thresholds: dict[str, float]) -> NDArray[np.bool_]:
    """[n, 4]; the most probable class is always in."""
    chosen = p >= np.array([thresholds[name] for name in CLASSES])[None, :]
    chosen[np.arange(len(p)), p.argmax(1)] = True
    return chosen


def set_figures(
    p: NDArray[np.float64], truth: NDArray[np.int64], thresholds: dict[str, float]
) -> dict[str, object]:
    """Measured coverage of each class, mean size, and how many windows have a set of one."""
    chosen = prediction_sets(p, thresholds)
    hit = chosen[np.arange(len(truth)), truth]
    return {
        "coverage": {
            name: round(float(hit[truth == index].mean()), 4)
            for index, name in enumerate(CLASSES)
            if (truth == index).any()
        },
        "meanSize": round(float(chosen.sum(1).mean()), 4),
        "single": round(float((chosen.sum(1) == 1).mean()), 4),
    }
