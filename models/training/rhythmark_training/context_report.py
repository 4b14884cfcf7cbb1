"""Does it help a window to hear what its neighbours say, and how far should they be believed?

    python -m rhythmark_training.context_report

For several beliefs (`context.py`), measured on sets that a model has never seen, whose labels hold
for exactly these ten seconds, from the predictions that `oof leave-out` wrote; and out of fold on
CinC 2017, where a window's label is its recording's, so that neighbours help by the way it was
labelled as well. How sure windows in context may be is fitted on CinC 2017 alone: there on the
other folds, elsewhere on the fold that was held out.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from .adaptation import words_of
from .calibrate import fit_calibration
from .context import Context, fit_context
from .held_out_file import read_rows
from .leave_out import calibration_of, context_of, leads_of
from .metrics import calibration_error, cinc_reading, confusion_matrix, f1_scores
from .oof import REPORTS
from .pool_folds import pool_in
from .pooled import cross_fitted, in_context
from .sets import UNLABELLED

BELIEFS = (0.1, 0.2, 0.3, 0.4, 0.6, 0.8)

# Normal, AF, normal: each window sure of itself.
LONE = np.array([[0.98, 0.005, 0.005, 0.005, 0.005], [0.03, 0.95, 0.005, 0.01, 0.005]])[[0, 1, 0]]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m rhythmark_training.context_report")
    parser.add_argument("--reports", type=Path, default=REPORTS)
    parser.add_argument("--model", default="rhythm-effnet-1.4.0")
    arguments = parser.parse_args()
    folder = arguments.reports / arguments.model
    for file in sorted(folder.glob("without-*.npz")):
        facts, groups = read_rows(file)
        rows, lead = groups["outside"], leads_of(groups["outside"])
        if len(np.unique(lead)) == len(lead):
            continue  # one window each: no neighbours
        print(f"\n{facts['set']}, by a model that never saw it")
        p = calibration_of(groups["domain"]).probabilities(rows.logits)
        known = rows.label != UNLABELLED
        print(f"  alone: {words_of(p[known], rows.part(known))}")
        for belief in BELIEFS:
            context = context_of(groups["domain"], belief)
            q = context.of(p, lead)[known]
            print(f"  belief {belief:g}: {words_of(q, rows.part(known))}")
    print("\ncinc2017, out of fold, labels of whole recordings")
    pool = pool_in(folder)
    p = cross_fitted(pool, fit_calibration)
    for belief in (0.0, *BELIEFS):
        q = cinc_reading(in_context(pool, p, belief))
        f1 = f1_scores(confusion_matrix(pool.truth, q.argmax(1)))
        fitted = fit_context(p, pool.recording, pool.label, pool.weight, belief)
        print(
            f"  belief {belief:g}: window N,A,O {f1[:3].mean():.3f}  four {f1.mean():.3f}  "
            f"calibration error {calibration_error(q, pool.truth):.3f}; {_lone(fitted)}"
        )


def _lone(context: Context) -> str:
    q = context.of(LONE, np.zeros(len(LONE)))[1]
    return f"AF of 0.95 between normal windows of 0.98: {q[1]:.2f}"


if __name__ == "__main__":
    main()
