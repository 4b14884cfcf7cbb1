"""PyTorch Lightning around the step of learning.py: progress bar, checkpoints, any one device.

Optimisation is manual so that the step is the very same as in the plain loop (fit.py): the same
configuration gives the same network either way, which a test holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import lightning
import numpy as np
import torch
from lightning.pytorch.callbacks import ModelCheckpoint, TQDMProgressBar
from lightning.pytorch.utilities.types import OptimizerLRScheduler
from torch import Tensor

from .checkpoints import Stage, save, through_stages
from .config import TrainConfig
from .curve import note_epoch
from .families import RhythmNetwork, network_of_checkpoint
from .learning import new_learner, on_device, optimizer_of
from .sampling import Batch, Mixture, held_out_traces
from .scaling import scale_windows
from .sets import UNLABELLED, LabelledSet

_MEASURED_AT_ONCE = 256


class RhythmModule(lightning.LightningModule):
    """Learns as fit.py does. Held-out loss is logged for the curve; nothing is chosen by it."""

    def __init__(self, sets: int, mixture: Mixture, stage: Stage) -> None:
        super().__init__()
        self.automatic_optimization = False
        self.stage, self.config, self.steps_an_epoch = stage, stage.config, mixture.steps
        device = torch.device("cpu")
        self.learner = new_learner(sets, stage.config, device, mixture.verdicts, stage.after)
        # Named as attributes so that Lightning moves and stores them.
        self.network, self.objective = self.learner.network, self.learner.objective
        self.reader = self.learner.reader
        self._total: Tensor | float = 0.0
        self._held_out: list[tuple[float, int]] = []

    def configure_optimizers(self) -> OptimizerLRScheduler:
        # Built on the device, where the parameters already are, as in the plain loop.
        optimizer, schedule = optimizer_of(
            self.learner, self.config, self.config.epochs * self.steps_an_epoch
        )
        return [optimizer], [{"scheduler": schedule, "interval": "step"}]

    def on_fit_start(self) -> None:
        average = self.learner.average
        average.state = {name: value.to(self.device) for name, value in average.state.items()}

    def transfer_batch_to_device(self, batch: Batch, device: torch.device, _: int) -> Batch:
        return on_device(batch, device)

    def on_train_epoch_start(self) -> None:
        self._total = 0.0

    def training_step(self, batch: Batch, _: int) -> None:
        loss = self.learner.step(batch, self.optimizers(), self.lr_schedulers())
        self._total = self._total + loss
        self.log("loss", loss, prog_bar=True)

    def validation_step(self, batch: Batch, _: int) -> None:
        logits = torch.func.functional_call(self.network, self.learner.average.state, batch.signal)
        loss = self.objective(logits, batch.label, batch.weight, batch.domain)
        self._held_out.append((loss.item(), len(batch.label)))

    def on_train_epoch_end(self) -> None:
        losses, counts = zip(*self._held_out, strict=True) if self._held_out else ((), ())
        note_epoch(
            self.stage,
            self.current_epoch + 1,
            float(self._total) / self.steps_an_epoch,
            self.lr_schedulers().get_last_lr()[0],
            float(np.average(losses, weights=counts)) if counts else None,
        )
        self._held_out.clear()

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        checkpoint["rhythmark"] = {
            "config": asdict(self.config),
            "average": self.learner.average.state,
            "updates": self.learner.average.updates,
            "torch": torch.get_rng_state(),
        }

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        saved = checkpoint["rhythmark"]
        if saved["config"] != asdict(self.config):
            raise ValueError("the checkpoint is of another configuration: choose another run")
        for name, value in saved["average"].items():
            self.learner.average.state[name].copy_(value)
        self.learner.average.updates = saved["updates"]
        torch.set_rng_state(saved["torch"])


class _Epoch:
    def __init__(self, mixture: Mixture, number: int) -> None:
        self.mixture, self.number = mixture, number

    def __len__(self) -> int:
        return self.mixture.steps

    def __iter__(self) -> Iterator[Batch]:
        return self.mixture.epoch(self.number)


class _HeldOut:
    """Planned windows of the first set's held-out fold."""

    def __init__(self, data: LabelledSet, config: TrainConfig) -> None:
        usable = held_out_traces(data, config)[data.window_trace] & data.window_planned
        self.data = data
        self.windows = np.flatnonzero(usable & (data.window_label != UNLABELLED))

    def __iter__(self) -> Iterator[Batch]:
        for chunk in np.split(
            self.windows, range(_MEASURED_AT_ONCE, len(self.windows), _MEASURED_AT_ONCE)
        ):
            scaled, valid = scale_windows(self.data.windows(chunk))
            label = torch.from_numpy(self.data.window_label[chunk])[valid]
            yield Batch(
                signal=scaled[valid][:, None, None, :],
                label=label,
                weight=torch.ones(len(label)),
                domain=torch.zeros(len(label), dtype=torch.int64),
            )


