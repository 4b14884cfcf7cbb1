"""Does a network that sees 30 s at once judge better than one that sees 10 s three times?

    python -m rhythmark_training.long_crops --dataset DATA --run RUN

Goes on from the first stage of RUN (of `oof --fold`) for as many epochs as the second stage has.
Three crops behind each other in a recording of CinC 2017 are joined to one of 30 s; what has fewer
is learned as it is. Then both networks judge the fold's recordings: in windows of 10 s, and in
stretches of 30 s, whose quarter seconds (`activation`) also say what each of their windows is.
Each crop is scaled by its own swing, as the program's windows are. A teacher that judged better
would be worth learning from.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from .classes import OUTPUTS
from .config import SecondStage, TrainConfig
from .families import RhythmNetwork, network_of_checkpoint
from .learning import Learner, new_learner, on_device, optimizer_of
from .metrics import CLASS_OF_LABEL_CINC, cinc_reading, confusion_matrix, f1_scores
from .oof import noise_of, sets_to_learn
from .recording_head import NOISE, rows_of_each
from .sampling import Batch, Mixture, held_out_traces
from .scaling import scale_windows
from .sets import CPU, LabelledSet

JOINED = 3


def main() -> None:
    arguments = _arguments()
    torch.set_num_threads(1)
    before, told = network_of_checkpoint(arguments.run / "checkpoint.pt")
    config = replace(
        TrainConfig(), second=replace(SecondStage(), together=JOINED, together_part=0.0, kept=0.0)
    ).stages()[1]
    config = replace(config, held_out_fold=told["held_out_fold"])
    sets = sets_to_learn(config, arguments.dataset)
    after = _learned(sets, config, arguments)
    for name, network, joined in (
        ("windows of 10 s", before, 1),
        (f"first stage in stretches of {10 * JOINED} s", before, JOINED),
        (f"learned from {10 * JOINED} s, in such stretches", after, JOINED),
        (f"learned from {10 * JOINED} s, in windows of 10 s", after, 1),
    ):
        print(f"{name}: {_words(network, sets[0], held_out_traces(sets[0], config), joined)}")


def _learned(
    sets: list[LabelledSet], config: TrainConfig, arguments: argparse.Namespace
) -> RhythmNetwork:
    mixture = Mixture(sets, config, noise_of(config, arguments.dataset))
    first = arguments.run / "checkpoint.pt"
    learner = new_learner(len(sets), config, CPU, mixture.verdicts, first)
    optimizer, schedule = optimizer_of(learner, config, config.epochs * mixture.steps)
    for epoch in range(config.epochs):
        began_at, total = time.monotonic(), 0.0
        learner.network.train()
        for batch in mixture.epoch(epoch):
            loss = _loss(learner, on_device(batch, CPU))
            learner.descend(loss, optimizer, schedule)
            total += loss.item()
        took = time.monotonic() - began_at
        mean = total / mixture.steps
        print(f"epoch {epoch + 1}/{config.epochs}  loss {mean:.4f}  {took:.0f} s", flush=True)
    network = learner.network
    network.load_state_dict(learner.average.state)
    return network.eval()


def _loss(learner: Learner, batch: Batch) -> Tensor:
    """Of crops, those of one recording and one label joined; each counts as many as it is."""
    rows = torch.zeros((0, JOINED), dtype=torch.long)
    if batch.together is not None:
        whole = batch.together.rows[(batch.together.rows >= 0).sum(1) == JOINED]
        label = batch.label[whole]
        rows = whole[(label == label[:, :1]).all(1)]  # a crop buried in noise has its own
    alone = torch.ones(len(batch.label), dtype=torch.bool)
    alone[rows.flatten()] = False
    loss = learner.network.classifier.weight.new_zeros(())
    for signal, at, count in (
        (_joined(batch.signal[rows]), rows[:, 0], JOINED),
        (batch.signal[alone], torch.nonzero(alone)[:, 0], 1),
    ):
        if len(at) == 0:
            continue
        logits = learner.network(signal)
        part = learner.objective(logits, batch.label[at], batch.weight[at], batch.domain[at])
        loss = loss + part * (count * len(at) / len(alone))
    return loss


def _joined(windows: Tensor) -> Tensor:
    """[n, JOINED, 1, 1, samples] -> [n, 1, 1, JOINED * samples]."""
    long = windows.movedim(1, 3).flatten(3)
    return long.contiguous(memory_format=torch.channels_last)


@torch.no_grad()
def _words(
    network: RhythmNetwork, data: LabelledSet, held_out: NDArray[np.bool_], joined: int
) -> str:
    index = np.flatnonzero(data.window_planned & held_out[data.window_trace])
    start = data.window_start[index].astype(np.float64)
    crops = data.signals().crops(data.window_trace[index], start, np.ones(len(index)))
    scaled, valid = scale_windows(crops)
    index, scaled = index[valid.numpy()], scaled[valid]
    _, recording = np.unique(data.window_trace[index], return_inverse=True)
    p = np.zeros((len(index), len(OUTPUTS)))
    for rows in rows_of_each(recording):
        for part in np.array_split(rows, -(-len(rows) // joined)):
            signal = scaled[part].reshape(1, 1, 1, -1).contiguous(memory_format=torch.channels_last)
            said = network.activation(network.features(signal))[0]
            for row, own in zip(part, said.tensor_split(len(part), dim=1), strict=True):
                p[row] = torch.softmax(own.mean(1), dim=0).numpy()
    q = cinc_reading(p)
    truth = CLASS_OF_LABEL_CINC[data.window_label[index]]
    verdict, of_recording = [], []
    for rows in rows_of_each(recording):
        readable = q[rows].argmax(1) != NOISE
        counted = rows[readable] if readable.any() else rows
        verdict.append(q[counted].mean(0).argmax())
        of_recording.append(truth[rows[0]])
    parts = []
    for name, said_class, true_class in (
        ("recordings, mean of windows", np.array(verdict), np.array(of_recording)),
        ("windows", q.argmax(1), truth),
    ):
        f1 = f1_scores(confusion_matrix(true_class, said_class))
        parts.append(f"{name} N,A,O {f1[:3].mean():.3f}, four {f1.mean():.3f}")
    return "; ".join(parts)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m rhythmark_training.long_crops", description=__doc__
    )
    parser.add_argument("--dataset", type=Path, required=True)
    parser.add_argument("--run", type=Path, required=True, help="of oof --fold")
    return parser.parse_args()


if __name__ == "__main__":
    main()
