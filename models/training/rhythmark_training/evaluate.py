"""Measures a network on recordings it has not seen; fits its calibration without leakage.

The held-out fifth of CinC 2017 is cut into two halves by recording. Calibration and threshold are
fitted on one half and measured on the other, and the other way round; every figure pools the two.
The calibration that ships is then fitted on both halves: one number that the published figures
did not see.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from .calibrate import UNCALIBRATED, Calibration, fit_calibration, fit_vector
from .classes import CLASSES, LABELS
from .config import TrainConfig
from .conformal import class_thresholds, set_figures
from .context import Context, fit_context
from .electrode_motion import ElectrodeMotion, add_at
from .families import RhythmNetwork
from .metrics import (
    CLASS_OF_LABEL_CINC,
    bootstrap_interval,
    calibration_error,
    cinc_reading,
    confusion_matrix,
    f1_scores,
    mean_f1_of_three,
    rhythm_reading,
)
from .predict import Predicted, predict
from .sampling import held_out_traces
from .sets import UNLABELLED, LabelledSet, fold_of_subjects

# Part of the held-out windows that the shipped threshold calls uncertain.
ABSTAINED = 0.10

NORMAL, AF, OTHER, NOISE = range(len(CLASSES))


@dataclass(frozen=True)
class HeldOut:
    """What was measured, and what the pictures need of it."""

    figures: dict[str, Any]
    predicted: Predicted
    calibration: Calibration
    context: Context
    # Confidence of a window in context below which it is called uncertain.
    threshold: float
    recording_confusion: NDArray[np.int64]
    window_truth: NDArray[np.int64]
    window_raw: NDArray[np.float64]
    window_calibrated: NDArray[np.float64]


def evaluate_held_out(network: RhythmNetwork, data: LabelledSet, config: TrainConfig) -> HeldOut:
    """CinC 2017's held-out fifth, by window and by recording, under the cinc reading."""
    predicted = predict(network, data, held_out_traces(data, config))
    truth = CLASS_OF_LABEL_CINC[predicted.label]
    weight = _one_a_recording(predicted.trace)
    half = _halves(data, predicted, config.seed + 1)

    calibrated = np.empty((len(truth), len(CLASSES)))
    by_vector = np.empty_like(calibrated)
    certain = np.zeros(len(truth), dtype=bool)
    sets = []
    for measured in (0, 1):
        there, here = predicted.part(half != measured), half == measured
        logits = predicted.logits[here]
        fitted = fit_calibration(there.logits, there.label, weight[half != measured])
        vector = fit_vector(there.logits, there.label, weight[half != measured])
        calibrated[here] = cinc_reading(fitted.probabilities(logits))
        by_vector[here] = cinc_reading(vector.probabilities(logits))
        elsewhere = cinc_reading(fitted.probabilities(there.logits))
        there_truth = truth[half != measured]
        sets.append(
            set_figures(calibrated[here], truth[here], class_thresholds(elsewhere, there_truth))
        )
        certain[here] = calibrated[here].max(1) >= np.quantile(elsewhere.max(1), ABSTAINED)
    raw = cinc_reading(UNCALIBRATED.probabilities(predicted.logits))

    shipped = fit_calibration(predicted.logits, predicted.label, weight)
    alone = shipped.probabilities(predicted.logits)
    context = fit_context(alone, predicted.trace, predicted.label, weight)
    shipped_p = cinc_reading(context.of(alone, predicted.trace))
    threshold = float(np.quantile(shipped_p.max(1), ABSTAINED))

    windows = confusion_matrix(truth, calibrated.argmax(1))
    kept = confusion_matrix(truth[certain], calibrated[certain].argmax(1))
    recording_truth, said = recording_labels(predicted, truth, calibrated)
    recordings = confusion_matrix(recording_truth, said)
    _, said_mean = recording_labels(predicted, truth, calibrated, skip_noise=False)
    figures = {
        "set": "cinc2017",
        "protocol": "held-out stratified fifth; calibration cross-fitted on its two halves",
        "recording": {
            **_summary(recordings),
            "interval95": [round(x, 4) for x in bootstrap_interval(recording_truth, said, 1)],
            "rule": "mean over the windows that are not noise: without a recording head",
            "meanF1NAOPlainMean": round(
                mean_f1_of_three(confusion_matrix(recording_truth, said_mean)), 4
            ),
        },
        "window": {
            **_summary(windows),
            "calibrationError": {
                "raw": round(calibration_error(raw, truth), 4),
                "temperature": round(calibration_error(calibrated, truth), 4),
                "vector": round(calibration_error(by_vector, truth), 4),
            },
            "predictionSets": {"crossFittedHalves": sets},
            "certain": {
                "coverage": round(float(certain.mean()), 4),
                **_summary(kept),
            },
        },
    }
    return HeldOut(
        figures, predicted, shipped, context, threshold, recordings, truth, raw, calibrated
    )


