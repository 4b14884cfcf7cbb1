"""What a window contributes to the verdict on its recording, beside its own probabilities.

A rectified linear layer on the mean and the peak over time of the network's last features: the
mean says what the window is like, the peak what happened in it once. It is learned together with
the recording head (`recording_head.py`), on recordings that the network learned from, so that the
fold which neither has seen stays a test. The network itself does not change.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from .classes import CLASSES, OUTPUTS
from .predict import Predicted
from .recording_head import FLOOR, TOGETHER, RecordingHead, rows_of_each

WIDTH = 16
# Between every recording counting the same (0) and every class (1): rare AF and noise are not
# given up for accuracy. Chosen on fold 0 among 0, 1/4, 1/2.
RARENESS = 0.25

_EPOCHS = 20
_BATCH = 128
_RATE = 3e-3
_DECAY = 0.05
_DROPOUT = 0.3
_SMOOTHING = 0.02
# Windows are left out at random, down to two: how many there are must not be what a verdict rests
# on, although in the training set a short recording is more often noise.
_LEFT_OUT = 0.25


class Evidence(nn.Module):
    """Mean and peak of the features, [n, C] each -> [n, WIDTH], none below 0."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.layer = nn.Linear(2 * channels, WIDTH)

    def forward(self, mean: Tensor, peak: Tensor) -> Tensor:
        return torch.relu(self.layer(torch.cat([mean, peak], dim=1)))


@dataclass(frozen=True)
class _Recordings:
    """Recordings of two windows or more, padded to TOGETHER of them."""

    log_p: Tensor  # [recordings, TOGETHER, OUTPUTS]
    seen: Tensor  # [recordings, TOGETHER, 2 C], standardised
    there: Tensor  # [recordings, TOGETHER], false where padded
    truth: Tensor  # [recordings]


class _Learner(nn.Module):
    """Both layers; the features of the head are standardised by running statistics."""

    def __init__(self, inputs: int) -> None:
        super().__init__()
        self.layer = nn.Linear(inputs, WIDTH)
        self.dropout = nn.Dropout(_DROPOUT)
        self.norm = nn.BatchNorm1d(3 * (len(OUTPUTS) + WIDTH), affine=False)
        self.verdict = nn.Linear(3 * (len(OUTPUTS) + WIDTH), len(CLASSES))

    def forward(self, log_p: Tensor, seen: Tensor, there: Tensor) -> Tensor:
        rows = torch.cat([log_p, torch.relu(self.layer(self.dropout(seen)))], dim=2)
        absent = ~there[:, :, None]
        mean = rows.masked_fill(absent, 0.0).sum(1) / there.sum(1, keepdim=True)
        largest = rows.masked_fill(absent, -torch.inf).amax(1)
        smallest = rows.masked_fill(absent, torch.inf).amin(1)
        return self.verdict(self.norm(torch.cat([mean, largest, smallest], dim=1)))


def fit_evidence(
    predicted: Predicted, p: NDArray[np.float64], truth: NDArray[np.int64], seed: int
) -> tuple[Evidence, RecordingHead]:
    """From windows of recordings with one class each (`truth` indexes CLASSES) and their
    calibrated probabilities `p` [n, OUTPUTS]. Raises ValueError where no recording has two."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    raw = np.concatenate([predicted.embedding, predicted.peak], axis=1).astype(np.float64)
    middle, spread = raw.mean(0), raw.std(0) + 1e-3
    recordings = _packed(predicted, p, truth, ((raw - middle) / spread).astype(np.float32))
    learner = _learned(recordings, rng)
    layer = Evidence(predicted.embedding.shape[1])
    with torch.no_grad():
        weight = learner.layer.weight.double() / torch.from_numpy(spread)
        layer.layer.weight.copy_(weight)
        layer.layer.bias.copy_(learner.layer.bias.double() - weight @ torch.from_numpy(middle))
        norm = learner.norm
        scale = (norm.running_var.double() + norm.eps).sqrt()
        head = learner.verdict.weight.double() / scale
        bias = learner.verdict.bias.double() - head @ norm.running_mean.double()
    return layer.eval(), RecordingHead(head.numpy(), bias.numpy())


@torch.no_grad()
def evidence_of(layer: Evidence, predicted: Predicted) -> NDArray[np.float32]:
    """[n, WIDTH]."""
    mean, peak = torch.from_numpy(predicted.embedding), torch.from_numpy(predicted.peak)
    return layer(mean, peak).numpy()


def _learned(recordings: _Recordings, rng: np.random.Generator) -> _Learner:
    learner = _Learner(recordings.seen.shape[2])
    count = torch.bincount(recordings.truth, minlength=len(CLASSES)).float()
    rare = (len(recordings.truth) / count.clamp(min=1)) ** RARENESS
    loss_of = nn.CrossEntropyLoss(weight=rare / rare.mean(), label_smoothing=_SMOOTHING)
    optimizer = torch.optim.AdamW(learner.parameters(), lr=_RATE, weight_decay=_DECAY)
    learner.train()
    for epoch in range(_EPOCHS):
        for group in optimizer.param_groups:
            group["lr"] = _RATE * (1 - epoch / _EPOCHS)
        order = rng.permutation(len(recordings.truth))
        for rows in np.array_split(order, max(1, len(order) // _BATCH)):
            if len(rows) < 2:  # too few for a batch norm
                continue
            there = _some_of(recordings.there[rows])
            logits = learner(recordings.log_p[rows], recordings.seen[rows], there)
            optimizer.zero_grad()
            loss_of(logits, recordings.truth[rows]).backward()
            optimizer.step()
    return learner.eval()


def _some_of(there: Tensor) -> Tensor:
    """Leaves windows out at random, and two of each recording in."""
    turn = torch.rand(there.shape).masked_fill(~there, -1.0)
    first_two = torch.zeros_like(there).scatter_(1, turn.argsort(1, descending=True)[:, :2], True)
    return there & ((torch.rand(there.shape) >= _LEFT_OUT) | first_two)


def _packed(
    predicted: Predicted,
    p: NDArray[np.float64],
    truth: NDArray[np.int64],
    seen: NDArray[np.float32],
) -> _Recordings:
    _, recording = np.unique(predicted.trace, return_inverse=True)
    each = [rows[:TOGETHER] for rows in rows_of_each(recording) if len(rows) > 1]
    if not each:
        raise ValueError("no recording of two windows: there is nothing to read together")
    there = np.zeros((len(each), TOGETHER), dtype=bool)
    log_p = np.zeros((len(each), TOGETHER, len(OUTPUTS)), dtype=np.float32)
    padded = np.zeros((len(each), TOGETHER, seen.shape[1]), dtype=np.float32)
    for at, rows in enumerate(each):
        there[at, : len(rows)] = True
        log_p[at, : len(rows)] = np.log(np.maximum(p[rows], FLOOR))
        padded[at, : len(rows)] = seen[rows]
    target = np.array([truth[rows[0]] for rows in each])
    return _Recordings(*(torch.from_numpy(x) for x in (log_p, padded, there, target)))
