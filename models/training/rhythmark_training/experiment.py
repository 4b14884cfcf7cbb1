"""Trains with Lightning what a Hydra configuration says, and then does what it is for.

    python -m rhythmark_training.experiment dataset=DATA run=runs/first
    python -m rhythmark_training.experiment model=rhythm-scalogram train.epochs=60 dataset=DATA ...
    python -m rhythmark_training.experiment experiment=fold train.held_out_fold=3 dataset=DATA ...

Numbers of a run are not in the YAML files: they are the dataclasses of config.py, which Hydra is
shown, so that each can be overridden by name. conf/ says which network and what for.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

import hydra
from hydra.core.config_store import ConfigStore
from omegaconf import DictConfig, OmegaConf

from .config import TrainConfig
from .curve_picture import draw_curve
from .families import FAMILIES, RhythmNetwork
from .lightning_shell import fit_with_lightning
from .oof import noise_of, sets_to_learn, write_fold
from .overrides import changed, of_family, without_set
from .sets import find_sets, load_set


def _show_defaults() -> None:
    """Puts config.py where conf/config.yaml and conf/model refer to it."""
    store = ConfigStore.instance()
    defaults = asdict(TrainConfig())
    defaults.pop("network")
    store.store(name="defaults", node={"train": defaults})
    for family, kind in FAMILIES.items():
        store.store(group="network", name=family, node=asdict(kind()))


_show_defaults()


@hydra.main(config_path="conf", config_name="config", version_base="1.3")
def main(settings: DictConfig) -> None:
    OmegaConf.resolve(settings)
    config = train_config_of(settings)
    sets, run = Path(settings.dataset), Path(settings.run)
    noise = noise_of(config, sets)
    network = fit_with_lightning(
        sets_to_learn(config, sets), config, run, noise, settings.held_out_every, settings.device
    )
    name, reports = settings.model.name, Path(settings.reports)
    draw_curve(run, f"{name}, {run.name}", reports / f"{name}-{settings.purpose}-curve.png")
    serve(network, config, settings)


def train_config_of(settings: DictConfig) -> TrainConfig:
    values = OmegaConf.to_container(settings.train, resolve=True)
    config = changed(of_family(TrainConfig(), settings.model.name), values)
    if settings.without:
        # Fold 0 stays out as well: calibration is fitted on it.
        config = replace(without_set(config, settings.without), held_out_fold=0)
    return config


def serve(network: RhythmNetwork, config: TrainConfig, settings: DictConfig) -> None:
    """What the network was trained for: to ship, for a fold's predictions, for a set unseen."""
    name, folder = settings.model.name, Path(settings.dataset)
    reports = Path(settings.reports) / "oof"
    learned = sets_to_learn(config, folder)
    match settings.purpose:
        case "publish":
            # Not at the top: only this needs onnx and onnxruntime.
            from .publish_model import Material, publish

            others = [x for x in find_sets(folder) if x not in config.shares]
            external = [load_set(find_sets(folder)[x]) for x in others if x != config.noise_set]
            publish(
                network,
                Material(learned, external, noise_of(config, folder)),
                config,
                settings.version,
                Path(settings.out),
                Path(settings.golden) if settings.golden else None,
            )
        case "fold":
            write_fold(network, learned[0], config, name, reports, None)
        case "leave-out":
            from .leave_out import measure

            measure(network, config, settings.without, folder, name, reports, None)
        case other:
            raise ValueError(f"no purpose “{other}”: publish, fold or leave-out")


if __name__ == "__main__":
    main()