def evaluate_buried(
    network: RhythmNetwork,
    data: LabelledSet,
    calibration: Calibration,
    traces: NDArray[np.bool_],
    noise: LabelledSet,
    snr_db: float,
) -> dict[str, Any]:
    """What normal windows are called once electrode motion, never trained with, buries them."""
    motion, rng = ElectrodeMotion(noise, "measuring"), np.random.default_rng(6)

    def bury(crops: Tensor) -> Tensor:
        return add_at(crops, motion.draw(len(crops), rng), np.full(len(crops), snr_db))

    predicted = predict(network, data, traces, bury)
    predicted = predicted.part(np.array(LABELS)[predicted.label] == "normal")
    said = cinc_reading(calibration.probabilities(predicted.logits)).argmax(1)
    return {
        "set": data.name,
        "protocol": f"normal windows with electrode-motion noise at {snr_db:g} dB",
        "windows": len(said),
        "called": {name: _share(said == index) for index, name in enumerate(CLASSES)},
    }


def evaluate_windows(
    network: RhythmNetwork,
    data: LabelledSet,
    held_out: HeldOut,
    traces: NDArray[np.bool_],
    protocol: str,
) -> dict[str, Any]:
    """A set with labels for each window, in context as in the program: AF against the rest, and
    what normal is called."""
    predicted = predict(network, data, traces)
    known = predicted.label != UNLABELLED
    p = held_out.calibration.probabilities(predicted.logits)
    p, predicted = held_out.context.of(p, predicted.trace)[known], predicted.part(known)
    label = np.array(LABELS)[predicted.label]
    cinc, rhythm = cinc_reading(p).argmax(1), rhythm_reading(p).argmax(1)
    is_af = label == "af"
    normal, ectopy, other = label == "normal", label == "ectopy", label == "other"
    return {
        "set": data.name,
        "protocol": protocol,
        "windows": {name: int((label == name).sum()) for name in LABELS if (label == name).any()},
        "calibrationError": round(
            calibration_error(cinc_reading(p), CLASS_OF_LABEL_CINC[predicted.label]), 4
        ),
        "afSensitivity": _share(cinc[is_af] == AF),
        "afSpecificity": _share(cinc[~is_af] != AF),
        "normalCalledOther": {
            "cinc": _share(cinc[normal] == OTHER),
            "rhythm": _share(rhythm[normal] == OTHER),
        },
        "ectopyCalledNormalOrEctopy": _share(rhythm[ectopy] == NORMAL),
        "otherCalledOther": {
            "cinc": _share(cinc[other] == OTHER),
            "rhythm": _share(rhythm[other] == OTHER),
        },
    }


def recording_labels(
    predicted: Predicted,
    truth: NDArray[np.int64],
    p: NDArray[np.float64],
    skip_noise: bool = True,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Truth and verdict a recording: the mean of its windows' probabilities.

    As src-main/rhythm/recording-verdict.ts: noisy windows count only where there are no others.
    """
    truths, said = [], []
    for trace in np.unique(predicted.trace):
        rows = predicted.trace == trace
        window_p = p[rows]
        readable = window_p.argmax(1) != NOISE
        if skip_noise and readable.any():
            window_p = window_p[readable]
        truths.append(truth[rows][0])
        said.append(window_p.mean(0).argmax())
    return np.array(truths), np.array(said)


def _summary(matrix: NDArray[np.int64]) -> dict[str, Any]:
    f1 = f1_scores(matrix)
    return {
        "meanF1NAO": round(mean_f1_of_three(matrix), 4),
        "meanF1Four": round(float(np.nanmean(f1)), 4),
        "f1": {name: round(float(score), 4) for name, score in zip(CLASSES, f1, strict=True)},
        "accuracy": round(float(np.diag(matrix).sum() / matrix.sum()), 4),
        "confusion": matrix.tolist(),
    }


def _one_a_recording(trace: NDArray[np.int64]) -> NDArray[np.float64]:
    """Weights with which a long recording counts as much as a short one."""
    _, at, counts = np.unique(trace, return_inverse=True, return_counts=True)
    return 1 / counts[at]


def _halves(data: LabelledSet, predicted: Predicted, seed: int) -> NDArray[np.int64]:
    """0 or 1 for each window: stratified halves by recording."""
    traces, first = np.unique(predicted.trace, return_index=True)
    subjects = data.subject[traces].tolist()
    strata = [str(label) for label in predicted.label[first]]
    half = dict(zip(traces.tolist(), fold_of_subjects(subjects, strata, 2, seed), strict=True))
    return np.array([half[trace] for trace in predicted.trace.tolist()])


def _share(hits: NDArray[np.bool_]) -> float | None:
    return round(float(hits.mean()), 4) if len(hits) else None
