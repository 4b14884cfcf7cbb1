"""Writes recorded noise as a labelled set that `rhythmark dataset` reads.

`../shared/data/em-noise` is a NumPy array; a WFDB record with the label "too noisy" (CinC 2017's
`~`) brings it through the program's own reader and band-pass, as every other signal.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

NAME = "em"


def write_record(array: Path, folder: Path, sampling_hz: int, adu_per_mv: int) -> None:
    """`array` int16 [samples, channels] -> NAME.hea, NAME.dat (format 16) and REFERENCE.csv."""
    samples = np.load(array)
    folder.mkdir(parents=True, exist_ok=True)
    samples.astype("<i2").tofile(folder / f"{NAME}.dat")
    length, channels = samples.shape
    lines = [f"{NAME} {channels} {sampling_hz} {length}"]
    lines += [f"{NAME}.dat 16 {adu_per_mv} 16 0 0 0 0 noise{index}" for index in range(channels)]
    (folder / f"{NAME}.hea").write_text("\n".join(lines) + "\n", encoding="ascii")
    (folder / "REFERENCE.csv").write_text(f"{NAME},~\n", encoding="ascii")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("array", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sampling-hz", type=int, default=360)
    parser.add_argument("--adu-per-mv", type=int, default=200)
    arguments = parser.parse_args()
    write_record(arguments.array, arguments.folder, arguments.sampling_hz, arguments.adu_per_mv)
