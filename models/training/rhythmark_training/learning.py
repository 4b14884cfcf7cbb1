"""One step of learning and what it needs, for the plain loop (fit.py) and Lightning's alike."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from .config import TrainConfig
from .families import RhythmNetwork, build_network, network_of_checkpoint
from .metrics import CLASS_OF_LABEL_CINC
from .objective import MarginalCrossEntropy, MovingAverage
from .sampling import Batch
from .together import Reader, floored, rarity

LARGEST_GRADIENT = 5.0


class Steps(Protocol):
    """An optimizer, or Lightning's wrapper of one."""

    def zero_grad(self) -> None: ...

    def step(self) -> object: ...


class Schedule(Protocol):
    """Of the learning rate, by steps."""

    def step(self) -> object: ...


@dataclass(frozen=True)
class Learner:
    """What learns: the network, its objective, and the moving average that will be exported.

    `reader` judges recordings by their windows while the network learns; `together_part` is the
    weight of that beside the windows' own loss. It is not kept: the reader that is exported is
    fitted afterwards, to the average and to windows without disturbance (`evidence.py`).
    """

    network: RhythmNetwork
    objective: MarginalCrossEntropy
    average: MovingAverage
    soft_part: float = 0.0
    reader: Reader | None = None
    together_part: float = 0.0

    def step(self, batch: Batch, optimizer: Steps, schedule: Schedule) -> Tensor:
        """Learns from a batch that is on the network's device; the loss before it."""
        features = self.network.features(batch.signal)
        embedding = features.mean(dim=(2, 3))
        logits = self.network.classifier(self.network.dropout(embedding))
        loss = self.objective(
            logits, batch.label, batch.weight, batch.domain, batch.soft, self.soft_part
        )
        if self.reader is not None and batch.together is not None:
            log_p = floored(torch.log_softmax(logits, dim=1))
            seen = torch.cat([embedding, features.amax(dim=(2, 3))], dim=1)
            said = self.reader(log_p, seen, batch.together.rows)
            loss = loss + self.together_part * self.reader.loss(said, batch.together.truth)
        self.descend(loss, optimizer, schedule)
        return loss.detach()

    def descend(self, loss: Tensor, optimizer: Steps, schedule: Schedule) -> None:
        """One step of the network, and of its average."""
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), LARGEST_GRADIENT)
        optimizer.step()
        schedule.step()
        self.average.update(self.network)


def new_learner(
    domains: int,
    config: TrainConfig,
    device: torch.device,
    verdicts: NDArray[np.int64],
    after: Path | None = None,
) -> Learner:
    """The same start for the same seed, wherever it runs. `verdicts` indexes LABELS: of the
    recordings that are learned from. `after`: the checkpoint of the stage before, whose average
    is where the network begins."""
    torch.manual_seed(config.seed)
    network = build_network(config.network).to(device, memory_format=torch.channels_last)
    objective = MarginalCrossEntropy(domains, config.label_smoothing).to(device)
    reader = None
    if config.together_part > 0:
        seen = 2 * config.network.head_channels
        entry, rare = nn.BatchNorm1d(seen, affine=False), rarity(CLASS_OF_LABEL_CINC[verdicts])
        reader = Reader(entry, seen, config.reader_dropout, rare).to(device)
    if after is not None:
        network.load_state_dict(network_of_checkpoint(after)[0].state_dict())
        saved = torch.load(after, map_location="cpu", weights_only=True)
        objective.load_state_dict(saved["parts"]["objective"])
    return Learner(
        network,
        objective,
        MovingAverage(network, config.ema),
        config.soft_part,
        reader,
        config.together_part,
    )


def optimizer_of(
    learner: Learner, config: TrainConfig, steps: int
) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler]:
    """AdamW under a one-cycle schedule over all `steps` of the run.

    Weights of convolutions and of the classifier decay; offsets and norms do not.
    """
    # A rise of one step has no length to divide by: runs of a few recordings have such.
    cycle = max(steps, 3)
    rise = max(config.warm_up, 2 / cycle)
    parameters = list(learner.network.parameters())
    if learner.reader is not None:
        parameters += learner.reader.parameters()
    plain = [p for p in parameters if p.ndim <= 1] + list(learner.objective.parameters())
    optimizer = torch.optim.AdamW(
        [
            {
                "params": [p for p in parameters if p.ndim > 1],
                "weight_decay": config.weight_decay,
            },
            {"params": plain, "weight_decay": 0.0},
        ],
        lr=config.learning_rate,
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, config.learning_rate, total_steps=cycle, pct_start=rise
    )
    return optimizer, schedule


def on_device(batch: Batch, device: torch.device) -> Batch:
    return Batch(
        signal=batch.signal.to(device, memory_format=torch.channels_last),
        label=batch.label.to(device),
        weight=batch.weight.to(device),
        domain=batch.domain.to(device),
        soft=None if batch.soft is None else batch.soft.to(device),
        together=None if batch.together is None else batch.together.to(device),
    )
