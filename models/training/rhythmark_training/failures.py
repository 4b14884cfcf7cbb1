"""Pictures of what the model gets wrong, for the model card: the surest mistakes of each kind.

    python -m rhythmark_training.failures --dataset DATA --model rhythm-effnet-1.4.0

Windows of CinC 2017 by the networks that never saw them (`failures.png`), and of sets that a
network has never seen (`failures-outside.png`). Chosen by a rule, not by eye: of each kind of
mistake the window whose wrong verdict is surest when it is judged alone, of each set at most one a
person; who is shown for one kind is passed over for the kinds below it.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .classes import CLASSES, LABELS, SAMPLING_HZ, WINDOW_SAMPLES
from .config import TrainConfig
from .families import family_of
from .held_out_file import Rows
from .judged_windows import JudgedWindows, never_seen, out_of_fold
from .leave_out import NOTE_FLUTTER
from .metrics import cinc_reading, rhythm_reading
from .oof import GROUP, REPORTS
from .scaling import scale_windows
from .sets import LabelledSet, find_sets, load_set
from .strips import Strip, draw_strips

READINGS = {"cinc": cinc_reading, "rhythm": rhythm_reading}
NOT_AF = ("normal", "ectopy", "other")


@dataclass(frozen=True)
class Kind:
    """Windows of one of `labels` that were called one of `said`."""

    words: str
    labels: tuple[str, ...]
    said: tuple[str, ...]
    reading: str = "cinc"
    lead: str | None = None
    note: str | None = None


INSIDE = (
    Kind("Other called Normal", ("ectopy-or-other",), ("normal",)),
    Kind("Noise called Normal", ("noise",), ("normal",)),
    Kind("AF called Other", ("af",), ("other",)),
    Kind("Normal called AF", ("normal",), ("af",)),
    Kind("Other called AF", ("ectopy-or-other",), ("af",)),
    Kind("Normal called Other", ("normal",), ("other",)),
)
OUTSIDE = {
    "cpsc2021": (Kind("No AF, called AF", NOT_AF, ("af",)),),
    "mitdb-ds1": (
        Kind("AF missed", ("af",), ("normal", "other", "noise")),
        Kind("Normal called Other", ("normal",), ("other",), reading="rhythm"),
        Kind("Ectopy called Normal", ("ectopy",), ("normal",)),
    ),
    "ptbxl-rhythm": (
        Kind("Flutter called AF", ("other",), ("af",), lead="I", note=NOTE_FLUTTER),
        Kind("AF missed", ("af",), ("normal", "other", "noise"), lead="I"),
    ),
}

_SET_WORDS = {
    "cinc2017": "CinC 2017",
    "cpsc2021": "CPSC 2021",
    "mitdb-ds1": "MIT-BIH",
    "ptbxl-rhythm": "PTB-XL",
}
_CLASS_WORDS = {"normal": "Normal", "af": "AF", "other": "Other", "noise": "Noise"}
_LABEL_WORDS = _CLASS_WORDS | {"ectopy": "ectopy in sinus rhythm", "ectopy-or-other": "Other"}
# CinC 2017 does not tell whose its recordings are.
_PEOPLE_WORDS = (("person", "people"), ("recording", "recordings"))
# All four sets state the mV of their samples in their headers.
_SCALE = (
    "25 mm/s, 10 mm/mV: a small square is 0.04 s by 0.1 mV. Before each strip 1 mV for 0.2 s. "
    "Filtered 0.5-40 Hz, as the network reads it: not for ST segments."
)


@dataclass(frozen=True)
class Mistake:
    """Row of `JudgedWindows`; `windows` of `people` are mistakes of this kind."""

    kind: Kind
    row: int
    windows: int
    people: int


def main() -> None:
    parser = argparse.ArgumentParser("python -m rhythmark_training.failures")
    parser.add_argument("--dataset", type=Path, required=True)
    parser.add_argument("--model", default=family_of(TrainConfig().network))
    parser.add_argument("--reports", type=Path, default=REPORTS)
    arguments = parser.parse_args()
    folder = arguments.reports / arguments.model
    sets = find_sets(arguments.dataset)
    inside = _strips_of(out_of_fold(folder), INSIDE, sets[GROUP])
    outside = [
        strip
        for name, judged in never_seen(folder).items()
        for strip in _strips_of(judged, OUTSIDE[name], sets[name])
    ]
    pictures = (
        ("failures.png", inside, "CinC 2017, by networks that never saw the recording"),
        ("failures-outside.png", outside, "sets that the network never saw"),
    )
    for name, strips, source in pictures:
        if strips:
            title = f"{arguments.model}: the surest mistakes of {len(strips)} kinds; {source}"
            draw_strips(strips, title, _SCALE, folder / name)
        for each in strips:
            print(f"{each.title}\n    {each.words}")


def surest(judged: JudgedWindows, kinds: tuple[Kind, ...]) -> list[Mistake]:
    """Of each kind that occurs the surest, of nobody twice."""
    shown: list[str] = []
    mistakes = []
    for kind in kinds:
        p = READINGS[kind.reading](judged.alone)
        wrong = _wrong(judged.rows, p, kind)
        free = wrong & ~np.isin(judged.rows.subject, shown)
        if free.any():
            row = int(np.where(free, p.max(1), 0).argmax())
            people = len(np.unique(judged.rows.subject[wrong]))
            mistakes.append(Mistake(kind, row, int(wrong.sum()), people))
            shown.append(str(judged.rows.subject[row]))
    return mistakes


def _wrong(rows: Rows, p: NDArray[np.float64], kind: Kind) -> NDArray[np.bool_]:
    wrong = np.isin(rows.label, [LABELS.index(label) for label in kind.labels])
    wrong &= np.isin(p.argmax(1), [CLASSES.index(said) for said in kind.said])
    if kind.lead is not None:
        wrong &= rows.lead == kind.lead
    if kind.note is not None:
        wrong &= rows.note == kind.note
    return wrong


def _strips_of(judged: JudgedWindows, kinds: tuple[Kind, ...], folder: Path) -> list[Strip]:
    mistakes, data = surest(judged, kinds), load_set(folder)
    return [_strip_of(judged, mistake, data) for mistake in mistakes]


def _strip_of(judged: JudgedWindows, mistake: Mistake, data: LabelledSet) -> Strip:
    rows, row, kind = judged.rows, mistake.row, mistake.kind
    window = window_of(rows, row, data)
    start_s = int(data.window_start[window]) // SAMPLING_HZ
    reading = READINGS[kind.reading]
    alone = _verdict(reading(judged.alone[row : row + 1])[0])
    context = _verdict(reading(judged.context[row : row + 1])[0])
    lead = "" if data.name == GROUP else f" lead {rows.lead[row]},"
    note = f" ({kind.note})" if kind.note else ""
    words = (
        f"{_SET_WORDS[data.name]} {rows.recording[row]},{lead} {_clock(start_s)} to "
        f"{_clock(start_s + WINDOW_SAMPLES // SAMPLING_HZ)}. "
        f"Label: {_LABEL_WORDS[LABELS[rows.label[row]]]}{note}. Verdict: {alone}"
        + (", rhythm reading" if kind.reading == "rhythm" else "")
        + (f"; in context {context}" if context != alone else "")
    )
    title = (
        f"{kind.words}: the surest of {_counted(mistake.windows, 'window', 'windows')} "
        f"of {_counted(mistake.people, *_PEOPLE_WORDS[data.name == GROUP])}"
    )
    return Strip(title, words, data.windows(np.array([window]))[0].numpy())


def window_of(rows: Rows, row: int, data: LabelledSet) -> int:
    """The window of `data` that the row is about. Raises ValueError where the two do not agree."""
    of_lead = (rows.recording == rows.recording[row]) & (rows.lead == rows.lead[row])
    place = int(of_lead[:row].sum())
    traces = np.flatnonzero((data.recording == rows.recording[row]) & (data.lead == rows.lead[row]))
    planned = np.flatnonzero(data.window_planned & np.isin(data.window_trace, traces))
    # `predict` leaves out windows without enough signal.
    read = planned[scale_windows(data.windows(planned))[1].numpy()]
    if len(read) != of_lead.sum() or data.window_label[read[place]] != rows.label[row]:
        raise ValueError(f"{data.name} is not the set that these predictions are of")
    return int(read[place])


def _verdict(p: NDArray[np.float64]) -> str:
    return f"{_CLASS_WORDS[CLASSES[int(p.argmax())]]} {100 * p.max():.0f} %"


def _clock(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02d}"


def _counted(count: int, one: str, several: str) -> str:
    return f"{count:,} {one if count == 1 else several}"


if __name__ == "__main__":
    main()
