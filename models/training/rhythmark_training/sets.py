"""Reads what `rhythmark dataset` writes (src-main/services/dataset/training-folder.ts)."""

from __future__ import annotations

import csv
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from .classes import LABELS, SAMPLING_HZ, WINDOW_SAMPLES
from .signals import Signals

CPU = torch.device("cpu")

DATASET_VERSION = 1
UNLABELLED = -1

# Where the sets are from, for the manifest of a model that learned from them.
SOURCES: dict[str, dict[str, str]] = {
    "cinc2017": {
        "licence": "ODC-BY 1.0",
        "source": "PhysioNet/CinC Challenge 2017, public training set, labels v3",
    },
    "ptbxl-rhythm": {
        "licence": "CC BY 4.0",
        "source": "PTB-XL 1.0.3 with the labels of the PhysioNet/CinC Challenge 2020",
    },
    "mitdb-ds1": {"licence": "ODC-BY 1.0", "source": "MIT-BIH Arrhythmia Database, DS1 and paced"},
    "cpsc2021": {"licence": "CC BY 4.0", "source": "CPSC 2021"},
}


@dataclass(frozen=True)
class LabelledSet:
    """One set in memory. Arrays of traces (one lead of one recording) and of windows in them."""

    name: str
    preprocessing: str
    # `recordings` where a label holds for any crop of its recording, `windows` where only for one.
    labels_of: str
    # Of readers' verdicts, the reading that they were given under.
    reading: str | None
    counts: NDArray[np.int16]
    missing: int
    # One entry a trace.
    recording: NDArray[np.str_]
    subject: NDArray[np.str_]
    lead: NDArray[np.str_]
    first: NDArray[np.int64]
    samples: NDArray[np.int64]
    recorded: NDArray[np.int64]
    unit_per_count: NDArray[np.float32]
    # One entry a window; `label` indexes LABELS or is UNLABELLED.
    window_trace: NDArray[np.int64]
    window_start: NDArray[np.int64]
    window_planned: NDArray[np.bool_]
    window_label: NDArray[np.int64]
    window_note: NDArray[np.str_]

    def signals(self, device: torch.device = CPU) -> Signals:
        return Signals(
            counts=torch.from_numpy(self.counts).to(device),
            missing=self.missing,
            first=torch.from_numpy(self.first).to(device),
            samples=torch.from_numpy(self.samples).to(device),
            unit_per_count=torch.from_numpy(self.unit_per_count).to(device),
        )

    def windows(self, index: NDArray[np.int64]) -> Tensor:
        """Windows of `windows.csv` as they stand, [n, 2500]."""
        trace = self.window_trace[index]
        start = self.window_start[index].astype(np.float64)
        return self.signals().crops(trace, start, np.ones(len(index)))

    @property
    def labels_whole_recordings(self) -> bool:
        """True where every window of a recording has one label: a crop may then begin anywhere."""
        return self.labels_of == "recordings"


def find_sets(folder: Path) -> dict[str, Path]:
    """The sets in `folder` itself or one level below it, by name."""
    candidates = [folder, *sorted(path for path in folder.iterdir() if path.is_dir())]
    found = {}
    for candidate in candidates:
        manifest = candidate / "manifest.json"
        if manifest.is_file():
            found[str(_manifest_of(manifest)["name"])] = candidate
    if not found:
        raise FileNotFoundError(f"no set that `rhythmark dataset` wrote in {folder}")
    return found


def load_set(folder: Path) -> LabelledSet:
    """Raises ValueError where the folder is of another version or contradicts itself."""
    manifest = _manifest_of(folder / "manifest.json")
    expected = (DATASET_VERSION, SAMPLING_HZ, WINDOW_SAMPLES)
    if (manifest["datasetVersion"], manifest["samplingHz"], manifest["windowSamples"]) != expected:
        raise ValueError(f"{folder} is of another version: write it again with `rhythmark dataset`")
    traces = _columns(folder / "traces.csv")
    windows = _columns(folder / "windows.csv")
    counts = np.fromfile(folder / "signals.i16", dtype="<i2")
    samples = np.array(traces["samples"], dtype=np.int64)
    if samples.sum() != len(counts) or len(samples) != manifest["traces"]:
        raise ValueError(f"{folder}: traces.csv and signals.i16 do not agree")
    planned = np.array(windows["planned"]) == "1"
    # Sets that older versions wrote do not say; of theirs, only those of whole recordings have no
    # windows between the planned ones.
    labels_of = manifest.get("labelsOf", "recordings" if planned.all() else "windows")
    label_of = {name: index for index, name in enumerate(LABELS)} | {"": UNLABELLED}
    return LabelledSet(
        name=str(manifest["name"]),
        preprocessing=str(manifest["preprocessing"]),
        labels_of=str(labels_of),
        reading=manifest.get("verdicts", {}).get("reading"),
        counts=counts,
        missing=int(manifest["missingCount"]),
        recording=np.array(traces["recording"]),
        subject=np.array(traces["subject"]),
        lead=np.array(traces["lead"]),
        first=np.array(traces["first"], dtype=np.int64),
        samples=samples,
        recorded=np.array(traces["recorded"], dtype=np.int64),
        unit_per_count=np.array(traces["unit_per_count"], dtype=np.float32),
        window_trace=np.array(windows["trace"], dtype=np.int64),
        window_start=np.array(windows["start"], dtype=np.int64),
        window_planned=planned,
        window_label=np.array([label_of[label] for label in windows["label"]], dtype=np.int64),
        window_note=np.array(windows["note"]),
    )


def fold_of_subjects(subjects: list[str], strata: list[str], folds: int, seed: int) -> list[int]:
    """Stratified folds: in each stratum, subjects in the order of a hash are dealt out in turn.

    The hash (SHA-256 of `seed:subject`) makes the split a fact of the names alone, whatever the
    version of Python or NumPy.
    """
    result = [0] * len(subjects)
    for stratum in sorted(set(strata)):
        members = [index for index, other in enumerate(strata) if other == stratum]
        members.sort(
            key=lambda index: hashlib.sha256(f"{seed}:{subjects[index]}".encode()).digest()
        )
        for turn, index in enumerate(members):
            result[index] = turn % folds
    return result


def subject_order(data: LabelledSet, seed: int) -> list[str]:
    """People with a label, by the commonest of their labels, then by a hash of their names.

    Every k-th of them is a split as even as so few people allow, and a fact of the names.
    """
    counts: dict[str, list[int]] = {}
    for trace, label in zip(data.window_trace.tolist(), data.window_label.tolist(), strict=True):
        if label != UNLABELLED:
            counts.setdefault(str(data.subject[trace]), [0] * len(LABELS))[label] += 1
    return sorted(
        counts,
        key=lambda subject: (
            counts[subject].index(max(counts[subject])),
            hashlib.sha256(f"{seed}:{subject}".encode()).digest(),
        ),
    )


def _manifest_of(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


def _columns(path: Path) -> dict[str, list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    return {name: [row[at] for row in rows[1:]] for at, name in enumerate(rows[0])}
