"""The verdict on a recording, read from its windows together.

One premature beat in one window makes a recording Other, which the mean over its windows hides. So
a recording is judged by a multinomial logistic regression over what its windows say: mean, largest
and smallest of each output's log probability, and of the window's evidence. Evidence is what the
network saw and its probabilities do not tell (`evidence.py`). A recording of CinC 2017 has six
windows at most; a longer one is judged minute by minute and the minutes averaged, so that its
length decides nothing. One window alone keeps its own probabilities.

`src-main/rhythm/recording-verdict.ts` does the same, from the numbers in the manifest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from .classes import CLASSES
from .metrics import cinc_reading

# Windows judged together at most: the longest recordings of the set that it is fitted on.
TOGETHER = 6
# Probabilities below are all the same to it: no single window then outweighs the rest.
FLOOR = 0.001

NOISE = CLASSES.index("noise")


@dataclass(frozen=True)
class RecordingHead:
    """softmax(weight @ features + bias): `weight` [CLASSES, 3 * rows], `bias` [CLASSES].

    `rows` are a window's numbers: OUTPUTS log probabilities, then its evidence.
    """

    weight: NDArray[np.float64]
    bias: NDArray[np.float64]

    def probabilities(
        self, p: NDArray[np.float64], evidence: NDArray[np.floating]
    ) -> NDArray[np.float64]:
        """Windows of one recording, [n, OUTPUTS] and [n, evidence] -> of the recording [CLASSES].

        `other` includes ectopy, as in `cinc_reading`.
        """
        parts = [rows for rows in _parts(len(p)) if len(rows)]
        of_parts = np.stack([self._of_part(p[rows], evidence[rows]) for rows in parts])
        lengths = np.array([len(rows) for rows in parts], dtype=np.float64)
        readable = of_parts.argmax(1) != NOISE
        counted = readable if readable.any() else ~readable
        return np.average(of_parts[counted], axis=0, weights=lengths[counted])

    def scaled(self, scale: float) -> RecordingHead:
        """As sure as `scale` times the log odds."""
        return RecordingHead(self.weight * scale, self.bias * scale)

    def _of_part(
        self, p: NDArray[np.float64], evidence: NDArray[np.floating]
    ) -> NDArray[np.float64]:
        if len(p) == 1:
            return cinc_reading(p)[0]
        z = self.weight @ features(p, evidence) + self.bias
        e = np.exp(z - z.max())
        return e / e.sum()

    def as_manifest(self) -> dict[str, object]:
        """The field `recordingHead` of models/MANIFEST.md."""
        return {
            "together": TOGETHER,
            "floor": FLOOR,
            "weight": [[round(float(x), 5) for x in row] for row in self.weight],
            "bias": [round(float(x), 5) for x in self.bias],
        }


def features(p: NDArray[np.float64], evidence: NDArray[np.floating]) -> NDArray[np.float64]:
    """[n, OUTPUTS] and [n, evidence] -> mean, largest and smallest of each, [3 * (both widths)]."""
    rows = np.concatenate([np.log(np.maximum(p, FLOOR)), evidence], axis=1)
    return np.concatenate([rows.mean(0), rows.max(0), rows.min(0)])


def fit_scale(p: NDArray[np.float64], truth: NDArray[np.int64]) -> float:
    """By what to multiply the log odds of `p` [n, CLASSES] so that they mean what they say."""
    log_p = torch.from_numpy(np.log(np.maximum(p, 1e-12)))
    target = torch.from_numpy(truth)
    log_scale = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([log_scale], max_iter=100, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(log_p * log_scale.exp(), target)
        loss.backward()
        return loss

    optimizer.step(closure)
    return float(log_scale.exp().item())


def sharpened(p: NDArray[np.float64], scale: float) -> NDArray[np.float64]:
    """Probabilities [n, CLASSES] whose log odds are `scale` times those of `p`."""
    z = scale * np.log(np.maximum(p, 1e-12))
    e = np.exp(z - z.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def rows_of_each(recording: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Row numbers of each recording, in the order of its number; rows keep their order."""
    order = np.argsort(recording, kind="stable")
    ends = np.cumsum(np.bincount(recording))[:-1]
    return np.split(order, ends)


def _parts(windows: int) -> list[NDArray[np.int64]]:
    """As few parts as hold TOGETHER windows each at most, as even as may be."""
    count = -(-windows // TOGETHER)
    rows = np.arange(windows)
    return [rows[part * windows // count : (part + 1) * windows // count] for part in range(count)]
