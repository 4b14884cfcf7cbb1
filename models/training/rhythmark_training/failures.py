"""Pictures of what the model gets wrong, for the model card: the surest mistakes of each kind.

    python -m rhythmark_training.failures --dataset DATA --model rhythm-effnet-1.3.0

Windows of CinC 2017 by the networks that never saw them. Chosen by a rule, not by eye: of each kind
of mistake the window whose wrong verdict is surest, one a recording.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator
from numpy.typing import NDArray

from .calibrate import fit_calibration
from .classes import CLASSES, SAMPLING_HZ, WINDOW_SAMPLES
from .config import TrainConfig
from .families import family_of
from .metrics import cinc_reading
from .oof import GROUP, REPORTS
from .pool_folds import folds_in
from .pooled import Pool, pool_of
from .recording_head import rows_of_each
from .sets import LabelledSet, find_sets, load_set

# The label that the recording has, and what its window was called.
KINDS = (
    ("other", "normal"),
    ("af", "other"),
    ("normal", "other"),
    ("other", "af"),
    ("noise", "normal"),
    ("normal", "noise"),
)
_HALF_SWING_MV = 1.5
_MM = 1 / 25.4


@dataclass(frozen=True)
class Mistake:
    """`place` counts the windows of the recording that have enough signal."""

    recording: str
    place: int
    truth: str
    said: str
    p: NDArray[np.float64]


def main() -> None:
    parser = argparse.ArgumentParser("python -m rhythmark_training.failures")
    parser.add_argument("--dataset", type=Path, required=True)
    parser.add_argument("--model", default=family_of(TrainConfig().network))
    parser.add_argument("--reports", type=Path, default=REPORTS)
    arguments = parser.parse_args()
    folder = arguments.reports / arguments.model
    folds = folds_in(folder)[1]
    pool = pool_of(folds)
    names = np.unique(np.concatenate([rows.recording for rows in folds.values()]))
    mistakes = [mistake for kind in KINDS if (mistake := surest(pool, names, *kind))]
    data = load_set(find_sets(arguments.dataset)[GROUP])
    draw(mistakes, data, folder / "failures.png")
    for each in mistakes:
        print(f"{each.recording} window {each.place + 1}: {each.truth} called {each.said}")


def surest(pool: Pool, names: NDArray[np.str_], truth: str, said: str) -> Mistake | None:
    """The surest window of `truth` called `said`; None where there is none."""
    scaling = fit_calibration(pool.logits, pool.label, pool.weight)
    p = cinc_reading(scaling.probabilities(pool.logits))
    wrong = (pool.truth == CLASSES.index(truth)) & (p.argmax(1) == CLASSES.index(said))
    if not wrong.any():
        return None
    row = int(np.where(wrong, p.max(1), 0).argmax())
    rows = rows_of_each(pool.recording)[pool.recording[row]]
    place = int(np.flatnonzero(rows == row)[0])
    return Mistake(str(names[pool.recording[row]]), place, truth, said, p[row])


def draw(mistakes: list[Mistake], data: LabelledSet, path: Path) -> None:
    """Strips of ten seconds at 12.5 mm/s and 10 mm/mV, shown at the size that the file states."""
    width, height = 10 * 12.5, 2 * _HALF_SWING_MV * 10
    figure = Figure(figsize=((width + 8) * _MM, (len(mistakes) * (height + 10) + 4) * _MM))
    total_width, total_height = figure.get_size_inches() / _MM
    for index, mistake in enumerate(mistakes):
        bottom = total_height - (index + 1) * (height + 10)
        axes = figure.add_axes(
            (4 / total_width, bottom / total_height, width / total_width, height / total_height)
        )
        _draw_strip(axes, _signal_of(mistake, data), _words(mistake))
    figure.savefig(path, dpi=200)


def _signal_of(mistake: Mistake, data: LabelledSet) -> NDArray[np.float32]:
    """[2500] in mV, of the window that `place` counts to."""
    trace = int(np.flatnonzero(data.recording == mistake.recording)[0])
    index = np.flatnonzero(data.window_planned & (data.window_trace == trace))
    return data.windows(index)[mistake.place].numpy()


def _draw_strip(axes: Axes, signal: NDArray[np.float32], words: str) -> None:
    seconds = np.arange(WINDOW_SAMPLES) / SAMPLING_HZ
    axes.set_xlim(0, 10)
    axes.set_ylim(-_HALF_SWING_MV, _HALF_SWING_MV)
    axes.xaxis.set_major_locator(MultipleLocator(0.2))
    axes.yaxis.set_major_locator(MultipleLocator(0.5))
    axes.grid(color="#f0c8c8", linewidth=0.4)
    axes.tick_params(length=0, labelbottom=False, labelleft=False)
    for spine in axes.spines.values():
        spine.set_color("#e0a8a8")
    axes.plot(seconds, np.clip(signal, -_HALF_SWING_MV, _HALF_SWING_MV), color="#111", lw=0.6)
    axes.set_title(words, fontsize=7, loc="left", pad=3)


def _words(mistake: Mistake) -> str:
    sure = mistake.p[CLASSES.index(mistake.said)]
    return (
        f"{mistake.recording}, window {mistake.place + 1}: the recording is labelled "
        f"{mistake.truth}, the window was called {mistake.said} ({100 * sure:.0f} %)"
    )


if __name__ == "__main__":
    main()
