"""The picture of a run's course (curve.py); apart from it so that learning needs no matplotlib."""

from __future__ import annotations

from pathlib import Path

from matplotlib.figure import Figure

from .curve import read_curve


def draw_curve(run: Path, title: str, path: Path) -> None:
    """Loss and learning rate by epoch. Held-out loss is looked at, never chosen by.

    A second stage learns from recordings' verdicts as well: its loss is another one.
    """
    rows = read_curve(run)
    figure = Figure(figsize=(5.2, 3.4), dpi=100)
    axes = figure.subplots()
    epochs = [int(row["epoch"]) for row in rows]
    for stage, words in (("1", "training"), ("2", "training, with recordings' verdicts")):
        own = [row for row in rows if row["stage"] == stage]
        if own:
            loss = [float(row["loss"]) for row in own]
            axes.plot([int(row["epoch"]) for row in own], loss, label=words)
    measured = [row for row in rows if row["held_out_loss"]]
    if measured:
        axes.plot(
            [int(row["epoch"]) for row in measured],
            [float(row["held_out_loss"]) for row in measured],
            label="held out, moving average",
        )
    rate = axes.twinx()
    rate.plot(epochs, [float(row["learning_rate"]) for row in rows], color="0.7", linewidth=1)
    rate.set_ylabel("learning rate", color="0.5")
    axes.set_xlabel("epoch")
    axes.set_ylabel("loss")
    axes.set_title(title, fontsize=9)
    axes.legend(fontsize=8)
    figure.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Software": None})
