"""Figures on a set that a network has never seen (models/training/PROTOCOL.md).

    python -m rhythmark_training.oof leave-out --without SET --dataset DATA --run RUN

trains without the set and without fold 0 of CinC 2017, on which calibration is fitted; writes its
predictions, and prints figures that are computed from what was written.

    python -m rhythmark_training.oof leave-out --from FILE.npz

prints them from predictions that are there.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from .calibrate import Calibration, fit_calibration
from .classes import CLASSES, LABELS
from .config import TrainConfig
from .context import BELIEF, Context, fit_context
from .electrode_motion import ElectrodeMotion, add_at
from .fit import fit
from .held_out_file import Rows, facts_of, read_rows, rows_of, write_rows
from .leave_out_text import text_of
from .metrics import (
    CLASS_OF_LABEL_CINC,
    CLASS_OF_LABEL_RHYTHM,
    calibration_error,
    cinc_reading,
    rhythm_reading,
)
from .oof import add_run_arguments, config_of, finished, noise_of, sets_to_learn
from .overrides import without_set
from .predict import predict
from .resampled import share_with_interval
from .sampling import held_out_traces
from .sets import UNLABELLED, LabelledSet, find_sets, load_set

BURIED_DB = -6.0
_NOISE_SEED = 6
SPECIFICITY = 0.98

NORMAL, AF, OTHER = (CLASSES.index(name) for name in ("normal", "af", "other"))

# Notes of src-main/services/dataset/training-label.ts.
NOTE_FLUTTER = "flutter"
NOTE_SINUS_ALONE = "sinus rhythm alone"
NOTED_SET = "ptbxl-rhythm"
# Without a training label, but surely not AF.
NOT_AF_NOTES = ("sinus bradycardia", "first-degree block")


def main(words: list[str]) -> None:
    if words[:1] == ["--from"]:
        for name in words[1:]:
            _say_figures(Path(name))
        return
    parser = argparse.ArgumentParser("python -m rhythmark_training.oof leave-out")
    parser.add_argument("--without", required=True, help="mitdb-ds1, ptbxl-rhythm or cpsc2021")
    add_run_arguments(parser)
    arguments = parser.parse_args(words)
    config = replace(without_set(config_of(arguments), arguments.without), held_out_fold=0)
    set_left_out(arguments.dataset, arguments.without)  # refused before hours of training
    learned = sets_to_learn(config, arguments.dataset)
    network = (
        finished(arguments.onnx)
        if arguments.onnx
        else fit(learned, config, arguments.run, noise_of(config, arguments.dataset))
    )
    measure(
        network,
        config,
        arguments.without,
        arguments.dataset,
        arguments.model or arguments.family,
        arguments.reports,
        arguments.onnx,
    )


def measure(
    network: nn.Module,
    config: TrainConfig,
    without: str,
    folder: Path,
    model: str,
    reports: Path,
    onnx: Path | None,
) -> None:
    """Writes predictions on the set `without` and figures from them, and prints these."""
    domain = sets_to_learn(config, folder)[0]
    outside = set_left_out(folder, without)
    path = reports / model / f"without-{without}.npz"
    groups = predictions(
        network, domain, held_out_traces(domain, config), outside, noise_of(config, folder)
    )
    write_rows(path, facts_of(model, config, outside, onnx), groups)
    _say_figures(path)


def _say_figures(path: Path) -> None:
    """Prints them, and leaves them beside the predictions."""
    figures = figures_of(path)
    path.with_suffix(".json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    print(text_of(figures))


def set_left_out(folder: Path, name: str) -> LabelledSet:
    path = find_sets(folder).get(name)
    if path is None:
        raise SystemExit(f"{folder} holds no set {name}")
    data = load_set(path)
    if name == NOTED_SET and NOTE_FLUTTER not in data.window_note:
        raise SystemExit(f"{name} has no notes: write it again with rhythmark dataset")
    return data


def predictions(
    network: nn.Module,
    domain: LabelledSet,
    held_out: NDArray[np.bool_],
    outside: LabelledSet,
    noise: LabelledSet | None,
) -> dict[str, Rows]:
    """`domain`: what calibration is fitted on; `outside`; `buried`: its normal windows in noise."""
    every = np.ones(len(outside.recording), dtype=bool)
    groups = {
        "domain": rows_of(predict(network, domain, held_out), domain),
        "outside": rows_of(predict(network, outside, every), outside),
    }
    if noise is not None:
        first = first_leads(outside)
        buried = rows_of(predict(network, outside, first, _burying(noise)), outside)
        groups["buried"] = buried.part(_labelled(buried, "normal"))
    return groups


def first_leads(data: LabelledSet) -> NDArray[np.bool_]:
    """The trace of each recording that comes first."""
    _, first = np.unique(data.recording, return_index=True)
    chosen = np.zeros(len(data.recording), dtype=bool)
    chosen[first] = True
    return chosen


def figures_of(path: Path) -> dict[str, Any]:
    """From a file that `leave-out` wrote. Verdicts are of the calibrated probabilities of each
    window alone; `inContext` has those that a window's neighbours can change."""
    facts, groups = read_rows(path)
    calibration = calibration_of(groups["domain"])
    outside = groups["outside"]
    first = outside.part(_of_first_lead(outside))
    first_labelled = first.part(first.label != UNLABELLED)
    labelled = outside.part(outside.label != UNLABELLED)
    p = calibration.probabilities(labelled.logits)
    figures: dict[str, Any] = {
        "set": facts["set"],
        "model": facts["model"],
        "onnx": facts["onnx"],
        "windows": {
            name: int(_labelled(labelled, name).sum())
            for name in LABELS
            if _labelled(labelled, name).any()
        },
        "calibration": {
            "scale": [round(each, 4) for each in calibration.scale],
            "offset": [round(each, 4) for each in calibration.offset],
        },
        "calibrationError": round(
            calibration_error(cinc_reading(p), CLASS_OF_LABEL_CINC[labelled.label]), 4
        ),
        "calibrationErrorRhythm": round(
            calibration_error(rhythm_reading(p), CLASS_OF_LABEL_RHYTHM[labelled.label]), 4
        ),
        "af": {
            "every lead": _af_figures(labelled, p),
            "first lead": _af_figures(
                first_labelled, calibration.probabilities(first_labelled.logits)
            ),
        },
    }
    normal = labelled.part(_labelled(labelled, "normal"))
    if facts["set"] == NOTED_SET:
        figures["afWithoutFlutter"] = _af_at_specificity(first)
        normal = first.part(_labelled(first, "normal") & (first.note == NOTE_SINUS_ALONE))
    figures["normalCalledOther"] = {
        name: share_with_interval(
            reading(calibration.probabilities(normal.logits)).argmax(1) == OTHER, normal.subject
        )
        for name, reading in (("cinc", cinc_reading), ("rhythm", rhythm_reading))
    }
    if "buried" in groups:
        buried = groups["buried"]
        said = cinc_reading(calibration.probabilities(buried.logits)).argmax(1)
        figures["buried"] = {
            "snrDb": BURIED_DB,
            "calledAf": share_with_interval(said == AF, buried.subject),
            "called": {
                name: round(float((said == index).mean()), 4) for index, name in enumerate(CLASSES)
            },
        }
    if len(np.unique(leads_of(outside))) < len(outside.label):
        figures["inContext"] = _in_context(outside, calibration, context_of(groups["domain"]))
    return figures


