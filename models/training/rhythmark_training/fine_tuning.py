"""Teaches the last layers of a finished network what readers of other recordings say.

All but the last block, the head and the classifier stay as they are. A finished network has no
batch norms left (onnx_weights.py), so no statistics move either. Two things keep it from
forgetting: windows of the sets that it learned from, where they are at hand, as half of every
batch; and classes that nobody here has named are left out of what is learned.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from .augment import augment
from .classes import LABEL_OUTPUTS, LABELS
from .config import AugmentConfig, TrainConfig
from .families import RhythmNetwork
from .learning import Learner
from .objective import MarginalCrossEntropy, MovingAverage
from .sampling import Batch, RecordingSampler, WindowSampler
from .sets import UNLABELLED, LabelledSet, subject_order

# People in the readers' set below which there is nothing to hold out.
FEWEST_PEOPLE = 4


@dataclass(frozen=True)
class FineTuneConfig:
    """Defaults take half a minute on one core; the learning rate is a sixth of training's."""

    seed: int = 2017
    steps: int = 200
    batch: int = 64
    # Part of a batch that is the readers', where the original sets are given.
    own_share: float = 0.5
    learning_rate: float = 5e-4
    warm_up: float = 0.2
    ema: float = 0.98
    label_smoothing: float = 0.05
    held_out_part: float = 0.25
    threads: int = 2
    augment: AugmentConfig = field(default_factory=AugmentConfig)


def held_out_people(data: LabelledSet, config: FineTuneConfig) -> NDArray[np.bool_]:
    """Traces of the people that are measured on, at least two, spread over what is commonest in
    each. Raises ValueError below FEWEST_PEOPLE."""
    order = subject_order(data, config.seed)
    if len(order) < FEWEST_PEOPLE:
        raise ValueError(
            f"verdicts on recordings of {len(order)} people; {FEWEST_PEOPLE} are needed, "
            "so that some can be held out"
        )
    every = min(round(1 / config.held_out_part), len(order) // 2)
    held_out = set(order[every - 1 :: every])
    return np.array([subject in held_out for subject in data.subject.tolist()])


def learned_part(data: LabelledSet, held_out: NDArray[np.bool_]) -> LabelledSet:
    """The set with the verdicts on held-out people taken out."""
    label = np.where(held_out[data.window_trace], UNLABELLED, data.window_label)
    return replace(data, window_label=label)


def seen_outputs(data: LabelledSet) -> tuple[bool, ...]:
    """Outputs that some label of the set allows."""
    labels = np.unique(data.window_label[data.window_label != UNLABELLED])
    allowed = np.array([LABEL_OUTPUTS[LABELS[label]] for label in labels])
    return tuple(bool(each) for each in allowed.any(0))


def last_layers(network: RhythmNetwork) -> list[nn.Module]:
    return [network.blocks[-1], network.head, network.dropout, network.classifier]


def fine_tune(
    start: RhythmNetwork,
    own: LabelledSet,
    originals: list[LabelledSet],
    config: FineTuneConfig,
) -> RhythmNetwork:
    """A copy of `start` whose last layers have learned from `own` (see `learned_part`).

    `originals` are sets that `start` learned from; their held-out fold stays held out.
    """
    torch.set_num_threads(config.threads)
    torch.manual_seed(config.seed)
    network = copy.deepcopy(start).eval().requires_grad_(False)
    for module in last_layers(network):
        module.train().requires_grad_(True)
    seen = (True,) * len(seen_outputs(own)) if originals else seen_outputs(own)
    objective = MarginalCrossEntropy(1 + len(originals), config.label_smoothing, seen)
    learner = Learner(network, objective, MovingAverage(network, config.ema))
    learning = [p for p in network.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(
        [*learning, *objective.parameters()], lr=config.learning_rate, weight_decay=0.0
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, config.learning_rate, total_steps=config.steps, pct_start=config.warm_up
    )
    total = 0.0
    for step, batch in enumerate(_batches(own, originals, config), 1):
        total += learner.step(batch, optimizer, schedule).item()
        if step % 50 == 0:
            print(f"step {step}/{config.steps}  loss {total / 50:.4f}", flush=True)
            total = 0.0
    network.load_state_dict(learner.average.state)
    return network.eval().requires_grad_(False)


def _batches(
    own: LabelledSet, originals: list[LabelledSet], config: FineTuneConfig
) -> Iterator[Batch]:
    sizes = batch_sizes(len(originals), config)
    training = TrainConfig(augment=config.augment)
    samplers = [
        (RecordingSampler if data.labels_whole_recordings else WindowSampler)(data, training)
        for data in [own, *originals]
    ]
    signals = [sampler.data.signals() for sampler in samplers]
    rng = np.random.default_rng(config.seed)
    generator = torch.Generator().manual_seed(config.seed)
    for _ in range(config.steps):
        drawn = [sampler.draw(size, rng) for sampler, size in zip(samplers, sizes, strict=True)]
        crops = [
            each.crops(d.trace, d.start, d.warp) for each, d in zip(signals, drawn, strict=True)
        ]
        yield Batch(
            signal=augment(torch.cat(crops), config.augment, generator),
            label=torch.from_numpy(np.concatenate([d.label for d in drawn])),
            weight=torch.from_numpy(np.concatenate([d.weight for d in drawn])).float(),
            domain=torch.from_numpy(np.repeat(np.arange(len(drawn)), sizes)),
        )


def batch_sizes(originals: int, config: FineTuneConfig) -> list[int]:
    """The readers' part, then an equal part of the rest for each original set."""
    if originals == 0:
        return [config.batch]
    own = round(config.batch * config.own_share)
    rest = [len(part) for part in np.array_split(np.arange(config.batch - own), originals)]
    return [own, *rest]
