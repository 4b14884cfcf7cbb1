"""Figures from pooled out-of-fold predictions of CinC 2017 (models/training/PROTOCOL.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .calibrate import UNCALIBRATED, Calibration, fit_calibration, fit_vector
from .classes import CLASSES
from .context import BELIEF, fit_context
from .held_out_file import Judged, Rows
from .metrics import CLASS_OF_LABEL_CINC, calibration_error, cinc_reading, class_errors
from .recording_head import fit_scale, rows_of_each, sharpened
from .resampled import confusion_by_cluster, draws, f1_of_draws, interval
from .sets import fold_of_subjects

ABSTAINED = (0.05, 0.10, 0.20, 0.30)
NOISE = CLASSES.index("noise")

Fit = Callable[[NDArray[np.float32], NDArray[np.int64], NDArray[np.float64]], Calibration]


@dataclass(frozen=True)
class Pool:
    """Out-of-fold windows. `recording` counts from 0; `group` is what calibration is crossed by."""

    logits: NDArray[np.float32]
    label: NDArray[np.int64]
    truth: NDArray[np.int64]
    recording: NDArray[np.int64]
    group: NDArray[np.int64]
    # By recording, in the order of its number; NaN where the folds have no recording head.
    judged: NDArray[np.float64]

    @property
    def weight(self) -> NDArray[np.float64]:
        """With which a long recording counts as much as a short one."""
        return 1 / np.bincount(self.recording)[self.recording]


def pool_of(folds: dict[int, Rows], judged: Iterable[Judged] = ()) -> Pool:
    """Folds by number, and what their heads say. One fold alone is crossed by halves."""
    logits = np.concatenate([rows.logits for rows in folds.values()])
    label = np.concatenate([rows.label for rows in folds.values()])
    names = np.concatenate([rows.recording for rows in folds.values()])
    group = np.repeat(list(folds), [len(rows.label) for rows in folds.values()])
    recordings, first, recording = np.unique(names, return_index=True, return_inverse=True)
    if len(folds) == 1:
        strata = [str(each) for each in label[first]]
        group = np.array(fold_of_subjects(recordings.tolist(), strata, 2, 1))[recording]
    elif any((group[recording == each] != group[at]).any() for each, at in enumerate(first)):
        raise ValueError("a recording is in two folds: the files are not of one split")
    said = np.full((len(recordings), len(CLASSES)), np.nan)
    for each in judged:
        said[np.searchsorted(recordings, each.recording)] = np.exp(each.log_p)
    return Pool(logits, label, CLASS_OF_LABEL_CINC[label], recording, group, said)


def cross_fitted(pool: Pool, fit: Fit) -> NDArray[np.float64]:
    """Probabilities [n, OUTPUTS], each group's by a calibration that has not seen it."""
    p = np.empty(pool.logits.shape)
    for group in np.unique(pool.group):
        here = pool.group == group
        fitted = fit(pool.logits[~here], pool.label[~here], pool.weight[~here])
        p[here] = fitted.probabilities(pool.logits[here])
    return p


def in_context(pool: Pool, p: NDArray[np.float64], belief: float = BELIEF) -> NDArray[np.float64]:
    """Cross-fitted `p` [n, OUTPUTS] in context, each group's by a fit that has not seen it."""
    q = np.empty(p.shape)
    for group in np.unique(pool.group):
        here = pool.group == group
        fitted = fit_context(
            p[~here], pool.recording[~here], pool.label[~here], pool.weight[~here], belief
        )
        q[here] = fitted.of(p[here], pool.recording[here])
    return q


def readings(pool: Pool) -> dict[str, NDArray[np.float64]]:
    """Probabilities [n, CLASSES] under the cinc reading, by calibration: `temperature` is what the
    program has of a window alone, and `context` what it shows."""
    p = cross_fitted(pool, fit_calibration)
    return {
        "raw": cinc_reading(UNCALIBRATED.probabilities(pool.logits)),
        "temperature": cinc_reading(p),
        "vector": cinc_reading(cross_fitted(pool, fit_vector)),
        "context": cinc_reading(in_context(pool, p)),
    }


