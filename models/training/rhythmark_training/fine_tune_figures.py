"""What fine-tuning changed: figures before and after, on windows that neither model learned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .calibrate import Calibration, adjust_temperature
from .classes import CLASSES, LABELS
from .config import TrainConfig
from .families import RhythmNetwork
from .metrics import (
    CLASS_OF_LABEL_CINC,
    CLASS_OF_LABEL_RHYTHM,
    calibration_error,
    cinc_reading,
    confusion_matrix,
    f1_scores,
    rhythm_reading,
)
from .onnx_weights import FinishedModel
from .predict import Predicted, predict
from .sampling import held_out_traces
from .sets import UNLABELLED, LabelledSet

AF = CLASSES.index("af")


@dataclass(frozen=True)
class Measured:
    """Held-out windows with a verdict, as both networks see them."""

    before: NDArray[np.float64]
    logits: NDArray[np.float32]
    label: NDArray[np.int64]
    subject: NDArray[np.str_]
    recording: NDArray[np.str_]
    reading: str
    base: Calibration

    @staticmethod
    def of(
        base: FinishedModel, tuned: RhythmNetwork, own: LabelledSet, held_out: NDArray[np.bool_]
    ) -> Measured:
        before = labelled(predict(base.network, own, held_out))
        after = labelled(predict(tuned, own, held_out))
        return Measured(
            before=base.calibration.probabilities(before.logits),
            logits=after.logits,
            label=after.label,
            subject=own.subject[after.trace],
            recording=own.recording[after.trace],
            reading=own.reading or "cinc",
            base=base.calibration,
        )

    def calibration(self, chosen: NDArray[np.bool_]) -> Calibration:
        """Fitted on the chosen windows; each recording weighs the same."""
        names, at, counts = np.unique(
            self.recording[chosen], return_inverse=True, return_counts=True
        )
        return adjust_temperature(
            self.logits[chosen], self.label[chosen], 1 / counts[at], len(names), self.base
        )

    def shipped(self) -> Calibration:
        return self.calibration(np.ones(len(self.label), dtype=bool))

    def figures(self, threshold: float) -> dict[str, Any]:
        people = np.unique(self.subject)
        first_half = np.isin(self.subject, people[::2])
        after = np.empty_like(self.before)
        for measured in (first_half, ~first_half):
            after[measured] = self.calibration(~measured).probabilities(self.logits[measured])
        return {
            "protocol": "people held out of fine-tuning; temperature cross-fitted on their halves",
            "reading": self.reading,
            "people": len(people),
            "recordings": len(np.unique(self.recording)),
            "windows": len(self.label),
            "before": self._scores(self.before, threshold),
            "after": self._scores(after, threshold),
        }

    def _scores(self, p: NDArray[np.float64], threshold: float) -> dict[str, Any]:
        is_rhythm = self.reading == "rhythm"
        classes = (rhythm_reading if is_rhythm else cinc_reading)(p)
        truth = (CLASS_OF_LABEL_RHYTHM if is_rhythm else CLASS_OF_LABEL_CINC)[self.label]
        return _scores(classes, truth) | {
            "certain": round(float((classes.max(1) >= threshold).mean()), 4)
        }


def _scores(p: NDArray[np.float64], truth: NDArray[np.int64]) -> dict[str, Any]:
    said = p.argmax(1)
    matrix = confusion_matrix(truth, said)
    f1 = f1_scores(matrix)
    return {
        "accuracy": round(float((said == truth).mean()), 4),
        "f1": {
            name: round(float(f1[index]), 4)
            for index, name in enumerate(CLASSES)
            if matrix[index].any()
        },
        "afSensitivity": _share(said[truth == AF] == AF),
        "afSpecificity": _share(said[truth != AF] != AF),
        "calibrationError": round(calibration_error(p, truth), 4),
        "confusion": matrix.tolist(),
    }


def original_figures(
    base: FinishedModel, tuned: RhythmNetwork, data: LabelledSet
) -> dict[str, Any]:
    """What was forgotten: the fold of the first original set that neither has learned from."""
    traces = held_out_traces(data, TrainConfig())
    figures = {}
    for when, network in (("before", base.network), ("after", tuned)):
        predicted = labelled(predict(network, data, traces))
        p = cinc_reading(base.calibration.probabilities(predicted.logits))
        figures[when] = _scores(p, CLASS_OF_LABEL_CINC[predicted.label])
    return {"protocol": "held-out fifth, windows; temperature as before", **figures}


def print_figures(metrics: dict[str, Any], learned: LabelledSet) -> None:
    taught = learned.window_label[learned.window_label != UNLABELLED]
    counts = np.bincount(taught, minlength=len(LABELS)).tolist()
    words = {name: count for name, count in zip(LABELS, counts, strict=True) if count}
    print(f"learned from {len(taught)} verdicts: {words}")
    for name, figures in metrics.items():
        size = f", {figures['windows']} windows" if "windows" in figures else ""
        people = f", {figures['people']} people" if "people" in figures else ""
        print(f"{name}: {figures['protocol']}{people}{size}")
        for key in figures["before"]:
            if key != "confusion":
                print(f"  {key}: {figures['before'][key]} -> {figures['after'][key]}")


def figure_lines(own: dict[str, Any]) -> list[str]:
    lines = [
        f"{own['people']:,} people held out, {own['windows']:,} windows: {_change(own, 'accuracy')}"
    ]
    if own["after"]["afSensitivity"] is not None and own["after"]["afSpecificity"] is not None:
        changes = f"{_change(own, 'afSensitivity')}; {_change(own, 'afSpecificity')}"
        lines.append(f"The same: {changes}")
    return lines


def _change(own: dict[str, Any], key: str) -> str:
    words = {"afSensitivity": "AF sensitivity", "afSpecificity": "AF specificity"}.get(key, key)
    return f"{words} {own['before'][key]:.3f} before, {own['after'][key]:.3f} after"


def labelled(predicted: Predicted) -> Predicted:
    return predicted.part(predicted.label != UNLABELLED)


def _share(hits: NDArray[np.bool_]) -> float | None:
    return round(float(hits.mean()), 4) if len(hits) else None
