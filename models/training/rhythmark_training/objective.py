"""What is minimised: the likelihood of what a label allows, by set."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .classes import LABEL_OUTPUTS, LABELS, OUTPUTS


class MarginalCrossEntropy(nn.Module):
    """Cross-entropy where a label may allow several outputs (CinC's O: ectopy or other).

    -log of the sum of the allowed probabilities, smoothed towards all outputs. Each set but the
    first has learned offsets on the logits, used here only: sets differ in how often, and how
    readily, they call a window AF or noise, and that must not move the first set's verdicts.
    Ectopy and other share an offset, since the first set cannot say how they divide.

    Outputs that are not `seen` are left out of the softmax: where no label of a whole run names a
    class, nothing must be learned about it, least of all that it does not occur.
    """

    def __init__(
        self, domains: int, smoothing: float, seen: tuple[bool, ...] = (True,) * len(OUTPUTS)
    ) -> None:
        super().__init__()
        self.register_buffer("seen", torch.tensor(seen), persistent=False)
        self.smoothing = smoothing
        self.offsets = nn.Parameter(torch.zeros(max(1, domains - 1), 4))
        self.register_buffer("spread", torch.tensor([0, 1, 2, 2, 3]))
        allowed = torch.tensor([LABEL_OUTPUTS[label] for label in LABELS])
        # A fact of LABELS and not of a run: not kept, and passed over in checkpoints of versions
        # that kept it for fewer labels.
        self.register_buffer(
            "forbidden", torch.where(allowed == 1, 0.0, -torch.inf), persistent=False
        )
        self.register_load_state_dict_pre_hook(_without_forbidden)

    def forward(
        self,
        logits: Tensor,
        label: Tensor,
        weight: Tensor,
        domain: Tensor,
        soft: Tensor | None = None,
        soft_part: float = 0.0,
    ) -> Tensor:
        """`soft` [n, 5] are teachers' probabilities, all 0 where a crop has none: of the others,
        `soft_part` of the loss is the cross-entropy with them and the rest the label's."""
        none = torch.zeros(1, 4, dtype=self.offsets.dtype, device=self.offsets.device)
        offsets = torch.cat([none, self.offsets])[domain][:, self.spread]
        log_p = torch.log_softmax((logits.float() + offsets)[:, self.seen], dim=1)
        allowed = torch.logsumexp(log_p + self.forbidden[label][:, self.seen], dim=1)
        loss = (1 - self.smoothing) * -allowed + self.smoothing * -log_p.mean(1)
        if soft is not None:
            part = soft_part * soft.sum(1)
            loss = (1 - part) * loss - soft_part * (soft * log_p).sum(1)
        return (loss * weight).sum() / weight.sum()


def _without_forbidden(_: nn.Module, state: dict[str, Tensor], prefix: str, *__: object) -> None:
    state.pop(f"{prefix}forbidden", None)


class MovingAverage:
    """Exponential moving average of a network's parameters and statistics: what is exported."""

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.decay = decay
        self.state = {name: value.detach().clone() for name, value in network.state_dict().items()}
        self.updates = 0

    @torch.no_grad()
    def update(self, network: nn.Module) -> None:
        self.updates += 1
        # A young average follows quickly, so that the random start is soon forgotten.
        decay = min(self.decay, (1 + self.updates) / (10 + self.updates))
        ours, theirs = [], []
        for name, value in network.state_dict().items():
            if value.dtype.is_floating_point:
                ours.append(self.state[name])
                theirs.append(value)
            else:
                self.state[name].copy_(value)
        torch._foreach_lerp_(ours, theirs, 1 - decay)
