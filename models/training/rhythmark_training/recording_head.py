"""The verdict on a recording, read from its windows together.

One premature beat in one window makes a recording Other, which the mean over its windows hides. So
a recording is judged by a multinomial logistic regression over what its windows say: mean, largest
and smallest log probability of each output. It is fitted on out-of-fold windows, where the network
errs as it will err on new recordings. A recording of CinC 2017 has six windows at most; a longer
one is judged minute by minute and the minutes averaged, so that its length decides nothing. One
window alone keeps its own probabilities.

`src-main/rhythm/recording-verdict.ts` does the same, from the numbers in the manifest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from .classes import CLASSES, OUTPUTS
from .metrics import cinc_reading

# Windows judged together at most: the longest recordings of the set that it is fitted on.
TOGETHER = 6
# Probabilities below are all the same to it: no single window then outweighs the rest.
FLOOR = 0.001
# Between every recording counting the same (0) and every class (1): rare AF and noise are not
# given up for accuracy, and the probabilities stay calibrated. Chosen on fold 0 among 0, 1/4, 1/2.
RARENESS = 0.25
_PULL = 1e-3

NOISE = CLASSES.index("noise")
OTHER = CLASSES.index("other")
ECTOPY = OUTPUTS.index("ectopy")


@dataclass(frozen=True)
class RecordingHead:
    """softmax(weight @ features + bias): `weight` [CLASSES, 3 * OUTPUTS], `bias` [CLASSES]."""

    weight: NDArray[np.float64]
    bias: NDArray[np.float64]

    def probabilities(self, p: NDArray[np.float64]) -> NDArray[np.float64]:
        """Probabilities of the windows of one recording [n, OUTPUTS] -> of the recording [CLASSES].

        `other` includes ectopy, as in `cinc_reading`.
        """
        parts = [part for part in _parts(p) if len(part)]
        of_parts = np.stack([self._of_part(part) for part in parts])
        lengths = np.array([len(part) for part in parts], dtype=np.float64)
        readable = of_parts.argmax(1) != NOISE
        counted = readable if readable.any() else ~readable
        return np.average(of_parts[counted], axis=0, weights=lengths[counted])

    def _of_part(self, p: NDArray[np.float64]) -> NDArray[np.float64]:
        if len(p) == 1:
            return cinc_reading(p)[0]
        z = self.weight @ features(p) + self.bias
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


def features(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """[n, OUTPUTS] -> [3 * OUTPUTS]: mean, largest and smallest log probability of each output."""
    log_p = np.log(np.maximum(p, FLOOR))
    return np.concatenate([log_p.mean(0), log_p.max(0), log_p.min(0)])


def fit_recording_head(
    p: NDArray[np.float64], recording: NDArray[np.int64], truth: NDArray[np.int64]
) -> RecordingHead:
    """Windows [n, OUTPUTS] with the recording and the class (index into CLASSES) of each.

    Recordings of one window teach nothing: there is nothing to put together.
    """
    rows, classes = [], []
    for at in rows_of_each(recording):
        if len(at) > 1:
            rows.append(features(p[at]))
            classes.append(truth[at[0]])
    x, target = np.stack(rows), torch.tensor(np.array(classes))
    mean, spread = x.mean(0), x.std(0)
    z = torch.from_numpy((x - mean) / spread)
    counts = torch.bincount(target, minlength=len(CLASSES)).double()
    rare = (len(target) / counts.clamp(min=1)) ** RARENESS
    weight_of = rare[target] / rare[target].sum()
    weight = torch.zeros(len(CLASSES), x.shape[1], dtype=torch.float64, requires_grad=True)
    bias = torch.zeros(len(CLASSES), dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([weight, bias], max_iter=300, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        log_p = torch.log_softmax(z @ weight.T + bias, dim=1)
        loss = -(weight_of * log_p.gather(1, target[:, None])[:, 0]).sum()
        loss = loss + _PULL * weight.square().sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    unscaled = weight.detach().numpy() / spread
    return RecordingHead(unscaled, bias.detach().numpy() - unscaled @ mean)


def rows_of_each(recording: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Row numbers of each recording, in the order of its number; rows keep their order."""
    order = np.argsort(recording, kind="stable")
    ends = np.cumsum(np.bincount(recording))[:-1]
    return np.split(order, ends)


def _parts(p: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """As few parts as hold TOGETHER windows each at most, as even as may be."""
    count = -(-len(p) // TOGETHER)
    return [p[part * len(p) // count : (part + 1) * len(p) // count] for part in range(count)]
