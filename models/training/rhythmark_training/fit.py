"""The training loop: one run from a configuration to a network, resumable after every epoch."""

from __future__ import annotations

import time
from dataclasses import asdict
from pathlib import Path

import torch
from torch import nn

from .config import TrainConfig
from .network import RhythmEfficientNet, parameter_count
from .objective import MarginalCrossEntropy, MovingAverage
from .sampling import Mixture
from .sets import LabelledSet


def device_of_choice() -> torch.device:
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def fit(
    sets: list[LabelledSet],
    config: TrainConfig,
    checkpoint: Path,
    noise: LabelledSet | None = None,
) -> RhythmEfficientNet:
    """Trains to the end and returns the averaged network, in evaluation mode, on the CPU.

    Continues from `checkpoint` where it is of the same configuration. The last average is the
    result: no epoch is chosen by looking at held-out recordings.
    """
    torch.manual_seed(config.seed)
    torch.set_num_threads(config.threads)
    device = device_of_choice()
    mixture = Mixture(sets, config, noise)
    network = RhythmEfficientNet(config.network).to(device, memory_format=torch.channels_last)
    objective = MarginalCrossEntropy(len(sets), config.label_smoothing).to(device)
    optimizer = torch.optim.AdamW(
        _parameter_groups(network, objective, config), lr=config.learning_rate
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer,
        config.learning_rate,
        total_steps=config.epochs * mixture.steps,
        pct_start=config.warm_up,
    )
    average = MovingAverage(network, config.ema)
    began = 0
    parts = {"network": network, "objective": objective, "optimizer": optimizer, "rate": schedule}
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
            signal = batch.signal.to(device, memory_format=torch.channels_last)
            loss = objective(
                network(signal),
                batch.label.to(device),
                batch.weight.to(device),
                batch.domain.to(device),
            )
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 5.0)
            optimizer.step()
            schedule.step()
            average.update(network)
            total += loss.detach()
        _save(checkpoint, config, epoch + 1, parts, average)
        took = time.monotonic() - began_at
        left = took * (config.epochs - epoch - 1) / 60
        _say(
            f"epoch {epoch + 1}/{config.epochs}  loss {total.item() / mixture.steps:.4f}  "
            f"{took:.0f} s  {left:.0f} min left"
        )
    network.load_state_dict(average.state)
    return network.cpu().eval()


def _parameter_groups(
    network: nn.Module, objective: nn.Module, config: TrainConfig
) -> list[dict[str, object]]:
    """Weights of convolutions and of the classifier decay; offsets and norms do not."""
    decayed = [p for p in network.parameters() if p.ndim > 1]
    plain = [p for p in network.parameters() if p.ndim <= 1] + list(objective.parameters())
    return [
        {"params": decayed, "weight_decay": config.weight_decay},
        {"params": plain, "weight_decay": 0.0},
    ]


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
        },
        temporary,
    )
    temporary.replace(path)


def _resume(
    path: Path, config: TrainConfig, parts: dict[str, object], average: MovingAverage
) -> int:
    saved = torch.load(path, map_location="cpu", weights_only=True)
    if saved["config"] != asdict(config):
        raise ValueError(f"{path} is of another configuration: choose another --run folder")
    for name, part in parts.items():
        part.load_state_dict(saved["parts"][name])
    for name, value in saved["average"].items():
        average.state[name].copy_(value)
    average.updates = saved["updates"]
    torch.set_rng_state(saved["torch"])
    return int(saved["epoch"])


def _say(line: str) -> None:
    print(line, flush=True)
