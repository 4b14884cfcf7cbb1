"""Pictures for the model card: a confusion matrix and a reliability diagram, small PNG files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from .classes import CLASSES
from .evaluate import HeldOut
from .metrics import reliability

_COLOURS = ("tab:orange", "tab:blue", "tab:green")
# A bin of a few windows is drawn like one of thousands, and says next to nothing.
FEWEST_IN_A_BIN = 20


def draw_reports(held_out: HeldOut, name: str, folder: Path) -> None:
    """Writes `NAME-confusion.png` and `NAME-reliability.png`."""
    draw_confusion(held_out.recording_confusion, folder / f"{name}-confusion.png")
    draw_reliability(
        {"raw": held_out.window_raw, "calibrated (cross-fitted)": held_out.window_calibrated},
        held_out.window_truth,
        folder / f"{name}-reliability.png",
    )


def draw_confusion(matrix: NDArray[np.int64], path: Path) -> None:
    """Rows are CinC 2017's labels of recordings, columns verdicts."""
    share = matrix / np.maximum(matrix.sum(1, keepdims=True), 1)
    figure = Figure(figsize=(4.2, 3.8), dpi=100)
    axes = figure.subplots()
    axes.imshow(share, cmap="Blues", vmin=0, vmax=1)
    for row, column in np.ndindex(matrix.shape):
        axes.text(
            column,
            row,
            f"{matrix[row, column]}\n{share[row, column]:.0%}",
            ha="center",
            va="center",
            fontsize=8,
            color="white" if share[row, column] > 0.5 else "black",
        )
    axes.set_xticks(range(len(CLASSES)), CLASSES)
    axes.set_yticks(range(len(CLASSES)), CLASSES)
    axes.set_xlabel("model's verdict")
    axes.set_ylabel("CinC 2017 label")
    axes.set_title("Held-out recordings, cinc reading", fontsize=9)
    _save(figure, path)


def draw_reliability(
    by_calibration: dict[str, NDArray[np.float64]], truth: NDArray[np.int64], path: Path
) -> None:
    """Probabilities [windows, CLASSES] by what they are called, and the class of each window."""
    figure = Figure(figsize=(4.2, 3.8), dpi=100)
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color="0.6", linewidth=1)
    for (label, p), colour in zip(by_calibration.items(), _COLOURS, strict=False):
        rows = [row for row in reliability(p, truth) if row[0] >= FEWEST_IN_A_BIN]
        axes.plot([x for _, x, _ in rows], [y for _, _, y in rows], "o-", color=colour, label=label)
    axes.set_xlim(0.2, 1)
    axes.set_ylim(0.2, 1)
    axes.set_xlabel("confidence of the verdict")
    axes.set_ylabel("part that agrees with the label")
    axes.set_title("Held-out 10-s windows, cinc reading", fontsize=9)
    axes.legend(fontsize=8)
    _save(figure, path)


def _save(figure: Figure, path: Path) -> None:
    figure.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    # No date and no version inside: the same figures give the same file.
    figure.savefig(path, metadata={"Software": None})
