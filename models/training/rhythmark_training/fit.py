"""The training loop: one run from a configuration to a network, resumable after every epoch."""

from __future__ import annotations

import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from .config import TrainConfig
from .curve import note_epoch
from .families import RhythmNetwork, build_network
from .learning import new_learner, on_device, optimizer_of
from .network import parameter_count
from .objective import MovingAverage
from .sampling import Mixture
from .sets import LabelledSet


def device_of_choice() -> torch.device:
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def fit(
    sets: list[LabelledSet],
    config: TrainConfig,
    checkpoint: Path,
    noise: LabelledSet | None = None,
) -> RhythmNetwork:
    """Trains to the end and returns the averaged network, in evaluation mode, on the CPU.

    Continues from `checkpoint` where it is of the same configuration. The last average is the
    result: no epoch is chosen by looking at held-out recordings.
    """
    torch.set_num_threads(config.threads)
    finished = _finished(checkpoint, config)
    if finished is not None:
        return finished
    device = device_of_choice()
    mixture = Mixture(sets, config, noise, device)
    learner = new_learner(len(sets), config, device, mixture.verdicts)
    optimizer, schedule = optimizer_of(learner, config, config.epochs * mixture.steps)
    network, average = learner.network, learner.average
    began = 0
    parts: dict[str, Any] = {
        "network": network,
        "objective": learner.objective,
        "optimizer": optimizer,
        "rate": schedule,
    }
    if learner.reader is not None:
        parts["reader"] = learner.reader
    if checkpoint.is_file():
        began = _resume(checkpoint, config, parts, average)
    _say(
        f"{parameter_count(network):,} parameters on {device}; {mixture.steps} steps an epoch, "
        + ", ".join(f"{data.name} {size}" for data, size in zip(sets, mixture.sizes, strict=True))
        + " a batch"
    )
    for epoch in range(began, config.epochs):
        began_at = time.monotonic()
        network.train()
        total = torch.zeros((), device=device)
        for batch in mixture.epoch(epoch):
            total += learner.step(on_device(batch, device), optimizer, schedule)
        _save(checkpoint, config, epoch + 1, parts, average)
        took = time.monotonic() - began_at
        left = took * (config.epochs - epoch - 1) / 60
        rate = schedule.get_last_lr()[0]
        note_epoch(checkpoint.parent, epoch + 1, total.item() / mixture.steps, rate)
        _say(
            f"epoch {epoch + 1}/{config.epochs}  loss {total.item() / mixture.steps:.4f}  "
            f"{took:.0f} s  {left:.0f} min left"
        )
    network.load_state_dict(average.state)
    return network.cpu().eval()


def _save(
    path: Path, config: TrainConfig, epoch: int, parts: dict[str, object], average: MovingAverage
) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".part")
    torch.save(
        {
            "config": asdict(config),
            "epoch": epoch,
            "parts": {name: part.state_dict() for name, part in parts.items()},
            "average": average.state,
            "updates": average.updates,
            "torch": torch.get_rng_state(),
            "cuda": torch.cuda.get_rng_state() if torch.cuda.is_available() else None,
        },
        temporary,
    )
    temporary.replace(path)


def _finished(path: Path, config: TrainConfig) -> RhythmNetwork | None:
    """The network of a run that has come to its end: of its checkpoint only the average counts."""
    if not path.is_file():
        return None
    saved = _of_configuration(path, config)
    if saved["epoch"] < config.epochs:
        return None
    network = build_network(config.network)
    network.load_state_dict(saved["average"])
    return network.eval()


def _of_configuration(path: Path, config: TrainConfig) -> dict[str, Any]:
    saved = torch.load(path, map_location="cpu", weights_only=True)
    # A setting that is newer than the checkpoint had its default then; threads are the machine's.
    there = asdict(TrainConfig()) | saved["config"] | {"threads": config.threads}
    if there != asdict(config):
        raise ValueError(f"{path} is of another configuration: choose another --run folder")
    return saved


def _resume(
    path: Path, config: TrainConfig, parts: dict[str, object], average: MovingAverage
) -> int:
    saved = _of_configuration(path, config)
    for name, part in parts.items():
        part.load_state_dict(saved["parts"][name])
    for name, value in saved["average"].items():
        average.state[name].copy_(value)
    average.updates = saved["updates"]
    torch.set_rng_state(saved["torch"])
    if saved.get("cuda") is not None and torch.cuda.is_available():
        torch.cuda.set_rng_state(saved["cuda"])
    return int(saved["epoch"])


def _say(line: str) -> None:
    print(line, flush=True)
