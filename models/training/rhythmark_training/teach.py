"""Asks teachers about the crops of CinC 2017 and writes what they say, for a student to learn from.

python -m rhythmark_training.teach --dataset DATA --fold 0 --out FILE TEACHER [TEACHER ...]

A teacher is a checkpoint or a model file that never saw the fold: its crops are not asked about.
Teachers' probabilities are averaged; how good that average is on the fold's windows is printed. The
student is then trained by `train` or `oof --fold 0`, with `--set soft_targets=FILE` for its first
stage and `--set second.soft_targets=FILE` for its second.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from .classes import OUTPUTS
from .config import TrainConfig
from .families import network_of_checkpoint
from .metrics import CLASS_OF_LABEL_CINC, cinc_reading, confusion_matrix, f1_scores
from .oof import GROUP, finished
from .sampling import held_out_traces
from .scaling import scale_windows
from .sets import LabelledSet, find_sets, load_set
from .soft_targets import crops_to_ask

_AT_ONCE = 256


def main() -> None:
    arguments = _arguments()
    torch.set_num_threads(1)
    config = replace(TrainConfig(), held_out_fold=arguments.fold)
    data = load_set(find_sets(arguments.dataset)[GROUP])
    asked = crops_to_ask(data, ~held_out_traces(data, config))
    held_out = np.flatnonzero(
        data.window_planned & held_out_traces(data, config)[data.window_trace]
    )
    tested = np.stack([data.window_trace[held_out], data.window_start[held_out]], axis=1)
    mean = np.zeros((len(asked), len(OUTPUTS)))
    together = np.zeros((len(tested), len(OUTPUTS)))
    for path in arguments.teachers:
        teacher = _teacher(path, arguments.fold)
        mean += answers(teacher, data, asked) / len(arguments.teachers)
        together += answers(teacher, data, tested) / len(arguments.teachers)
        print(f"{path}: {len(asked)} crops", flush=True)
    print(_words(data, held_out, together))
    count = np.bincount(asked[:, 0], minlength=len(data.recording))
    first = np.concatenate([[0], np.cumsum(count)[:-1]])
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        arguments.out, recording=data.recording, first=first, count=count, p=mean.astype(np.float16)
    )


def _words(data: LabelledSet, windows: NDArray[np.int64], p: NDArray[np.float64]) -> str:
    known = p.sum(1) > 0
    truth = CLASS_OF_LABEL_CINC[data.window_label[windows[known]]]
    f1 = f1_scores(confusion_matrix(truth, cinc_reading(p[known]).argmax(1)))
    return f"teachers together, held-out windows: N,A,O {f1[:3].mean():.3f}  four {f1.mean():.3f}"


@torch.no_grad()
def answers(network: nn.Module, data: LabelledSet, asked: NDArray[np.int64]) -> NDArray[np.float64]:
    """Probabilities [n, 5] of undisturbed crops; all 0 where there is not enough signal."""
    signals = data.signals()
    result = np.zeros((len(asked), len(OUTPUTS)))
    for began in range(0, len(asked), _AT_ONCE):
        trace, start = asked[began : began + _AT_ONCE].T
        crops = signals.crops(trace, start.astype(np.float64), np.ones(len(trace)))
        scaled, valid = scale_windows(crops)
        signal = scaled[:, None, None, :].contiguous(memory_format=torch.channels_last)
        p = torch.softmax(network(signal), dim=1)
        result[began : began + len(trace)] = (p * valid[:, None]).numpy()
    return result


def _teacher(path: Path, fold: int) -> nn.Module:
    if path.suffix == ".onnx":
        return finished(path)
    network, config = network_of_checkpoint(path)
    if config["held_out_fold"] != fold:
        raise SystemExit(f"{path} learned from fold {fold}: its student would know the answers")
    return network


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m rhythmark_training.teach", description=__doc__)
    parser.add_argument("--dataset", type=Path, required=True)
    parser.add_argument("--fold", type=int, required=True, help="that no teacher has seen")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("teachers", type=Path, nargs="+")
    return parser.parse_args()


if __name__ == "__main__":
    main()
