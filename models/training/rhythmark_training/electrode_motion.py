"""Mixes recorded electrode-motion noise into windows, at a stated signal-to-noise ratio.

Noise comes from a set that `rhythmark dataset` wrote, so that it has gone through the program's
band-pass like the signal: filtering is linear, and filtered noise added to a filtered signal is
what the filter would have made of their sum.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from .classes import WINDOW_SAMPLES
from .scaling import typical_swing
from .sets import CPU, LabelledSet

# The first part of each trace is for training, the rest for measuring.
TRAINING_PART = 0.6


class ElectrodeMotion:
    """Stretches of noise, drawn at random from one part of a set's traces."""

    def __init__(self, data: LabelledSet, part: str, device: torch.device = CPU) -> None:
        """`part` is `training` or `measuring`: no stretch is in both."""
        self._signals = data.signals(device)
        border = (data.samples * TRAINING_PART).astype(np.int64)
        self._low = np.zeros_like(border) if part == "training" else border
        high = border if part == "training" else data.samples
        self._room = high - self._low - WINDOW_SAMPLES
        if (self._room < 0).any():
            raise ValueError(f"{data.name}: a trace is too short to draw noise from")

    def draw(self, n: int, rng: np.random.Generator) -> Tensor:
        """[n, 2500], mean 0 and variance 1."""
        trace = rng.integers(len(self._room), size=n)
        start = self._low[trace] + rng.uniform(0.0, 1.0, n) * self._room[trace]
        noise = self._signals.crops(trace, np.floor(start), np.ones(n))
        noise = (noise - noise.nanmean(1, keepdim=True)).nan_to_num(0.0)
        return noise / noise.std(1, keepdim=True, correction=0).clamp(min=1e-9)


def add_at(crops: Tensor, noise: Tensor, snr_db: NDArray[np.float64]) -> Tensor:
    """`crops` [n, 2500] with unit-variance `noise` at `snr_db` [n].

    As in Moody et al., "A noise stress test for arrhythmia detectors" (1984): the signal's power is
    an eighth of the square of its peak-to-peak swing. Windows without a swing stay as they are.
    """
    swing = typical_swing(crops)[0].double()
    power = swing.nan_to_num(0.0, 0.0, 0.0).square() / 8
    ratio = torch.from_numpy(10 ** (snr_db / 10)).to(crops.device)
    return crops + (power / ratio).sqrt().float()[:, None] * noise
