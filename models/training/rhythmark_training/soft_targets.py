"""What teachers say of a set's crops, written once and looked up while a student learns.

A recording's label is not the label of each of its crops: teachers say which crops show it. Hinton
et al., "Distilling the Knowledge in a Neural Network" (2015).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .classes import OUTPUTS, SAMPLING_HZ, WINDOW_SAMPLES
from .sets import LabelledSet

# Between crops that teachers were asked about. A crop drawn at random is at most half of it off.
STEP_SAMPLES = 2 * SAMPLING_HZ


class SoftTargets:
    """Looks up the nearest crop that teachers were asked about."""

    def __init__(self, data: LabelledSet, path: str) -> None:
        with np.load(Path(path)) as file:
            if file["recording"].tolist() != data.recording.tolist():
                raise ValueError(f"{path} is of other recordings than {data.name}")
            self._first: NDArray[np.int64] = file["first"]
            self._count: NDArray[np.int64] = file["count"]
            self._p: NDArray[np.float16] = file["p"]

    def of(
        self, trace: NDArray[np.int64], start: NDArray[np.float64], warp: NDArray[np.float64]
    ) -> NDArray[np.float32]:
        """[n, 5] for crops of `WINDOW_SAMPLES * warp` samples from `start`; 0 where not asked."""
        middle = start + (warp - 1.0) * WINDOW_SAMPLES / 2
        nearest = np.rint(middle / STEP_SAMPLES).astype(np.int64)
        row = self._first[trace] + np.clip(nearest, 0, np.maximum(self._count[trace] - 1, 0))
        known = self._count[trace] > 0
        p = np.zeros((len(trace), len(OUTPUTS)), dtype=np.float32)
        p[known] = self._p[row[known]]
        return p


def crops_to_ask(data: LabelledSet, traces: NDArray[np.bool_]) -> NDArray[np.int64]:
    """[n, 2]: trace and first sample, every STEP_SAMPLES of the chosen traces."""
    rows = []
    for trace in np.flatnonzero(traces):
        room = max(int(data.recorded[trace]) - WINDOW_SAMPLES, 0)
        starts = np.arange(0, room + 1, STEP_SAMPLES)
        rows.append(np.stack([np.full(len(starts), trace), starts], axis=1))
    return np.concatenate(rows)
