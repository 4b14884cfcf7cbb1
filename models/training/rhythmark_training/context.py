"""Does it help a window to hear what its neighbours say?

    python -m rhythmark_training.context

Each window's probabilities are averaged with those of the windows before and behind it in the same
lead, which weigh a part of its own. Measured on sets that a model has never seen, whose labels hold
for exactly these ten seconds, from the predictions that `oof leave-out` wrote; and out of fold on
CinC 2017, where a window's label is its recording's, so that neighbours help by the way it was
labelled. Nothing is fitted on the averages: calibration is that of the windows alone.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .adaptation import words_of
from .calibrate import fit_temperature
from .held_out_file import read_rows
from .leave_out import calibration_of
from .metrics import calibration_error, cinc_reading, confusion_matrix, f1_scores
from .pool_folds import pool_in
from .pooled import cross_fitted
from .sets import UNLABELLED

WEIGHTS = (0.0, 0.25, 0.5, 1.0)


def in_context(
    p: NDArray[np.float64], lead: NDArray[np.generic], weight: float
) -> NDArray[np.float64]:
    """Probabilities [n, outputs] averaged with their neighbours' of the same `lead` [n]."""
    together = (lead[1:] == lead[:-1])[:, None] * weight
    total, count = p.copy(), np.ones((len(p), 1))
    for here, there in ((slice(1, None), slice(None, -1)), (slice(None, -1), slice(1, None))):
        total[here] += together * p[there]
        count[here] += together
    return total / count


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m rhythmark_training.context")
    parser.add_argument("--reports", type=Path, default=Path("../reports/oof"))
    parser.add_argument("--model", default="rhythm-effnet-1.3.0")
    arguments = parser.parse_args()
    folder = arguments.reports / arguments.model
    for file in sorted(folder.glob("without-*.npz")):
        facts, groups = read_rows(file)
        rows = groups["outside"]
        lead = np.char.add(np.char.add(rows.recording, "\n"), rows.lead)
        if len(np.unique(lead)) == len(lead):
            continue  # one window each: no neighbours
        print(f"\n{facts['set']}, by a model that never saw it")
        p = calibration_of(groups["domain"]).probabilities(rows.logits)
        known = rows.label != UNLABELLED
        for weight in WEIGHTS:
            q = in_context(p, lead, weight)[known]
            print(f"  neighbours weigh {weight:g}: {words_of(q, rows.part(known))}")
    print("\ncinc2017, out of fold, labels of whole recordings")
    pool = pool_in(folder)
    p = cross_fitted(pool, fit_temperature)
    for weight in WEIGHTS:
        q = cinc_reading(in_context(p, pool.recording, weight))
        f1 = f1_scores(confusion_matrix(pool.truth, q.argmax(1)))
        print(
            f"  neighbours weigh {weight:g}: window N,A,O {f1[:3].mean():.3f}  "
            f"four {f1.mean():.3f}  calibration error {calibration_error(q, pool.truth):.3f}"
        )


if __name__ == "__main__":
    main()
