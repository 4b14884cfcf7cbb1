"""Logits of a set's planned windows, as the program would cut and scale them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from .scaling import scale_windows
from .sets import CPU, LabelledSet


@dataclass(frozen=True)
class Predicted:
    """One row a window with enough signal. `label` indexes LABELS or is UNLABELLED.

    `embedding` and `peak` are mean and largest of the network's last features over the window.
    """

    logits: NDArray[np.float32]
    embedding: NDArray[np.float32]
    peak: NDArray[np.float32]
    label: NDArray[np.int64]
    trace: NDArray[np.int64]

    def part(self, chosen: NDArray[np.bool_]) -> Predicted:
        return Predicted(
            self.logits[chosen],
            self.embedding[chosen],
            self.peak[chosen],
            self.label[chosen],
            self.trace[chosen],
        )


@torch.no_grad()
def predict(
    network: nn.Module,
    data: LabelledSet,
    traces: NDArray[np.bool_],
    disturb: Callable[[Tensor], Tensor] | None = None,
) -> Predicted:
    """Planned windows of the chosen traces, in order, less those without enough signal.

    `network` is of either family, or an OnnxNetwork: it has `features` and `classifier`. `disturb`
    changes windows [n, 2500] before they are scaled: a test of noise.
    """
    network.eval()
    device = next((each.device for each in network.parameters()), CPU)
    signals = data.signals(device)
    index = np.flatnonzero(data.window_planned & traces[data.window_trace])
    logits, embeddings, peaks, kept = [], [], [], []
    for chunk in np.array_split(index, max(1, len(index) // 256)):
        start = data.window_start[chunk].astype(np.float64)
        windows = signals.crops(data.window_trace[chunk], start, np.ones(len(chunk)))
        if disturb is not None:
            windows = disturb(windows)
        scaled, valid = scale_windows(windows)
        signal = scaled[:, None, None, :].contiguous(memory_format=torch.channels_last)
        features = network.features(signal)
        embedding = features.mean(dim=(2, 3))
        logits.append(network.classifier(embedding)[valid].cpu().numpy())
        embeddings.append(embedding[valid].cpu().numpy())
        peaks.append(features.amax(dim=(2, 3))[valid].cpu().numpy())
        kept.append(chunk[valid.cpu().numpy()])
    rows = np.concatenate(kept)
    return Predicted(
        np.concatenate(logits).astype(np.float32),
        np.concatenate(embeddings).astype(np.float32),
        np.concatenate(peaks).astype(np.float32),
        data.window_label[rows],
        data.window_trace[rows],
    )
