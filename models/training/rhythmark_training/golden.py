"""Golden vectors: what Python makes of synthetic windows, for the program's tests to agree with.

The windows are made by integer arithmetic and one exponential, so that TypeScript makes the very
same ones (tests/unit/model/synthetic-window.ts) and only results have to be stored.

    python -m rhythmark_training.golden FILE     # windows in context, which depend on no model
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray
from torch import nn

from .calibrate import Calibration
from .classes import OUTPUTS, SAMPLING_HZ, WINDOW_SAMPLES
from .context import Context
from .scaling import scale_windows

# (seed, RR irregularity in %, noise in %, first missing sample, number of missing samples)
CASES: tuple[tuple[int, int, int, int, int], ...] = (
    (1, 0, 0, 0, 0),
    (2, 0, 5, 0, 0),
    (3, 60, 2, 0, 0),
    (4, 60, 40, 0, 0),
    (5, 10, 300, 0, 0),
    (6, 20, 5, 700, 600),
    (7, 20, 5, 0, 1250),
    (8, 20, 5, 0, 1251),
    (9, 80, 10, 2300, 200),
)

STORED_EVERY = 100


def synthetic_window(
    seed: int, irregular: int, noise: int, missing_from: int, missing: int
) -> NDArray[np.float64]:
    """A train of Gaussian R waves with noise, in arbitrary units; NaN where samples are missing."""
    state = seed

    def next_unit() -> float:
        nonlocal state
        state = (1664525 * state + 1013904223) % 2**32
        return state / 2**32

    x = [100.0 + seed * 37.0] * WINDOW_SAMPLES
    at = 100.0
    while at < WINDOW_SAMPLES:
        height = 800.0 + 200.0 * next_unit()
        for step in range(-20, 21):
            sample = int(at) + step
            if 0 <= sample < WINDOW_SAMPLES:
                x[sample] += height * float(np.exp(-0.05 * step * step))
        at += SAMPLING_HZ * (0.8 + 0.8 * (irregular / 100) * (next_unit() - 0.5))
    for sample in range(WINDOW_SAMPLES):
        x[sample] += 2.0 * noise * (next_unit() - 0.5) * 5.0
    for sample in range(missing_from, missing_from + missing):
        x[sample] = float("nan")
    return np.array(x)


def golden_vectors(network: nn.Module, calibration: Calibration, onnx_file: Path) -> dict[str, Any]:
    """Scaling and probabilities of every case, by PyTorch, checked against onnxruntime here."""
    windows = np.stack([synthetic_window(*case) for case in CASES])
    scaled, valid = scale_windows(torch.from_numpy(windows))
    signal = scaled.float()[:, None, None, :]
    with torch.no_grad():
        p = calibration.probabilities(network(signal).numpy())
    session = onnxruntime.InferenceSession(str(onnx_file), providers=["CPUExecutionProvider"])
    (by_onnx,) = session.run(["probabilities"], {"signal": signal.numpy()})
    worst = float(np.abs(by_onnx - p).max())
    if worst > 1e-5:
        raise ArithmeticError(f"ONNX and PyTorch differ by {worst:.2g}")
    return {
        "origin": "models/training/rhythmark_training/golden.py, PyTorch",
        "sha256": hashlib.sha256(onnx_file.read_bytes()).hexdigest(),
        "outputs": list(OUTPUTS),
        "storedEvery": STORED_EVERY,
        "cases": [
            {
                "case": list(case),
                "valid": bool(valid[index]),
                "scaled": [round(value, 6) for value in scaled[index, ::STORED_EVERY].tolist()],
                "probabilities": [round(value, 7) for value in p[index].tolist()],
            }
            for index, case in enumerate(CASES)
        ],
    }


def context_vectors() -> dict[str, Any]:
    """Made-up windows of leads of 0 to 9 windows alone and in context; rows of None: no verdict.

    A window without one is nobody's neighbour, as where `of` is told of another lead.
    """
    context = Context(belief=0.3, sureness=(0.85, 0.7))
    rng = np.random.default_rng(23)
    cases, none = [], [None] * len(OUTPUTS)
    for count in range(10):
        missing = rng.uniform(size=count) < 0.2
        alone = rng.dirichlet(np.full(len(OUTPUTS), 0.3), size=count).round(6)
        known = np.flatnonzero(~missing)
        together = dict(zip(known, context.of(alone[known], missing.cumsum()[known]), strict=True))
        cases.append(
            {
                "alone": [none if missing[at] else alone[at].tolist() for at in range(count)],
                "inContext": [
                    together[at].round(9).tolist() if at in together else none
                    for at in range(count)
                ],
            }
        )
    return {**context.as_manifest(), "cases": cases}


def write_golden(vectors: dict[str, Any], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(vectors) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_golden(context_vectors(), Path(sys.argv[1]))
