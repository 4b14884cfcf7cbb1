"""Windows of PTB-XL by the sex and the age that its `labels.csv` states."""

from __future__ import annotations

import csv
import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .classes import LABELS
from .judged_windows import JudgedWindows
from .leave_out import AF, NOTE_SINUS_ALONE, OTHER
from .metrics import cinc_reading, rhythm_reading
from .resampled import share_with_interval
from .sets import UNLABELLED

# Of fewer people no part is given.
FEWEST_PEOPLE = 5

_SEXES = {"Female": "women", "Male": "men"}
_NO_SEX, _NO_AGE = "sex not stated", "age not stated"
# The name of each group, and the age below which it ends.
_AGES = (("under 40", 40), ("40 to 59", 60), ("60 to 74", 75), ("75 and over", math.inf))


def people_in(labels: Path) -> dict[int, tuple[str, str]]:
    """Sex and age group of each recording, by its number. Raises ValueError on another table."""
    with labels.open(encoding="utf-8", newline="") as file:
        table = csv.DictReader(file)
        if not {"ecg_id", "age", "sex"} <= set(table.fieldnames or ()):
            raise ValueError(f"{labels} has no columns ecg_id, age and sex")
        return {
            int(row["ecg_id"]): (_SEXES.get(row["sex"], _NO_SEX), _age_group(row["age"]))
            for row in table
        }


def by_sex_and_age(
    judged: JudgedWindows, people: dict[int, tuple[str, str]]
) -> dict[str, dict[str, Any]]:
    """Of windows alone, by the name of the group; `all` is everyone. Raises KeyError where a
    recording is not in the table."""
    of = [people[int(name)] for name in judged.rows.recording]
    groups = {"all": np.ones(len(of), dtype=bool)}
    for place, names in enumerate(
        ((*_SEXES.values(), _NO_SEX), (*(name for name, _ in _AGES), _NO_AGE))
    ):
        stated = np.array([each[place] for each in of])
        groups |= {name: stated == name for name in names if (stated == name).any()}
    return {name: _figures(judged.part(rows)) for name, rows in groups.items()}


def _age_group(age: str) -> str:
    """PTB-XL has -1 and nothing where no age is stated."""
    years = float(age or -1)
    return next((name for name, end in _AGES if 0 <= years < end), _NO_AGE)


def _figures(judged: JudgedWindows) -> dict[str, Any]:
    """AF against all other labelled windows; normal is sinus rhythm and nothing else, as in the
    protocol."""
    rows, p = judged.rows, judged.alone
    called_af = cinc_reading(p).argmax(1) == AF
    is_af = rows.label == LABELS.index("af")
    rest = ~is_af & (rows.label != UNLABELLED)
    normal = (rows.label == LABELS.index("normal")) & (rows.note == NOTE_SINUS_ALONE)
    return {
        "afSensitivity": _share(called_af, rows.subject, is_af),
        "afSpecificity": _share(~called_af, rows.subject, rest),
        "normalCalledOther": {
            name: _share(reading(p).argmax(1) == OTHER, rows.subject, normal)
            for name, reading in (("cinc", cinc_reading), ("rhythm", rhythm_reading))
        },
    }


def _share(
    hit: NDArray[np.bool_], subject: NDArray[np.str_], of: NDArray[np.bool_]
) -> dict[str, Any]:
    share = share_with_interval(hit[of], subject[of])
    few = len(np.unique(subject[of])) < FEWEST_PEOPLE
    return {"value": None, "windows": share["windows"], "people": share["people"]} if few else share
