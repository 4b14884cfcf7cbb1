"""Does it help to learn how often each rhythm occurs in a recording, without labels?

    python -m rhythmark_training.adaptation

Prior correction by expectation maximisation over a recording's windows (Saerens, Latinne and
Decaestecker, "Adjusting the outputs of a classifier to new a priori probabilities", 2002), in
recordings long enough to tell. Measured on the sets that a model has never seen, from the
predictions that `oof leave-out` wrote, as PROTOCOL.md says: temperature and the priors that it
starts from are of CinC 2017's held-out fold, and nothing is fitted on the set but what the
correction itself takes from windows without their labels.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .classes import CLASSES, LABELS
from .held_out_file import Rows, read_rows
from .leave_out import calibration_of
from .metrics import CLASS_OF_LABEL_CINC, calibration_error, cinc_reading, rhythm_reading
from .resampled import share_with_interval
from .sets import UNLABELLED

# Shorter leads say little about how often a rhythm occurs.
FEWEST_MINUTES = 10.0

# Windows that the priors of the training domain count as, so that a recording in which a rhythm
# never came is not told that it cannot come. Chosen before anything was measured: ten minutes.
DAMPING = {"none": None, "EM": 0.0, "EM, damped": 60.0}

_ROUNDS = 200
_CHANGE = 1e-6

AF, OTHER = CLASSES.index("af"), CLASSES.index("other")


def corrected(
    p: NDArray[np.float64], priors: NDArray[np.float64], damping: float
) -> NDArray[np.float64]:
    """Probabilities [windows, outputs] under the recording's own priors."""
    now = priors
    for _ in range(_ROUNDS):
        q = p * (now / priors)
        q /= q.sum(1, keepdims=True)
        following = (q.sum(0) + damping * priors) / (len(p) + damping)
        if np.abs(following - now).max() < _CHANGE:
            break
        now = following
    return q


def adapted(
    rows: Rows,
    p: NDArray[np.float64],
    priors: NDArray[np.float64],
    damping: float | None,
    fewest_minutes: float,
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """The corrected probabilities, and which windows are of leads that are long enough."""
    result, is_long = p.copy(), np.zeros(len(p), dtype=bool)
    trace = np.char.add(np.char.add(rows.recording, "\n"), rows.lead)
    for each in np.unique(trace):
        own = trace == each
        if own.sum() < 6 * fewest_minutes:
            continue
        is_long[own] = True
        if damping is not None:
            result[own] = corrected(p[own], priors, damping)
    return result, is_long


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m rhythmark_training.adaptation", description=__doc__
    )
    parser.add_argument("--reports", type=Path, default=Path("../reports/oof"))
    parser.add_argument("--model", default="rhythm-effnet-1.4.0")
    parser.add_argument("--minutes", type=float, default=FEWEST_MINUTES, help="of a lead, at least")
    arguments = parser.parse_args()
    files = sorted((arguments.reports / arguments.model).glob("without-*.npz"))
    if not files:
        raise SystemExit(f"no set left out in {arguments.reports / arguments.model}")
    for file in files:
        facts, groups = read_rows(file)
        print(f"\n{facts['set']}, by a model that never saw it")
        _compare(groups["domain"], groups["outside"], arguments.minutes)


def _compare(domain: Rows, outside: Rows, minutes: float) -> None:
    calibration = calibration_of(domain)
    _, recording, counts = np.unique(domain.recording, return_inverse=True, return_counts=True)
    weight = 1 / counts[recording]
    in_domain = calibration.probabilities(domain.logits)
    priors = (in_domain * weight[:, None]).sum(0) / weight.sum()
    p = calibration.probabilities(outside.logits)
    for name, damping in DAMPING.items():
        q, is_long = adapted(outside, p, priors, damping, minutes)
        chosen = is_long & (outside.label != UNLABELLED)
        if not chosen.any():
            print(f"  no lead of {minutes:g} minutes: nothing to adapt to")
            return
        print(f"  {name}: {words_of(q[chosen], outside.part(chosen))}")


def words_of(p: NDArray[np.float64], rows: Rows) -> str:
    cinc, rhythm = cinc_reading(p), rhythm_reading(p)
    said = cinc.argmax(1)
    label = np.array(LABELS)[rows.label]
    is_af, normal, other = label == "af", label == "normal", label == "other"
    shares = {
        "AF Se": (said[is_af] == AF, rows.subject[is_af]),
        "AF Sp": (said[~is_af] != AF, rows.subject[~is_af]),
        "normal called Other, cinc": (said[normal] == OTHER, rows.subject[normal]),
        "rhythm": (rhythm.argmax(1)[normal] == OTHER, rows.subject[normal]),
        "Other called Other, rhythm": (rhythm.argmax(1)[other] == OTHER, rows.subject[other]),
    }
    parts = [f"{name} {_share(*hits)}" for name, hits in shares.items()]
    error = calibration_error(cinc, CLASS_OF_LABEL_CINC[rows.label])
    return "; ".join([*parts, f"calibration error {error:.3f}"])


def _share(hits: NDArray[np.bool_], people: NDArray[np.str_]) -> str:
    if len(hits) == 0:
        return "-"
    share = share_with_interval(hits, people)
    low, high = share["interval95"]
    return f"{share['value']:.3f} ({low:.3f}-{high:.3f}, {share['people']} people)"


if __name__ == "__main__":
    main()
