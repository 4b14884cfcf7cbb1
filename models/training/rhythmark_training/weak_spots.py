"""The weak spots of a model in numbers, from its held-out predictions alone.

    python -m rhythmark_training.weak_spots --model rhythm-effnet-1.4.0 [--labels CSV] [--json]

What flutter is called, whose rhythm is taken for AF, F1 of each class on sets never seen, what
neighbours do to a verdict; with PTB-XL's `labels.csv` also AF and normal rhythm by sex and age. Of
windows alone where it does not say "in context". Intervals: bootstrap over people; of PTB-XL, where
a patient is not known, over recordings.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .classes import CLASSES, LABELS
from .config import TrainConfig
from .families import family_of
from .held_out_file import Rows
from .judged_windows import JudgedWindows, never_seen, out_of_fold
from .leave_out import AF, NOTE_FLUTTER, NOTED_SET, OTHER
from .metrics import CLASS_OF_LABEL_CINC, CLASS_OF_LABEL_RHYTHM, cinc_reading, rhythm_reading
from .oof import REPORTS
from .resampled import confusion_by_cluster, draws, f1_of_draws, interval, share_with_interval
from .sets import UNLABELLED
from .sex_and_age import FEWEST_PEOPLE, by_sex_and_age, people_in
from .weak_spots_text import text_of

Reading = Callable[[NDArray[np.float64]], NDArray[np.float64]]

READINGS: dict[str, tuple[Reading, NDArray[np.int64]]] = {
    "cinc": (cinc_reading, CLASS_OF_LABEL_CINC),
    "rhythm": (rhythm_reading, CLASS_OF_LABEL_RHYTHM),
}
# Of a clinical recording's leads the one that a patch or a watch is nearest to, as in the protocol.
_FIRST_LEAD = "I"
_FEW_PEOPLE_SET = "cpsc2021"


def main() -> None:
    parser = argparse.ArgumentParser("python -m rhythmark_training.weak_spots")
    parser.add_argument("--model", default=family_of(TrainConfig().network))
    parser.add_argument("--reports", type=Path, default=REPORTS)
    parser.add_argument("--labels", type=Path, help="labels.csv of PTB-XL, for sex and age")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    figures = figures_of(arguments.reports / arguments.model, arguments.labels)
    print(json.dumps(figures, indent=1) if arguments.json else text_of(figures))


def figures_of(folder: Path, labels: Path | None) -> dict[str, Any]:
    """Of the sets that the folder has predictions of."""
    outside = never_seen(folder)
    figures: dict[str, Any] = {"model": folder.name}
    noted = outside.get(NOTED_SET)
    if noted is not None:
        figures["flutterCalled"] = {
            "lead I": _flutter(noted.part(noted.rows.lead == _FIRST_LEAD)),
            "every lead": _flutter(noted),
        }
        outside[NOTED_SET] = noted = noted.part(noted.rows.lead == _FIRST_LEAD)
    labelled = {
        name: judged.part(judged.rows.label != UNLABELLED) for name, judged in outside.items()
    }
    if _FEW_PEOPLE_SET in labelled:
        figures["afByPerson"] = {_FEW_PEOPLE_SET: _af_by_person(labelled[_FEW_PEOPLE_SET])}
    figures["f1"] = {name: _f1_by_reading(judged) for name, judged in labelled.items()}
    inside = out_of_fold(folder)
    figures["context"] = {
        name: _context(judged)
        for name, judged in {inside.name: inside, **labelled}.items()
        if judged.have_neighbours
    }
    if noted is not None and labels is not None:
        figures["bySexAndAge"] = by_sex_and_age(noted, people_in(labels))
    return figures


def _flutter(judged: JudgedWindows) -> dict[str, Any]:
    """`flutter` is noted on the first window of a lead, and these leads have one."""
    chosen = judged.part(judged.rows.note == NOTE_FLUTTER)
    said = cinc_reading(chosen.alone).argmax(1)
    return {
        name: share_with_interval(said == index, chosen.rows.subject)
        for index, name in enumerate(CLASSES)
    }


def _af_by_person(judged: JudgedWindows) -> dict[str, Any]:
    """Windows with AF and the `rest`; `right` are those rightly called AF, or not."""
    is_af = judged.rows.label == LABELS.index("af")
    alone, context = (
        (cinc_reading(p).argmax(1) == AF) == is_af for p in (judged.alone, judged.context)
    )
    return {
        str(person): {
            name: {
                "windows": int(rows.sum()),
                "right": int(alone[rows].sum()),
                "rightInContext": int(context[rows].sum()),
            }
            for name, rows in (("af", is_af & here), ("rest", ~is_af & here))
        }
        for person in np.unique(judged.rows.subject)
        for here in [judged.rows.subject == person]
    }


def _f1_by_reading(judged: JudgedWindows) -> dict[str, Any]:
    ways = {"alone": judged.alone}
    if judged.have_neighbours:
        ways["context"] = judged.context
    return {
        name: {
            way: _f1_of_each_class(class_of[judged.rows.label], reading(p).argmax(1), judged.rows)
            for way, p in ways.items()
        }
        for name, (reading, class_of) in READINGS.items()
    }


def _f1_of_each_class(
    truth: NDArray[np.int64], said: NDArray[np.int64], rows: Rows
) -> dict[str, Any]:
    """A class that no window has gets no F1: only how many windows were called it. With few people
    of a class many draws have none of them: no interval then."""
    _, cluster = np.unique(rows.subject, return_inverse=True)
    matrices = confusion_by_cluster(truth, said, cluster)
    once = f1_of_draws(matrices, np.ones((1, len(matrices))))[0]
    drawn = f1_of_draws(matrices, draws(len(matrices)))
    figures = {}
    for index, name in enumerate(CLASSES):
        people = len(np.unique(rows.subject[truth == index]))
        figures[name] = {
            "f1": round(float(once[index]), 4) if people else None,
            "interval95": interval(drawn[:, index]) if people >= FEWEST_PEOPLE else None,
            "windows": int((truth == index).sum()),
            "people": people,
            "called": int((said == index).sum()),
        }
    return figures


def _context(judged: JudgedWindows) -> dict[str, Any]:
    """`corrected` and `spoiled` are windows whose verdict was wrong, or right, alone only."""
    truth = CLASS_OF_LABEL_CINC[judged.rows.label]
    alone, context = (cinc_reading(p).argmax(1) for p in (judged.alone, judged.context))
    return {
        "windows": len(truth),
        "changed": int((alone != context).sum()),
        "corrected": int(((alone != truth) & (context == truth)).sum()),
        "spoiled": int(((alone == truth) & (context != truth)).sum()),
        "alone": _af_and_normal(judged.rows, judged.alone),
        "context": _af_and_normal(judged.rows, judged.context),
    }


def _af_and_normal(rows: Rows, p: NDArray[np.float64]) -> dict[str, Any]:
    called_af = cinc_reading(p).argmax(1) == AF
    is_af, is_normal = (rows.label == LABELS.index(name) for name in ("af", "normal"))
    return {
        "afSensitivity": share_with_interval(called_af[is_af], rows.subject[is_af]),
        "afSpecificity": share_with_interval(~called_af[~is_af], rows.subject[~is_af]),
        "normalCalledOther": {
            name: share_with_interval(
                reading(p[is_normal]).argmax(1) == OTHER, rows.subject[is_normal]
            )
            for name, (reading, _) in READINGS.items()
        },
    }


if __name__ == "__main__":
    main()
