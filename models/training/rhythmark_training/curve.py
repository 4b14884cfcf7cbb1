"""The course of a run: a line for each epoch beside its checkpoint."""

from __future__ import annotations

import csv
from pathlib import Path

from .checkpoints import Stage

FILE = "curve.csv"
COLUMNS = ("epoch", "stage", "loss", "learning_rate", "held_out_loss")


def note_epoch(
    stage: Stage, epoch: int, loss: float, rate: float, held_out: float | None = None
) -> None:
    """Adds a line, whole or not at all; epochs of all stages are counted on.

    A run that was continued from an earlier epoch overwrites from there.
    """
    run, epoch = stage.run, stage.epochs_before + epoch
    rows = [row for row in read_curve(run) if int(row["epoch"]) < epoch]
    rows.append(
        {
            "epoch": str(epoch),
            "stage": str(stage.number),
            "loss": f"{loss:.5f}",
            "learning_rate": f"{rate:.3e}",
            "held_out_loss": "" if held_out is None else f"{held_out:.5f}",
        }
    )
    temporary = run / f"{FILE}.part"
    with temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    temporary.replace(run / FILE)


def read_curve(run: Path) -> list[dict[str, str]]:
    """Lines from before there were second stages name no stage: they are of the first."""
    path = run / FILE
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [row | {"stage": row.get("stage") or "1"} for row in csv.DictReader(file)]
