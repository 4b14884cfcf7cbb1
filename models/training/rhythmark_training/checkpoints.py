"""A run's checkpoints: a file for each stage, written after every epoch, of one configuration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from .config import TrainConfig
from .families import RhythmNetwork, exported_by, network_of_checkpoint
from .objective import MovingAverage

FILES = ("checkpoint.pt", "second.pt")


@dataclass(frozen=True)
class Stage:
    """One of a run's stages: what it is told, and where its checkpoint lies in folder `run`."""

    config: TrainConfig
    run: Path
    before: Stage | None = None

    @property
    def checkpoint(self) -> Path:
        return self.run / FILES[self.number - 1]

    @property
    def after(self) -> Path | None:
        """The checkpoint that it begins with."""
        return self.before.checkpoint if self.before else None

    @property
    def epochs_before(self) -> int:
        return self.before.epochs_before + self.before.config.epochs if self.before else 0

    @property
    def number(self) -> int:
        """From 1."""
        return self.before.number + 1 if self.before else 1


def stages_of(config: TrainConfig, run: Path) -> list[Stage]:
    """At least one, in order."""
    stages: list[Stage] = []
    for told in config.stages():
        stages.append(Stage(told, run, stages[-1] if stages else None))
    return stages


def through_stages(
    config: TrainConfig, run: Path, learn: Callable[[Stage], RhythmNetwork]
) -> RhythmNetwork:
    """The network of the last stage. Only what `run` does not hold finished is learned."""
    *earlier, last = stages_of(config, run)
    network = finished(last)
    if network is not None:
        return network
    for stage in earlier:
        if finished(stage) is None:
            learn(stage)
    return learn(last)


def save(stage: Stage, epoch: int, parts: dict[str, Any], average: MovingAverage) -> None:
    """Whole or not at all."""
    path = stage.checkpoint
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".part")
    torch.save(
        {
            "config": asdict(stage.config),
            "before": asdict(stage.before.config) if stage.before else None,
            "epoch": epoch,
            "parts": {name: part.state_dict() for name, part in parts.items()},
            "average": average.state,
            "exported": exported(stage, average),
            "updates": average.updates,
            "torch": torch.get_rng_state(),
            "cuda": torch.cuda.get_rng_state() if torch.cuda.is_available() else None,
        },
        temporary,
    )
    temporary.replace(path)


def exported(stage: Stage, average: MovingAverage) -> dict[str, Tensor]:
    """What a stage is for: its average, and so much of the stage before as is kept."""
    state = {name: value.cpu() for name, value in average.state.items()}
    if stage.after is None or stage.config.kept == 0:
        return state
    # Not by a network of its own: that would draw the numbers which the next epoch's dropout needs.
    before = exported_by(torch.load(stage.after, map_location="cpu", weights_only=True))
    return {
        name: torch.lerp(value, before[name], stage.config.kept)
        if value.is_floating_point()
        else value
        for name, value in state.items()
    }


def network_of_run(run: Path) -> tuple[RhythmNetwork, dict[str, Any]]:
    """What the last stage in the folder `run` would export, and what that stage was told.

    Raises FileNotFoundError where there is none.
    """
    there = [run / name for name in FILES if (run / name).is_file()]
    if not there:
        raise FileNotFoundError(f"{run} holds no checkpoint")
    return network_of_checkpoint(there[-1])


def finished(stage: Stage) -> RhythmNetwork | None:
    """The network of a stage that has come to its end; None before."""
    if not stage.checkpoint.is_file():
        return None
    if _of_configuration(stage)["epoch"] < stage.config.epochs:
        return None
    return network_of_checkpoint(stage.checkpoint)[0]


def resume(stage: Stage, parts: dict[str, Any], average: MovingAverage) -> int:
    """Puts everything back to where the checkpoint left it; how many epochs are done."""
    if not stage.checkpoint.is_file():
        return 0
    saved = _of_configuration(stage)
    for name, part in parts.items():
        part.load_state_dict(saved["parts"][name])
    for name, value in saved["average"].items():
        average.state[name].copy_(value)
    average.updates = saved["updates"]
    torch.set_rng_state(saved["torch"])
    if saved.get("cuda") is not None and torch.cuda.is_available():
        torch.cuda.set_rng_state(saved["cuda"])
    return int(saved["epoch"])


def _of_configuration(stage: Stage) -> dict[str, Any]:
    """Raises ValueError where the checkpoint is of another."""
    saved = torch.load(stage.checkpoint, map_location="cpu", weights_only=True)
    before = stage.before.config if stage.before else None
    if not _same(saved["config"], stage.config) or not _same(saved.get("before"), before):
        raise ValueError(
            f"{stage.checkpoint} is of another configuration: choose another --run folder"
        )
    return saved


def _same(saved: dict[str, Any] | None, config: TrainConfig | None) -> bool:
    if saved is None or config is None:
        return saved is None and config is None
    # A setting that is newer than the checkpoint had its default then; there were no second stages;
    # threads are the machine's.
    newer = asdict(TrainConfig()) | {"second": None}
    return newer | saved | {"threads": config.threads} == asdict(config)
