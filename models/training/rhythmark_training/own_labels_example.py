"""The whole way from readers' verdicts to a model of one's own, on the synthesised recordings.

    python -m rhythmark_training.own_labels_example --folder example

makes recordings of 48 synthetic people, has the program classify them, corrects its labels as a
reader would who knows what was synthesised, writes the training set and fine-tunes the shipped
model on it. Every command is printed before it runs. It shows the way: what a network learns of
synthetic people is true of no patient.
"""

from __future__ import annotations

import argparse
import csv
import subprocess
import sys
from pathlib import Path

READER = "synthetic reader"

# What the reader calls a window, by the kind that a recording's name ends with. Of sinus rhythm
# with premature beats it depends on the beats in the window.
VERDICTS = {
    "normal": "normal",
    "af": "af",
    "flutter": "other",
    "bigeminy": "other",
    "noise": "noise",
}
PREMATURE = {"V", "A"}

RHYTHMARK = ["npm", "run", "--silent", "rhythmark", "--"]


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m rhythmark_training.own_labels_example", description=__doc__
    )
    parser.add_argument("--folder", type=Path, required=True, help="for everything it makes")
    parser.add_argument("--from", dest="start", type=Path, help="model; default: the shipped one")
    arguments = parser.parse_args()
    models = Path(__file__).resolve().parents[2]
    start = arguments.start or max(models.glob("rhythm-effnet-*.onnx"), key=_version)
    folder = arguments.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    recordings, labels, corrected = (
        folder / name for name in ("recordings", "labels.csv", "corrected.csv")
    )
    _run(["npm", "run", "--silent", "demo", str(recordings), "--", "--ward"], models)
    _run([*RHYTHMARK, "classify", str(recordings), "--out", str(labels)], models)
    _correct(models, labels, corrected)
    table = ["--verdicts", str(corrected)]
    _run([*RHYTHMARK, "dataset", str(recordings), *table, "--out", str(folder / "set")], models)
    _run(
        [
            *(sys.executable, "-m", "rhythmark_training.fine_tune"),
            *("--dataset", str(folder / "set"), "--from", str(start)),
            *("--out", str(folder / "models"), "--name", "ward"),
        ],
        models / "training",
    )


def _version(model: Path) -> list[int]:
    return [int(part) for part in model.stem.rsplit("-", 1)[1].split(".")]


def _correct(models: Path, labels: Path, corrected: Path) -> None:
    """Puts the reader's labels and name into a copy of the table."""
    with labels.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    premature: dict[str, list[float]] = {}
    changed = 0
    for row in rows:
        kind, path = row["recording"].rsplit("-", 1)[1], row["path"]
        if kind not in VERDICTS and path not in premature:
            premature[path] = _premature_beats(models, path)
        start, end = float(row["start_s"]), float(row["end_s"])
        has_any = any(start <= at < end for at in premature.get(path, []))
        said = VERDICTS.get(kind, "ectopy" if has_any else "normal")
        changed += row["label"] != said
        row |= {"label": said, "reader": READER}
    with corrected.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    print(f"the reader changed {changed} of {len(rows)} labels", flush=True)


def _premature_beats(models: Path, path: str) -> list[float]:
    """Seconds, from the annotations beside the recording."""
    printed = subprocess.run(
        [*RHYTHMARK, "annotations", path], cwd=models, check=True, stdout=subprocess.PIPE, text=True
    ).stdout
    times = []
    for row in csv.DictReader(printed.splitlines()):
        if row["symbol"] in PREMATURE:
            minutes, seconds = row["time"].split(":")
            times.append(60 * float(minutes) + float(seconds))
    return times


def _run(command: list[str], folder: Path) -> None:
    print("$", " ".join(command), flush=True)
    subprocess.run(command, cwd=folder, check=True)


if __name__ == "__main__":
    main()
