"""Out-of-fold figures, fold by fold, as models/training/PROTOCOL.md says.

python -m rhythmark_training.oof --fold K --dataset DATA --run RUN    train without fold K
python -m rhythmark_training.oof pool                                 figures of what is there
python -m rhythmark_training.oof compare MODEL MODEL                  two models' folds, paired
python -m rhythmark_training.oof leave-out --without SET ...          a set never seen
python -m rhythmark_training.oof publish --manifest FILE ...          what all folds teach
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
from torch import nn

from .calibrate import fit_calibration
from .classes import CLASSES
from .config import TrainConfig
from .evidence import evidence_of, fit_evidence
from .families import family_of
from .fit import fit
from .held_out_file import Judged, Rows, facts_of, rows_of, write_rows
from .overrides import of_family, overridden
from .predict import Predicted, predict
from .recording_head import rows_of_each
from .sampling import held_out_traces
from .sets import UNLABELLED, LabelledSet, find_sets, load_set

REPORTS = Path(__file__).parents[2] / "reports" / "oof"
GROUP = "cinc2017"


def main(words: list[str]) -> None:
    if words and words[0] == "pool":
        # Not at the top, nor the next two: a machine that only trains need not have matplotlib.
        from .pool_folds import main as pool

        pool(words[1:])
    elif words and words[0] == "compare":
        from .compare_folds import main as compare

        compare(words[1:])
    elif words and words[0] == "publish":
        from .publish_pooled import main as publish

        publish(words[1:])
    elif words and words[0] == "leave-out":
        # Not at the top: it builds on this module.
        from .leave_out import main as leave_out

        leave_out(words[1:])
    else:
        _fold(words)


def run_fold(
    config: TrainConfig, sets: Path, run: Path, model: str, reports: Path, onnx: Path | None
) -> Path:
    """Trains (or continues, or finds trained) and writes the fold's held-out predictions."""
    learned = sets_to_learn(config, sets)
    network = finished(onnx) if onnx else fit(learned, config, run, noise_of(config, sets))
    return write_fold(network, learned[0], config, model, reports, onnx)


def finished(onnx: Path) -> nn.Module:
    # Not at the top: a machine that only trains need not have onnxruntime.
    from .onnx_network import OnnxNetwork

    return OnnxNetwork(onnx)


def write_fold(
    network: nn.Module,
    data: LabelledSet,
    config: TrainConfig,
    model: str,
    reports: Path,
    onnx: Path | None,
) -> Path:
    held_out = held_out_traces(data, config)
    predicted = predict(network, data, held_out)
    rows = rows_of(predicted, data)
    path = reports / model / f"fold-{config.held_out_fold}.npz"
    judged = None if onnx else _judged(predict(network, data, ~held_out), predicted, rows, config)
    write_rows(path, facts_of(model, config, data, onnx), {GROUP: rows}, judged)
    print(f"{len(rows.label)} windows in {path}")
    return path


def _judged(learned: Predicted, held_out: Predicted, rows: Rows, config: TrainConfig) -> Judged:
    """The fold's recordings by a head that is learned, like the network, from the others.

    So is its calibration, of windows that the network learned from: small nets are hardly surer of
    those, and nothing of the fold may be looked at.
    """
    learned = learned.part(learned.label != UNLABELLED)
    weight = 1 / np.bincount(learned.trace)[learned.trace]
    scaling = fit_calibration(learned.logits, learned.label, weight)
    try:
        layer, head = fit_evidence(learned, scaling.probabilities(learned.logits), config.seed)
    except ValueError:  # ten-second recordings only: there is nothing to read together
        return Judged(np.array([], dtype=np.str_), np.zeros((0, len(CLASSES)), dtype=np.float32))
    p, evidence = scaling.probabilities(held_out.logits), evidence_of(layer, held_out)
    names, number = np.unique(rows.recording, return_inverse=True)
    said = [head.probabilities(p[each], evidence[each]) for each in rows_of_each(number)]
    return Judged(names, np.log(np.maximum(np.stack(said), 1e-6)).astype(np.float32))


def sets_to_learn(config: TrainConfig, folder: Path) -> list[LabelledSet]:
    """Those of the configuration's shares, CinC 2017 first: it defines the epoch."""
    folders = find_sets(folder)
    names = [name for name, share in config.shares.items() if share > 0]
    missing = [name for name in names if name not in folders]
    if missing:
        left_out = ", ".join(f"shares.{name}=0" for name in missing)
        raise SystemExit(
            f"{folder} lacks {', '.join(missing)}: "
            f"write it with rhythmark dataset, or set {left_out}"
        )
    learned = [load_set(folders[name]) for name in names]
    if len({data.preprocessing for data in learned}) != 1:
        raise SystemExit("the sets are of different versions of the program: write all again")
    return learned


def noise_of(config: TrainConfig, folder: Path) -> LabelledSet | None:
    """Recorded noise to mix in, where the folder has it."""
    path = find_sets(folder).get(config.noise_set)
    return load_set(path) if path else None


def add_run_arguments(parser: argparse.ArgumentParser) -> None:
    """Those that every command which trains has in common."""
    parser.add_argument("--dataset", type=Path, required=True, help="folder with the sets")
    parser.add_argument("--run", type=Path, required=True, help="checkpoints; continued if begun")
    parser.add_argument("--family", default=family_of(TrainConfig().network))
    parser.add_argument("--model", help="name of the reports' folder; the family's if not given")
    parser.add_argument("--set", action="append", default=[], help="NAME=VALUE, as epochs=3")
    parser.add_argument("--reports", type=Path, default=REPORTS)
    parser.add_argument("--onnx", type=Path, help="measure this model; train nothing")


def config_of(arguments: argparse.Namespace) -> TrainConfig:
    return overridden(of_family(TrainConfig(), arguments.family), arguments.set)


def _fold(words: list[str]) -> None:
    parser = argparse.ArgumentParser("python -m rhythmark_training.oof", description=__doc__)
    parser.add_argument("--fold", type=int, required=True)
    add_run_arguments(parser)
    arguments = parser.parse_args(words)
    config = replace(config_of(arguments), held_out_fold=arguments.fold)
    if not 0 <= arguments.fold < config.folds:
        parser.error(f"folds are 0 to {config.folds - 1}")
    run_fold(
        config,
        arguments.dataset,
        arguments.run,
        arguments.model or arguments.family,
        arguments.reports,
        arguments.onnx,
    )


if __name__ == "__main__":
    main(sys.argv[1:])
