"""A window judged together with the windows before and behind it in the same lead.

Rhythms last: what a neighbour shows, this window mostly shows too. With chance `belief` it does,
otherwise the neighbour tells nothing; so a neighbour may make a verdict surer or less sure, and no
pair of them can veto one:

    p(c) * product over neighbours of (belief * p_neighbour(c) + (1 - belief) / outputs)

Windows of one recording err alike, so that this product claims too much. An exponent for one and
for two neighbours, fitted on recordings that the network has not learned from, takes that back.

`src-main/rhythm/context.ts` does the same, from the numbers in the manifest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from .classes import LABEL_OUTPUTS, LABELS, OUTPUTS

# A window that is sure of itself (0.95) keeps its label between two that are as sure of another:
# an episode of ten seconds is not outvoted. More belief is better by labels of whole recordings,
# and no better by labels of ten seconds (context_report.py).
BELIEF = 0.3

# Of the fit: the product is never claimed to say too little, nor next to nothing.
_SURENESS = (0.2, 1.0)
_ROUNDS = 60


@dataclass(frozen=True)
class Context:
    """`sureness` is the exponent with one neighbour and with two."""

    belief: float
    sureness: tuple[float, float]

    def of(self, p: NDArray[np.float64], lead: NDArray[np.generic]) -> NDArray[np.float64]:
        """Probabilities [n, OUTPUTS] of windows alone -> in context; rows of one `lead` [n] that
        follow each other are neighbours. Without a neighbour a row stays as it is."""
        log_p, neighbours = _product(p, lead, self.belief)
        z = log_p * np.array([1.0, *self.sureness])[neighbours][:, None]
        e = np.exp(z - z.max(1, keepdims=True))
        result = e / e.sum(1, keepdims=True)
        return np.where((neighbours > 0)[:, None], result, p)

    def as_manifest(self) -> dict[str, object]:
        """The field `context` of models/MANIFEST.md."""
        return {
            "belief": self.belief,
            "sureness": [round(each, 4) for each in self.sureness],
        }


def fit_context(
    p: NDArray[np.float64],
    lead: NDArray[np.generic],
    label: NDArray[np.int64],
    weight: NDArray[np.float64],
    belief: float = BELIEF,
) -> Context:
    """Sureness by likelihood of `label` [n], which indexes LABELS, each row weighing `weight`."""
    log_p, neighbours = _product(p, lead, belief)
    allowed = torch.tensor([LABEL_OUTPUTS[name] for name in LABELS])[torch.from_numpy(label)]
    forbidden = torch.where(allowed == 1, 0.0, -torch.inf).double()
    z, w = torch.from_numpy(log_p), torch.from_numpy(weight / weight.sum())
    count = torch.from_numpy(neighbours)
    log_sureness = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([log_sureness], max_iter=_ROUNDS, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimizer.zero_grad()
        exponent = torch.cat([torch.zeros(1, dtype=torch.float64), log_sureness]).exp()[count]
        log_q = torch.log_softmax(z * exponent[:, None], dim=1)
        loss = -(w * torch.logsumexp(log_q + forbidden, dim=1)).sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    one, two = log_sureness.exp().clamp(*_SURENESS).tolist()
    return Context(belief, (one, two))


def _product(
    p: NDArray[np.float64], lead: NDArray[np.generic], belief: float
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Logarithm of the product [n, OUTPUTS], not normalised, and how many neighbours [n]."""
    believed = np.log(belief * p + (1 - belief) / len(OUTPUTS))
    follows = lead[1:] == lead[:-1]
    log_p = np.log(np.maximum(p, np.finfo(np.float64).tiny))
    neighbours = np.zeros(len(p), dtype=np.int64)
    for here, there in ((slice(1, None), slice(None, -1)), (slice(None, -1), slice(1, None))):
        log_p[here] += np.where(follows[:, None], believed[there], 0.0)
        neighbours[here] += follows
    return log_p, neighbours
