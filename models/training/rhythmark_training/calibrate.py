"""Makes probabilities mean what they say: scaling of the logits, fitted on held-out windows.

Guo et al., "On Calibration of Modern Neural Networks" (2017): softmax(scale * logits + offset),
fitted by likelihood. Temperature scaling has one scale and no offset and leaves every verdict as
it is; vector scaling has them for each output, and moves verdicts towards how often a class occurs.
What ships is `fit_calibration`.
A label that allows several outputs counts their sum, as in training. Ectopy and other share scale
and offset: CinC 2017, on which this is fitted, does not tell them apart.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from .classes import LABEL_OUTPUTS, LABELS, OUTPUTS

_GROUP = torch.tensor([0, 1, 2, 2, 3])


@dataclass(frozen=True)
class Calibration:
    """softmax(logits * scale + offset), in the order of OUTPUTS."""

    kind: str
    scale: tuple[float, ...]
    offset: tuple[float, ...]

    def probabilities(self, logits: NDArray[np.float32]) -> NDArray[np.float64]:
        z = logits.astype(np.float64) * np.array(self.scale) + np.array(self.offset)
        e = np.exp(z - z.max(1, keepdims=True))
        return e / e.sum(1, keepdims=True)


UNCALIBRATED = Calibration("none", (1.0,) * len(OUTPUTS), (0.0,) * len(OUTPUTS))


def fit_calibration(
    logits: NDArray[np.float32], label: NDArray[np.int64], weight: NDArray[np.float64]
) -> Calibration:
    """What the program's probabilities are scaled by: temperature.

    By vector scaling probabilities of CinC 2017's own recordings are truer, noise above all. But
    how rare AF and noise are there becomes a part of every verdict: noise is missed more often, and
    AF on other devices. `oof pool` and the model card print both.
    """
    return fit_temperature(logits, label, weight)


def fit_temperature(
    logits: NDArray[np.float32], label: NDArray[np.int64], weight: NDArray[np.float64]
) -> Calibration:
    """One number for all outputs: probabilities are softmax(logits / temperature)."""
    inverse = torch.ones(1, dtype=torch.float64, requires_grad=True)
    _minimise([inverse], lambda z: z * inverse, logits, label, weight)
    return Calibration("temperature", (inverse.item(),) * len(OUTPUTS), (0.0,) * len(OUTPUTS))


def adjust_temperature(
    logits: NDArray[np.float32],
    label: NDArray[np.int64],
    weight: NDArray[np.float64],
    recordings: int,
    before: Calibration,
) -> Calibration:
    """The calibration that held before, with a temperature fitted on few recordings.

    Some dozen windows that are all called right would ask for an endless scale. The logarithm of
    the temperature is taken to be normal around 0, with a deviation of 0.5 (a factor of 1.6),
    against the likelihood of `recordings` independent observations.
    """
    log_scale = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    pull_strength = 1 / (2 * 0.5**2 * max(recordings, 1))

    def pull() -> Tensor:
        return pull_strength * log_scale.square().sum()

    scaled = logits * np.array(before.scale) + np.array(before.offset)
    _minimise([log_scale], lambda z: z * log_scale.exp(), scaled, label, weight, pull)
    times = float(np.exp(log_scale.item()))
    return Calibration(
        before.kind,
        tuple(times * each for each in before.scale),
        tuple(times * each for each in before.offset),
    )


def fit_vector(
    logits: NDArray[np.float32], label: NDArray[np.int64], weight: NDArray[np.float64]
) -> Calibration:
    """A scale and an offset an output, pulled lightly towards one common temperature."""
    scale = torch.ones(4, dtype=torch.float64, requires_grad=True)
    offset = torch.zeros(4, dtype=torch.float64, requires_grad=True)

    def pull() -> Tensor:
        return 1e-3 * ((scale - scale.mean()).square().sum() + offset.square().sum())

    _minimise(
        [scale, offset],
        lambda z: z * scale[_GROUP] + offset[_GROUP],
        logits,
        label,
        weight,
        pull,
    )
    return Calibration(
        "vector", tuple(scale.detach()[_GROUP].tolist()), tuple(offset.detach()[_GROUP].tolist())
    )


def _no_pull() -> Tensor:
    return torch.zeros((), dtype=torch.float64)


def _minimise(
    parameters: list[Tensor],
    transform: Callable[[Tensor], Tensor],
    logits: NDArray[np.floating],
    label: NDArray[np.int64],
    weight: NDArray[np.float64],
    pull: Callable[[], Tensor] = _no_pull,
) -> None:
    z = torch.from_numpy(logits.astype(np.float64))
    allowed = torch.tensor([LABEL_OUTPUTS[name] for name in LABELS])[torch.from_numpy(label)]
    forbidden = torch.where(allowed == 1, 0.0, -torch.inf).double()
    w = torch.from_numpy(weight / weight.sum())
    optimizer = torch.optim.LBFGS(parameters, max_iter=200, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimizer.zero_grad()
        log_p = torch.log_softmax(transform(z), dim=1)
        loss = -(w * torch.logsumexp(log_p + forbidden, dim=1)).sum() + pull()
        loss.backward()
        return loss

    optimizer.step(closure)
