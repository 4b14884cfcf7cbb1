"""What networks reach on PTB-XL that have learned from four fifths of it.

    python -m rhythmark_training.ceiling --dataset DATA --model MODEL RUN0 RUN1 RUN2 RUN3 RUN4
    python -m rhythmark_training.ceiling --from FILE.npz

A goal for networks that never saw a set says little without knowing what those reach that did. The
runs are those of `oof --fold 0` to `--fold 4`: PTB-XL's fold K is left out together with CinC
2017's, so each recording is judged by the one network of the five that has not seen it. Measured
by the code that measures sets left out; calibration is of the five folds of CinC 2017 together.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from .checkpoints import network_of_run
from .config import TrainConfig
from .held_out_file import Rows, facts_of, rows_of, write_rows
from .leave_out import NOTED_SET, figures_of, set_left_out
from .leave_out_text import lines_of
from .oof import GROUP, REPORTS
from .predict import predict
from .sampling import held_out_traces
from .sets import LabelledSet, find_sets, load_set


def main(words: list[str]) -> None:
    if words[:1] == ["--from"]:
        for name in words[1:]:
            _say(Path(name))
        return
    parser = argparse.ArgumentParser(
        prog="python -m rhythmark_training.ceiling", description=__doc__
    )
    parser.add_argument("--dataset", type=Path, required=True)
    parser.add_argument("--model", required=True, help="name of the reports' folder")
    parser.add_argument("--reports", type=Path, default=REPORTS)
    parser.add_argument("runs", type=Path, nargs="+", help="of every fold, in order")
    arguments = parser.parse_args(words)
    if len(arguments.runs) != TrainConfig().folds:
        parser.error(f"there are {TrainConfig().folds} folds: name the run of each")
    torch.set_num_threads(1)
    sets = {
        "domain": load_set(find_sets(arguments.dataset)[GROUP]),
        "outside": set_left_out(arguments.dataset, NOTED_SET),
    }
    rows = {name: _held_out(data, arguments.runs) for name, data in sets.items()}
    path = arguments.reports / arguments.model / f"inside-{NOTED_SET}.npz"
    config = replace(TrainConfig(), held_out_fold=None)
    write_rows(path, facts_of(arguments.model, config, sets["outside"], None), rows)
    _say(path)


def _held_out(data: LabelledSet, runs: list[Path]) -> Rows:
    """Every trace of the set, by the network that has not seen it."""
    parts = []
    for fold, run in enumerate(runs):
        network, told = network_of_run(run)
        if told["held_out_fold"] != fold:
            raise SystemExit(f"{run} is of fold {told['held_out_fold']}, not {fold}")
        held_out = held_out_traces(data, replace(TrainConfig(), held_out_fold=fold))
        parts.append(rows_of(predict(network, data, held_out), data))
    return Rows(
        *(np.concatenate([getattr(part, name) for part in parts]) for name in vars(parts[0]))
    )


def _say(path: Path) -> None:
    figures = figures_of(path)
    print(f"{figures['set']}, by networks that learned from four fifths of it")
    print("\n".join(lines_of(figures)))


if __name__ == "__main__":
    main(sys.argv[1:])
