"""Does it help to take the network's normalisation from the recordings that it reads?

    python -m rhythmark_training.normalised --without SET --dataset DATA --run RUN

Mean and variance of every batch norm are taken, in part or whole, from a recording's own windows,
or from all recordings of a device (Li et al., "Revisiting Batch Normalization For Practical Domain
Adaptation", 2016). No label is looked at. RUN is of `oof leave-out --without SET`: its network has
never seen the set. Calibration is that of the network as it is, fitted on CinC 2017's held-out
fold. Windows are read alone, as in `adaptation.py`, whose lines these are.
"""

from __future__ import annotations

import argparse
import copy
from dataclasses import fields
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from .adaptation import words_of
from .calibrate import Calibration
from .checkpoints import network_of_run
from .config import TrainConfig
from .families import RhythmNetwork
from .held_out_file import Rows, rows_of
from .leave_out import calibration_of, set_left_out
from .oof import GROUP
from .predict import Predicted, predict
from .sampling import held_out_traces
from .scaling import scale_windows
from .sets import UNLABELLED, LabelledSet, find_sets, load_set

SHARES = (0.0, 0.25, 0.5, 1.0)
# Windows: five minutes. Of fewer, mean and variance are those of their beats.
FEWEST = 30
_AT_ONCE = 256


def main() -> None:
    arguments = _arguments()
    torch.set_num_threads(1)
    outside = set_left_out(arguments.dataset, arguments.without)
    network, _ = network_of_run(arguments.run)
    calibration = _calibration(network, arguments.dataset)
    every = np.ones(len(outside.recording), dtype=bool)
    for share in SHARES:
        said = predict(_normalised(network, outside, every, share), outside, every)
        _say(f"all recordings, {share:.0%} of their own", said, outside, calibration)
    windows = np.bincount(
        outside.window_trace[outside.window_planned], minlength=len(outside.recording)
    )
    long = windows >= FEWEST
    if not long.any():
        print(f"no lead of {FEWEST} windows: none has a normalisation of its own")
        return
    for share in SHARES:
        said = _each_by_its_own(network, outside, long, share)
        _say(f"each lead of {FEWEST} windows, {share:.0%} of its own", said, outside, calibration)


def _each_by_its_own(
    network: RhythmNetwork, data: LabelledSet, traces: NDArray[np.bool_], share: float
) -> Predicted:
    said = []
    for trace in np.flatnonzero(traces):
        alone = np.arange(len(traces)) == trace
        said.append(predict(_normalised(network, data, alone, share), data, alone))
    return Predicted(
        *(
            np.concatenate([getattr(each, field.name) for each in said])
            for field in fields(Predicted)
        )
    )


@torch.no_grad()
def _normalised(
    network: RhythmNetwork, data: LabelledSet, traces: NDArray[np.bool_], share: float
) -> RhythmNetwork:
    """A network with so much of its mean and variance from planned windows of these traces."""
    if share == 0:
        return network
    own = copy.deepcopy(network).eval()
    norms = [part for part in own.modules() if isinstance(part, nn.BatchNorm2d)]
    learned = [(norm.running_mean.clone(), norm.running_var.clone()) for norm in norms]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # the mean over all batches
        norm.train()
    index = np.flatnonzero(data.window_planned & traces[data.window_trace])
    for chunk in np.array_split(index, max(1, len(index) // _AT_ONCE)):
        start = data.window_start[chunk].astype(np.float64)
        crops = data.signals().crops(data.window_trace[chunk], start, np.ones(len(chunk)))
        scaled, valid = scale_windows(crops)
        own.features(scaled[valid][:, None, None].contiguous(memory_format=torch.channels_last))
    for norm, (mean, variance) in zip(norms, learned, strict=True):
        norm.running_mean.lerp_(mean, 1 - share)
        norm.running_var.lerp_(variance, 1 - share)
    return own.eval()


def _calibration(network: RhythmNetwork, folder: Path) -> Calibration:
    domain = load_set(find_sets(folder)[GROUP])
    held_out = held_out_traces(domain, TrainConfig())
    return calibration_of(rows_of(predict(network, domain, held_out), domain))


def _say(what: str, said: Predicted, data: LabelledSet, calibration: Calibration) -> None:
    rows = rows_of(said, data)
    known: Rows = rows.part(rows.label != UNLABELLED)
    print(f"{what}: {words_of(calibration.probabilities(known.logits), known)}", flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m rhythmark_training.normalised", description=__doc__
    )
    parser.add_argument("--without", required=True, help="the set that the network never saw")
    parser.add_argument("--dataset", type=Path, required=True)
    parser.add_argument("--run", type=Path, required=True, help="of oof leave-out")
    return parser.parse_args()


if __name__ == "__main__":
    main()
