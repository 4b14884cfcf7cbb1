"""Trains, measures and exports the shipped model: the one command of models/training/README.md."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from .config import TrainConfig
from .curve import FILE as CURVE
from .curve_picture import draw_curve
from .families import FAMILIES, family_of
from .fit import fit
from .overrides import of_family, overridden, without_set
from .publish_model import Material, publish
from .sets import find_sets, load_set


def main() -> None:
    arguments = _arguments()
    config = overridden(of_family(TrainConfig(), arguments.family), arguments.set)
    if arguments.epochs is not None:
        config = replace(config, epochs=arguments.epochs)
    if arguments.without:
        config = without_set(config, arguments.without)
    folders = find_sets(arguments.dataset)
    learned = [load_set(folders[name]) for name in config.shares if name in folders]
    if not learned or learned[0].name != next(iter(config.shares)):
        raise SystemExit(
            f"{arguments.dataset} holds no cinc2017 set: write it with rhythmark dataset"
        )
    if len({data.preprocessing for data in learned}) != 1:
        raise SystemExit(
            "the sets were written by different versions of the program: write all again"
        )
    noise = load_set(folders[config.noise_set]) if config.noise_set in folders else None
    network = fit(learned, config, arguments.run, noise)
    name = f"{family_of(config.network)}-{arguments.version}"
    if (arguments.run / CURVE).is_file():  # not where only the checkpoints were brought here
        draw_curve(arguments.run, name, arguments.out / "reports" / f"{name}-curve.png")
    external = [
        load_set(path)
        for name, path in folders.items()
        if name not in config.shares and name != config.noise_set
    ]
    publish(
        network,
        Material(learned, external, noise),
        config,
        arguments.version,
        arguments.out,
        arguments.golden,
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m rhythmark_training.train", description=__doc__)
    parser.add_argument(
        "--dataset",
        type=Path,
        required=True,
        help="folder with the sets that `rhythmark dataset` wrote; sets that are not in the "
        "configuration are only measured on",
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for model and reports")
    parser.add_argument("--run", type=Path, default=Path("runs/default"), help="checkpoints")
    parser.add_argument("--version", default="0.0.0", help="of the model")
    parser.add_argument("--family", choices=FAMILIES, default="rhythm-effnet")
    parser.add_argument(
        "--set", action="append", default=[], help="NAME=VALUE of the configuration"
    )
    parser.add_argument("--epochs", type=int, help="instead of the configuration's")
    parser.add_argument("--without", help="a set that this model must never see")
    parser.add_argument("--golden", type=Path, help="where to write the tests' golden vectors")
    return parser.parse_args()


if __name__ == "__main__":
    main()
