"""`oof compare`: two models on the same recordings, each by networks that never saw them.

    python -m rhythmark_training.oof compare rhythm-effnet-1.3.0 rhythm-effnet-1.4.0

Differences have intervals by a bootstrap that draws the same recordings for both. The last line is
the two together: the mean of their log probabilities.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .oof import REPORTS
from .pool_folds import pool_in
from .pooled import judged_together
from .resampled import confusion_by_cluster, draws, f1_of_draws, interval


def main(words: list[str]) -> None:
    parser = argparse.ArgumentParser("python -m rhythmark_training.oof compare")
    parser.add_argument("models", nargs=2, help="folders of the reports")
    parser.add_argument("--reports", type=Path, default=REPORTS)
    arguments = parser.parse_args(words)
    pools = [pool_in(arguments.reports / model) for model in arguments.models]
    (truth, first), (other_truth, second) = (judged_together(pool) for pool in pools)
    if not np.array_equal(truth, other_truth):
        raise SystemExit("the two are not of the same recordings")
    print(text_of(arguments.models, truth, first, second))


def text_of(
    models: list[str],
    truth: NDArray[np.int64],
    first: NDArray[np.float64],
    second: NDArray[np.float64],
) -> str:
    """`first` and `second` [recordings, CLASSES]."""
    both = np.log(np.maximum(first, 1e-9)) + np.log(np.maximum(second, 1e-9))
    recording = np.arange(len(truth))
    times = np.concatenate([np.ones((1, len(truth))), draws(len(truth))])
    f1 = {
        name: f1_of_draws(confusion_by_cluster(truth, p.argmax(1), recording), times)
        for name, p in zip([*models, "both together"], (first, second, both), strict=True)
    }
    lines = [f"{len(truth)} recordings"]
    for name, values in f1.items():
        lines.append(f"{name}: N,A,O {values[0, :3].mean():.3f}  four {values[0].mean():.3f}")
    difference = f1[models[1]] - f1[models[0]]
    for name, values in (("N,A,O", difference[:, :3].mean(1)), ("four", difference.mean(1))):
        low, high = interval(values[1:])
        lines.append(f"{name}: the second is {values[0]:+.4f} ({low:+.4f} to {high:+.4f})")
    return "\n".join(lines)
