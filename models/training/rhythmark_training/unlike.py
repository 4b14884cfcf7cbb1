"""How unlike the training data a window is: its embedding's distance to what was learned from.

Lee et al., "A Simple Unified Framework for Detecting Out-of-Distribution Samples" (2018): the
smallest Mahalanobis distance to the mean embedding of a class, with one covariance for all classes.
The covariance is shrunk towards its diagonal, since some directions hardly vary.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

SHRINKAGE = 0.05

# Part of held-out windows of the training domain that the published threshold calls unlike.
UNLIKE_PART = 0.01


@dataclass(frozen=True)
class Likeness:
    """`whitening` [d, d] and the whitened class means [classes, d]."""

    whitening: NDArray[np.float32]
    means: NDArray[np.float32]


def fit_likeness(embedding: NDArray[np.float32], group: NDArray[np.int64]) -> Likeness:
    """Embeddings [n, d] of training windows and the class of each."""
    x = embedding.astype(np.float64)
    groups = np.unique(group)
    means = np.stack([x[group == each].mean(0) for each in groups])
    within = x - means[np.searchsorted(groups, group)]
    covariance = within.T @ within / len(x)
    diagonal = np.diag(np.diag(covariance)) + 1e-6 * np.eye(len(covariance))
    shrunk = (1 - SHRINKAGE) * covariance + SHRINKAGE * diagonal
    # The inverse of the Cholesky factor whitens; divided by the dimension, 1 is ordinary.
    whitening = np.linalg.inv(np.linalg.cholesky(shrunk)) / np.sqrt(len(covariance))
    return Likeness(whitening.astype(np.float32), (means @ whitening.T).astype(np.float32))


class Unlike(nn.Module):
    """Embeddings [n, d] -> distance [n], over d; ordinary windows lie below 1."""

    def __init__(self, likeness: Likeness) -> None:
        super().__init__()
        self.register_buffer("whitening", torch.from_numpy(likeness.whitening).T.contiguous())
        self.register_buffer("means", torch.from_numpy(likeness.means))

    def forward(self, embedding: Tensor) -> Tensor:
        # |a - b|^2 spelled out: a difference for each class would be five tensors.
        white = embedding @ self.whitening
        distance = (
            (white * white).sum(1, keepdim=True)
            - 2 * white @ self.means.T
            + (self.means * self.means).sum(1)[None, :]
        )
        return distance.min(dim=1).values
