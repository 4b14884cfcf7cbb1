"""The training loop: a run from a configuration to a network, resumable after every epoch."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import torch

from .checkpoints import Stage, resume, save, through_stages
from .config import TrainConfig
from .curve import note_epoch
from .families import RhythmNetwork, network_of_checkpoint
from .learning import new_learner, on_device, optimizer_of
from .network import parameter_count
from .sampling import Mixture
from .sets import LabelledSet


def device_of_choice() -> torch.device:
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def fit(
    sets: list[LabelledSet],
    config: TrainConfig,
    run: Path,
    noise: LabelledSet | None = None,
) -> RhythmNetwork:
    """Trains to the end and returns the network to export, in evaluation mode, on the CPU.

    Continues from the checkpoints in the folder `run` where they are of the same configuration. The
    last average is the result: no epoch is chosen by looking at held-out recordings.
    """
    torch.set_num_threads(config.threads)
    return through_stages(config, run, lambda stage: _learned(sets, stage, noise))


def _learned(sets: list[LabelledSet], stage: Stage, noise: LabelledSet | None) -> RhythmNetwork:
    config = stage.config
    device = device_of_choice()
    mixture = Mixture(sets, config, noise, device)
    learner = new_learner(len(sets), config, device, mixture.verdicts, stage.after)
    optimizer, schedule = optimizer_of(learner, config, config.epochs * mixture.steps)
    network, average = learner.network, learner.average
    parts: dict[str, Any] = {
        "network": network,
        "objective": learner.objective,
        "optimizer": optimizer,
        "rate": schedule,
    }
    if learner.reader is not None:
        parts["reader"] = learner.reader
    began = resume(stage, parts, average)
    _say(
        f"{parameter_count(network):,} parameters on {device}; {mixture.steps} steps an epoch, "
        + ", ".join(f"{data.name} {size}" for data, size in zip(sets, mixture.sizes, strict=True))
        + " a batch"
    )
    done = stage.epochs_before
    for epoch in range(began, config.epochs):
        began_at = time.monotonic()
        network.train()
        total = torch.zeros((), device=device)
        for batch in mixture.epoch(epoch):
            total += learner.step(on_device(batch, device), optimizer, schedule)
        save(stage, epoch + 1, parts, average)
        took = time.monotonic() - began_at
        left = took * (config.epochs - epoch - 1) / 60
        rate = schedule.get_last_lr()[0]
        note_epoch(stage, epoch + 1, total.item() / mixture.steps, rate)
        _say(
            f"epoch {done + epoch + 1}/{done + config.epochs}  "
            f"loss {total.item() / mixture.steps:.4f}  {took:.0f} s  {left:.0f} min left"
        )
    # As everyone else will find it: memory laid out in another way rounds in another way.
    return network_of_checkpoint(stage.checkpoint)[0]


def _say(line: str) -> None:
    print(line, flush=True)
