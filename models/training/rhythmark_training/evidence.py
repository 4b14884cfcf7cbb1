"""What a window contributes to the verdict on its recording, beside its own probabilities.

A rectified linear layer on the mean and the peak over time of the network's last features: the
mean says what the window is like, the peak what happened in it once. It is learned together with
the recording head (`recording_head.py`), on recordings that the network learned from, so that the
fold which neither has seen stays a test. The network itself does not change.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from .predict import Predicted
from .recording_head import FLOOR, RecordingHead
from .together import WIDTH, Reader, Together, rarity, together_of

_EPOCHS = 20
_BATCH = 128
_RATE = 3e-3
_DECAY = 0.05
_DROPOUT = 0.3
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


def fit_evidence(
    predicted: Predicted, p: NDArray[np.float64], seed: int
) -> tuple[Evidence, RecordingHead]:
    """From windows of recordings with one label each and their calibrated probabilities `p`
    [n, OUTPUTS]. Raises ValueError where no recording has two."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    raw = np.concatenate([predicted.embedding, predicted.peak], axis=1).astype(np.float64)
    middle, spread = raw.mean(0), raw.std(0) + 1e-3
    _, recording = np.unique(predicted.trace, return_inverse=True)
    together = together_of(recording, predicted.label)
    if together is None:
        raise ValueError("no recording of two windows: there is nothing to read together")
    learner = _learned(
        torch.from_numpy(np.log(np.maximum(p, FLOOR))).float(),
        torch.from_numpy((raw - middle) / spread).float(),
        together,
        rng,
    )
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


def _learned(log_p: Tensor, seen: Tensor, together: Together, rng: np.random.Generator) -> Reader:
    learner = Reader(nn.Identity(), seen.shape[1], _DROPOUT, rarity(together.truth.numpy()))
    optimizer = torch.optim.AdamW(learner.parameters(), lr=_RATE, weight_decay=_DECAY)
    learner.train()
    for epoch in range(_EPOCHS):
        for group in optimizer.param_groups:
            group["lr"] = _RATE * (1 - epoch / _EPOCHS)
        order = rng.permutation(len(together.truth))
        for chosen in np.array_split(order, max(1, len(order) // _BATCH)):
            if len(chosen) < 2:  # too few for a batch norm
                continue
            rows = together.rows[chosen]
            at = rows[rows >= 0].sort().values
            place = torch.searchsorted(at, rows.clamp(min=0))
            said = learner(log_p[at], seen[at], _some_of(torch.where(rows >= 0, place, -1)))
            optimizer.zero_grad()
            learner.loss(said, together.truth[chosen]).backward()
            optimizer.step()
    return learner.eval()


def _some_of(rows: Tensor) -> Tensor:
    """Leaves windows out at random, and two of each recording in."""
    turn = torch.rand(rows.shape).masked_fill(rows < 0, -1.0)
    two = turn.argsort(1, descending=True)[:, :2]
    kept = (torch.rand(rows.shape) >= _LEFT_OUT).scatter(1, two, True)
    return rows.masked_fill(~kept, -1)
