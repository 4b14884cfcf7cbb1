"""Held-out windows and what the program says of them, alone and in context, as stored.

Calibration and context are fitted on recordings of CinC 2017 that are not judged by them: there on
the other folds, for a set that was left out on the fold of CinC 2017 that was held out with it.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .calibrate import fit_calibration
from .held_out_file import Rows, read_rows
from .leave_out import calibration_of, context_of, leads_of
from .oof import GROUP
from .pool_folds import folds_in, pool_in
from .pooled import cross_fitted, in_context


@dataclass(frozen=True)
class JudgedWindows:
    """Probabilities [n, OUTPUTS] of each row: `alone`, and in `context` of its neighbours."""

    name: str
    rows: Rows
    alone: NDArray[np.float64]
    context: NDArray[np.float64]

    def part(self, chosen: NDArray[np.bool_]) -> JudgedWindows:
        return JudgedWindows(
            self.name, self.rows.part(chosen), self.alone[chosen], self.context[chosen]
        )

    @property
    def have_neighbours(self) -> bool:
        lead = leads_of(self.rows)
        return len(np.unique(lead)) < len(lead)


def out_of_fold(folder: Path) -> JudgedWindows:
    """CinC 2017, each window by the network that never saw it. Raises ValueError as `folds_in`."""
    folds = folds_in(folder)[1]
    rows = Rows(
        *(
            np.concatenate([getattr(each, field.name) for each in folds.values()])
            for field in fields(Rows)
        )
    )
    pool = pool_in(folder)
    p = cross_fitted(pool, fit_calibration)
    return JudgedWindows(GROUP, rows, p, in_context(pool, p))


def never_seen(folder: Path) -> dict[str, JudgedWindows]:
    """The sets that were left out, by name, as far as the folder has their predictions."""
    return {judged.name: judged for judged in map(_left_out, sorted(folder.glob("without-*.npz")))}


def _left_out(path: Path) -> JudgedWindows:
    facts, groups = read_rows(path)
    rows = groups["outside"]
    p = calibration_of(groups["domain"]).probabilities(rows.logits)
    q = context_of(groups["domain"]).of(p, leads_of(rows))
    return JudgedWindows(facts["set"], rows, p, q)
