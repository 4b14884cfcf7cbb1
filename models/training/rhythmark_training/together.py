"""Recordings judged by several of their windows, while the network learns.

A label of CinC 2017 is its recording's: one premature beat in one window makes all of it Other.
Learned window by window, it is wrong for most windows of such a recording. So the network learns
from the recording's verdict as well, which a small reader draws from all windows together; what is
found nowhere else teaches the window that shows it. Ilse et al., "Attention-based Deep Multiple
Instance Learning" (2018), for the idea; how windows are pooled is `recording_head.py`'s.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from .classes import CLASSES, OUTPUTS
from .metrics import CLASS_OF_LABEL_CINC
from .recording_head import FLOOR, TOGETHER
from .sets import CPU

# Numbers that a window contributes to the verdict on its recording.
WIDTH = 16
# Between every recording counting the same (0) and every class (1): rare AF and noise are not
# given up for accuracy. Chosen on fold 0 among 0, 1/4, 1/2.
RARENESS = 0.25
SMOOTHING = 0.02


@dataclass(frozen=True)
class Together:
    """`rows` [recordings, most] are windows of each, padded with -1; `truth` indexes CLASSES."""

    rows: Tensor
    truth: Tensor

    def to(self, device: torch.device) -> Together:
        return Together(self.rows.to(device), self.truth.to(device))


def together_of(
    recording: NDArray[np.int64], label: NDArray[np.int64], device: torch.device = CPU
) -> Together | None:
    """Recordings of two windows or more, at most TOGETHER of each; they follow each other.

    `label` indexes LABELS. None where there is no such recording.
    """
    count = np.bincount(recording)
    first = np.cumsum(count) - count
    several = np.flatnonzero(count > 1)
    if len(several) == 0:
        return None
    place = np.arange(min(count.max(), TOGETHER))[None, :]
    rows = np.where(place < count[several, None], first[several, None] + place, -1)
    truth = CLASS_OF_LABEL_CINC[label[first[several]]]
    return Together(torch.from_numpy(rows).to(device), torch.from_numpy(truth).to(device))


class Reader(nn.Module):
    """What windows contribute, and the verdict that follows: logits [recordings, CLASSES].

    Rectified linear in standardised numbers, then linear: the program needs two matrices for it.
    """

    def __init__(self, entry: nn.Module, inputs: int, dropout: float, rare: Tensor) -> None:
        """`entry` standardises the `inputs` numbers of a window; `rare` [CLASSES] is what a
        recording of each class counts in the loss."""
        super().__init__()
        self.register_buffer("rare", rare, persistent=False)
        self.entry = entry
        self.dropout = nn.Dropout(dropout)
        self.layer = nn.Linear(inputs, WIDTH)
        self.norm = nn.BatchNorm1d(3 * (len(OUTPUTS) + WIDTH), affine=False)
        self.verdict = nn.Linear(3 * (len(OUTPUTS) + WIDTH), len(CLASSES))

    def forward(self, log_p: Tensor, seen: Tensor, rows: Tensor) -> Tensor:
        """By window: log probabilities [n, OUTPUTS], mean and peak of its features [n, inputs].

        `rows` as in `Together`.
        """
        seen = self.dropout(self.entry(seen))
        window = torch.cat([log_p, torch.relu(self.layer(seen))], dim=1)
        each, absent = window[rows.clamp(min=0)], (rows < 0)[:, :, None]
        count = (rows >= 0).sum(1, keepdim=True)
        middle = each.masked_fill(absent, 0.0).sum(1) / count
        largest = each.masked_fill(absent, -torch.inf).amax(1)
        smallest = each.masked_fill(absent, torch.inf).amin(1)
        return self.verdict(self.norm(torch.cat([middle, largest, smallest], dim=1)))

    def loss(self, said: Tensor, truth: Tensor) -> Tensor:
        return nn.functional.cross_entropy(said, truth, weight=self.rare, label_smoothing=SMOOTHING)


def floored(log_p: Tensor) -> Tensor:
    return log_p.clamp(min=float(np.log(FLOOR)))


def rarity(truth: NDArray[np.int64]) -> Tensor:
    """What a recording of each of CLASSES counts in the loss; `truth` [recordings] indexes them."""
    count = np.bincount(truth, minlength=len(CLASSES))
    rare = (len(truth) / np.maximum(count, 1)) ** RARENESS
    return torch.from_numpy(rare / rare.mean()).float()
