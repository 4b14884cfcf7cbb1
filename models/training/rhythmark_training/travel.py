"""Sets made small enough to be sent to another machine, and unpacked there.

python -m rhythmark_training.travel pack DATA OUT
python -m rhythmark_training.travel unpack OUT DATA

Samples are rounded to a hundredth of the trace's typical swing, which is far below the noise that
training adds, and kept as second differences: the sets of the shipped model fit into 40 MB.
"""

from __future__ import annotations

import csv
import io
import json
import sys
import tarfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .classes import SAMPLING_HZ
from .sets import find_sets

STEPS_A_SWING = 100
_PART = 2 * SAMPLING_HZ
_ENDING = ".tar.xz"
_TABLES = ("manifest.json", "traces.csv", "windows.csv")


def main(words: list[str]) -> None:
    if len(words) != 3 or words[0] not in ("pack", "unpack"):
        raise SystemExit(__doc__)
    source, target = Path(words[1]), Path(words[2])
    target.mkdir(parents=True, exist_ok=True)
    if words[0] == "pack":
        folders = list(find_sets(source).values())
        with ThreadPoolExecutor(2) as pool:  # xz leaves the interpreter free
            list(pool.map(lambda folder: pack(folder, target / f"{folder.name}{_ENDING}"), folders))
    else:
        packed = sorted(source.glob(f"*{_ENDING}"))
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda path: unpack(path, target / path.name.split(".")[0]), packed))


def pack(folder: Path, path: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    missing = int(manifest["missingCount"])
    counts = np.fromfile(folder / "signals.i16", dtype="<i2")
    traces = _rows(folder / "traces.csv")
    packed = []
    for row in traces:
        first, samples = int(row["first"]), int(row["samples"])
        rounded, step = _rounded(counts[first : first + samples], missing)
        packed.append(_folded(rounded))
        row["unit_per_count"] = repr(float(row["unit_per_count"]) * step)
    content = np.concatenate(packed)
    files = {
        "manifest.json": (folder / "manifest.json").read_bytes(),
        "windows.csv": (folder / "windows.csv").read_bytes(),
        "traces.csv": _text(traces).encode(),
        # Low bytes, then high ones: the latter are nearly all 0.
        "low": (content & 0xFF).astype(np.uint8).tobytes(),
        "high": (content >> 8).astype(np.uint8).tobytes(),
    }
    with tarfile.open(path, "w:xz", preset=6) as archive:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))


def unpack(path: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "r:xz") as archive:
        low, high = (
            np.frombuffer(archive.extractfile(name).read(), dtype=np.uint8)
            for name in ("low", "high")
        )
        # By their names, and no others: what an archive lists may lie outside the folder.
        for name in _TABLES:
            (folder / name).write_bytes(archive.extractfile(name).read())
    content = low.astype(np.uint16) | (high.astype(np.uint16) << 8)
    counts = np.empty(len(content), dtype="<i2")
    for row in _rows(folder / "traces.csv"):
        at = slice(int(row["first"]), int(row["first"]) + int(row["samples"]))
        counts[at] = _unfolded(content[at])
    counts.tofile(folder / "signals.i16")


def _rounded(counts: NDArray[np.int16], missing: int) -> tuple[NDArray[np.int16], float]:
    """Counts in steps of the second; missing ones stay what they are."""
    there = counts != missing
    whole = counts[: len(counts) // _PART * _PART].reshape(-1, _PART).astype(np.int32)
    swing = float(np.median(np.ptp(whole, axis=1))) if len(whole) else float(np.ptp(counts))
    step = max(swing / STEPS_A_SWING, 1.0)
    return np.where(there, np.rint(counts / step), missing).astype(np.int16), step


def _folded(counts: NDArray[np.int16]) -> NDArray[np.uint16]:
    """Second differences (modulo 2^16), small ones of either sign as small numbers."""
    second = np.diff(counts, n=2, prepend=np.zeros(2, dtype=np.int16))
    return ((second << 1) ^ (second >> 15)).astype(np.uint16)


def _unfolded(content: NDArray[np.uint16]) -> NDArray[np.int16]:
    second = (content >> 1).astype(np.int16) ^ -(content & 1).astype(np.int16)
    first = np.cumsum(second, dtype=np.int16)
    return np.cumsum(first, dtype=np.int16)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _text(rows: list[dict[str, str]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


if __name__ == "__main__":
    main(sys.argv[1:])