class RhythmData(lightning.LightningDataModule):
    """Batches by epoch: which windows epoch 7 holds does not depend on what ran before it."""

    def __init__(
        self, sets: list[LabelledSet], config: TrainConfig, noise: LabelledSet | None
    ) -> None:
        super().__init__()
        self.first, self.config = sets[0], config
        self.mixture = Mixture(sets, config, noise)

    def train_dataloader(self) -> _Epoch:
        # Reloaded every epoch (fit_with_lightning), so this asks for the epoch that begins. Not a
        # DataLoader: that draws a seed from the generator that dropout uses.
        epoch = self.trainer.current_epoch if self.trainer else 0
        return _Epoch(self.mixture, epoch)

    def val_dataloader(self) -> _HeldOut:
        return _HeldOut(self.first, self.config)


def fit_with_lightning(
    sets: list[LabelledSet],
    config: TrainConfig,
    run: Path,
    noise: LabelledSet | None = None,
    held_out_every: int = 0,
    accelerator: str = "auto",
) -> RhythmNetwork:
    """Trains to the end, continuing what `run` holds, and returns the network to export.

    Every `held_out_every` epochs the loss on the held-out fold is put into the curve; 0 is never.
    """
    torch.set_num_threads(config.threads)
    run.mkdir(parents=True, exist_ok=True)
    return through_stages(
        config,
        run,
        lambda stage: _learned(sets, stage, noise, held_out_every, accelerator),
    )


def _learned(
    sets: list[LabelledSet],
    stage: Stage,
    noise: LabelledSet | None,
    held_out_every: int,
    accelerator: str,
) -> RhythmNetwork:
    config, name = stage.config, f"lightning-{stage.checkpoint.stem}"
    data = RhythmData(sets, config, noise)
    module = RhythmModule(len(sets), data.mixture, stage)
    measured = held_out_every > 0 and config.held_out_fold is not None
    trainer = lightning.Trainer(
        accelerator=accelerator,
        devices=1,
        max_epochs=config.epochs,
        reload_dataloaders_every_n_epochs=1,
        check_val_every_n_epoch=held_out_every if measured else 1,
        limit_val_batches=1.0 if measured else 0,
        num_sanity_val_steps=0,
        callbacks=[
            # The last epoch, always and only: none is chosen.
            ModelCheckpoint(
                dirpath=stage.run,
                filename=name,
                save_top_k=1,
                monitor=None,
                every_n_epochs=1,
                save_on_train_epoch_end=True,
                enable_version_counter=False,
            ),
            TQDMProgressBar(refresh_rate=10),
        ],
        logger=False,
        enable_model_summary=False,
    )
    checkpoint = stage.run / f"{name}.ckpt"
    resumed = checkpoint if checkpoint.is_file() else None
    trainer.fit(module, datamodule=data, ckpt_path=resumed)
    # As the plain loop leaves one, for the stage that begins where this one ends.
    save(stage, config.epochs, {"objective": module.objective}, module.learner.average)
    return network_of_checkpoint(stage.checkpoint)[0]