def judged_together(pool: Pool) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Class and probabilities [recordings, CLASSES] of each recording, by the folds' heads.

    How sure they may be is fitted on the other groups, as the calibration of recordings of one
    window is. Raises ValueError where the folds have no head.
    """
    each = rows_of_each(pool.recording)
    first = np.array([rows[0] for rows in each])
    alone = np.array([len(rows) == 1 for rows in each])
    if not np.isfinite(pool.judged[~alone]).all():
        raise ValueError("the folds have no recording heads: write them again with `oof --fold`")
    truth, group = pool.truth[first], pool.group[first]
    p = cinc_reading(cross_fitted(pool, fit_calibration))[first]
    for each_group in np.unique(group):
        here, away = (group == each_group) & ~alone, (group != each_group) & ~alone
        if here.any() and away.any():
            p[here] = sharpened(pool.judged[here], fit_scale(pool.judged[away], truth[away]))
    return truth, p


def pooled_figures(pool: Pool, by_calibration: dict[str, NDArray[np.float64]]) -> dict[str, Any]:
    recordings, windows = {}, {}
    truth, p = judged_together(pool)
    recordings["head"] = _summary(truth, p.argmax(1), np.arange(len(truth))) | {
        "calibrationError": round(calibration_error(p, truth), 4)
    }
    for name, p in by_calibration.items():
        truth, said = recording_verdicts(pool, p)
        recordings[name] = _summary(truth, said, np.arange(len(truth)))
        windows[name] = _summary(pool.truth, p.argmax(1), pool.recording) | {
            "calibrationError": round(calibration_error(p, pool.truth), 4),
            "classErrors": _by_class(class_errors(p, pool.truth)),
            "meanProbability": _by_class(p.mean(0)),
        }
    return {
        "recordings": int(pool.recording.max()) + 1,
        "windows": len(pool.truth),
        "recording": recordings,
        "window": windows,
        "abstention": abstention_curve(pool, by_calibration["temperature"]),
        "abstentionInContext": abstention_curve(pool, by_calibration["context"]),
    }


def recording_verdicts(
    pool: Pool, p: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Truth and verdict of each recording: the mean over its windows that are not noise.

    As src-main/rhythm/recording-verdict.ts: noisy windows count only where there are no others.
    """
    count = int(pool.recording.max()) + 1
    readable = p.argmax(1) != NOISE
    has_readable = np.bincount(pool.recording, weights=readable, minlength=count) > 0
    counted = readable | ~has_readable[pool.recording]
    sums = np.zeros((count, len(CLASSES)))
    np.add.at(sums, pool.recording[counted], p[counted])
    truth = np.empty(count, dtype=np.int64)
    truth[pool.recording] = pool.truth
    return truth, sums.argmax(1)


def abstention_curve(pool: Pool, p: NDArray[np.float64]) -> list[dict[str, Any]]:
    """By window: thresholds from the other groups' confidence, coverage and F1 here."""
    confidence = p.max(1)
    curve = []
    for part in ABSTAINED:
        kept = np.zeros(len(p), dtype=bool)
        for group in np.unique(pool.group):
            here = pool.group == group
            kept[here] = confidence[here] >= np.quantile(confidence[~here], part)
        _, cluster = np.unique(pool.recording[kept], return_inverse=True)
        curve.append(
            {
                "abstained": part,
                "coverage": round(float(kept.mean()), 4),
                **_summary(pool.truth[kept], p[kept].argmax(1), cluster),
            }
        )
    return curve


def _by_class(values: NDArray[np.float64]) -> dict[str, float]:
    return {name: round(float(x), 4) for name, x in zip(CLASSES, values, strict=True)}


def _summary(
    truth: NDArray[np.int64], said: NDArray[np.int64], cluster: NDArray[np.int64]
) -> dict[str, Any]:
    matrices = confusion_by_cluster(truth, said, cluster)
    once = f1_of_draws(matrices, np.ones((1, len(matrices))))[0]
    drawn = f1_of_draws(matrices, draws(len(matrices)))
    return {
        "meanF1NAO": round(float(np.nanmean(once[:3])), 4),
        "meanF1NAOInterval95": interval(np.nanmean(drawn[:, :3], axis=1)),
        "meanF1Four": round(float(np.nanmean(once)), 4),
        "meanF1FourInterval95": interval(np.nanmean(drawn, axis=1)),
        "f1": {name: round(float(x), 4) for name, x in zip(CLASSES, once, strict=True)},
        "accuracy": round(float((truth == said).mean()), 4),
        "confusion": matrices.sum(0).astype(int).tolist(),
    }
