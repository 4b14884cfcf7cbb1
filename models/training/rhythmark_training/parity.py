"""What Python makes of windows that `rhythmark dataset` wrote, for the program to be held against.

    python -m rhythmark_training.parity --dataset FOLDER --model FILE.onnx --windows N --out FILE

Takes N planned windows of each set, evenly over it, scales them, and writes what onnxruntime and
PyTorch answer, as JSON. PyTorch runs the network as it was trained, with weights out of the ONNX
file, so that an error of export shows as well. `npm run bench parity` compares.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import torch

from .onnx_weights import FinishedModel, read_model
from .scaling import scale_windows
from .sets import LabelledSet, find_sets, load_set


def answers(
    data: LabelledSet, finished: FinishedModel, session: onnxruntime.InferenceSession, limit: int
) -> Iterator[dict[str, Any]]:
    """One entry a window; `valid` is false where there is too little signal to classify."""
    planned = np.flatnonzero(data.window_planned)
    chosen = planned[np.linspace(0, len(planned) - 1, min(limit, len(planned))).astype(np.int64)]
    scaled, valid = scale_windows(data.windows(chosen))
    signal = scaled.float()[:, None, None, :].contiguous()
    names = [output.name for output in session.get_outputs()]
    outputs = dict(zip(names, session.run(names, {"signal": signal.numpy()}), strict=True))
    with torch.no_grad():
        by_torch = finished.calibration.probabilities(finished.network(signal).numpy())
    for row, window in enumerate(chosen):
        trace = data.window_trace[window]
        yield {
            "set": data.name,
            "recording": str(data.recording[trace]),
            "lead": str(data.lead[trace]),
            "start": int(data.window_start[window]),
            "first": int(data.first[trace] + data.window_start[window]),
            "unit": float(data.unit_per_count[trace]),
            "valid": bool(valid[row]),
            "onnxruntime": outputs["probabilities"][row].tolist(),
            "pytorch": by_torch[row].tolist(),
            "unlike": float(outputs["unlike"][row]) if "unlike" in outputs else None,
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dataset", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--windows", type=int, required=True, help="of each set, at most")
    parser.add_argument("--out", type=Path, required=True)
    words = parser.parse_args()
    session = onnxruntime.InferenceSession(str(words.model), providers=["CPUExecutionProvider"])
    finished = read_model(words.model)
    windows = [
        answer
        for folder in find_sets(words.dataset).values()
        for answer in answers(load_set(folder), finished, session, words.windows)
    ]
    words.out.write_text(json.dumps(windows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