def _in_context(outside: Rows, calibration: Calibration, context: Context) -> dict[str, Any]:
    known = outside.label != UNLABELLED
    p = context.of(calibration.probabilities(outside.logits), leads_of(outside))[known]
    rows = outside.part(known)
    is_normal = _labelled(rows, "normal")
    return {
        "belief": context.belief,
        "sureness": [round(each, 4) for each in context.sureness],
        "calibrationError": round(
            calibration_error(cinc_reading(p), CLASS_OF_LABEL_CINC[rows.label]), 4
        ),
        "calibrationErrorRhythm": round(
            calibration_error(rhythm_reading(p), CLASS_OF_LABEL_RHYTHM[rows.label]), 4
        ),
        "af": {"every lead": _af_figures(rows, p)},
        "normalCalledOther": {
            name: share_with_interval(
                reading(p[is_normal]).argmax(1) == OTHER, rows.subject[is_normal]
            )
            for name, reading in (("cinc", cinc_reading), ("rhythm", rhythm_reading))
        },
    }


def leads_of(rows: Rows) -> NDArray[np.str_]:
    """Names what windows are neighbours in."""
    return np.char.add(np.char.add(rows.recording, "\n"), rows.lead)


def context_of(domain: Rows, belief: float = BELIEF) -> Context:
    """Fitted on CinC 2017's held-out fold, as its calibration is."""
    p = calibration_of(domain).probabilities(domain.logits)
    _, recording, counts = np.unique(domain.recording, return_inverse=True, return_counts=True)
    return fit_context(p, recording, domain.label, 1 / counts[recording], belief)


def calibration_of(domain: Rows) -> Calibration:
    """On CinC 2017's held-out fold, each recording weighing the same."""
    _, recording, counts = np.unique(domain.recording, return_inverse=True, return_counts=True)
    return fit_calibration(domain.logits, domain.label, 1 / counts[recording])


def _af_figures(rows: Rows, p: NDArray[np.float64]) -> dict[str, Any]:
    said = cinc_reading(p).argmax(1)
    is_af = _labelled(rows, "af")
    return {
        "sensitivity": share_with_interval(said[is_af] == AF, rows.subject[is_af]),
        "specificity": share_with_interval(said[~is_af] != AF, rows.subject[~is_af]),
    }


def _af_at_specificity(rows: Rows) -> dict[str, Any]:
    """Sensitivity at the least threshold on P(AF) that keeps SPECIFICITY of the rest."""
    is_af = _labelled(rows, "af")
    rest = ~is_af & (rows.note != NOTE_FLUTTER)
    rest &= (rows.label != UNLABELLED) | np.isin(rows.note, NOT_AF_NOTES)
    # Monotone in P(AF), and finer where softmax saturates.
    others = np.delete(rows.logits.astype(np.float64), AF, axis=1)
    score = rows.logits[:, AF] - np.logaddexp.reduce(others, axis=1)
    threshold = np.quantile(score[rest], SPECIFICITY, method="higher")
    return {
        "sensitivity": share_with_interval(score[is_af] > threshold, rows.subject[is_af]),
        "specificity": round(float((score[rest] <= threshold).mean()), 4),
        "rest": int(rest.sum()),
    }


def _of_first_lead(rows: Rows) -> NDArray[np.bool_]:
    """Rows of the lead that comes first in their recording."""
    _, first, recording = np.unique(rows.recording, return_index=True, return_inverse=True)
    return rows.lead == rows.lead[first][recording]


def _labelled(rows: Rows, name: str) -> NDArray[np.bool_]:
    return rows.label == LABELS.index(name)


def _burying(noise: LabelledSet) -> Callable[[Tensor], Tensor]:
    motion, rng = ElectrodeMotion(noise, "measuring"), np.random.default_rng(_NOISE_SEED)
    return lambda crops: add_at(crops, motion.draw(len(crops), rng), np.full(len(crops), BURIED_DB))
