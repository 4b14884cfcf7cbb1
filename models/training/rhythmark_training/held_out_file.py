"""Held-out predictions as small files in git, so that folds can be run apart and pooled later."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from .classes import LABELS, OUTPUTS
from .config import TrainConfig
from .predict import Predicted
from .sets import LabelledSet

_JUDGED = "recordings"


@dataclass(frozen=True)
class Rows:
    """One row a window; windows of a recording follow each other. `label` indexes LABELS, or -1."""

    logits: NDArray[np.float32]
    label: NDArray[np.int64]
    recording: NDArray[np.str_]
    subject: NDArray[np.str_]
    lead: NDArray[np.str_]
    note: NDArray[np.str_]

    def part(self, chosen: NDArray[np.bool_]) -> Rows:
        return Rows(
            self.logits[chosen],
            self.label[chosen],
            self.recording[chosen],
            self.subject[chosen],
            self.lead[chosen],
            self.note[chosen],
        )


@dataclass(frozen=True)
class Judged:
    """One row a recording: what the fold's recording head says of it, before scaling."""

    recording: NDArray[np.str_]
    log_p: NDArray[np.float32]  # [n, CLASSES]


def rows_of(predicted: Predicted, data: LabelledSet) -> Rows:
    """`note` is that of the trace's first window: it differs only where a trace has one window."""
    first = np.zeros(len(data.recording), dtype=np.int64)
    order = np.arange(len(data.window_trace))[::-1]
    first[data.window_trace[order]] = order
    trace = predicted.trace
    return Rows(
        predicted.logits,
        predicted.label,
        data.recording[trace],
        data.subject[trace],
        data.lead[trace],
        data.window_note[first[trace]],
    )


def facts_of(
    model: str, config: TrainConfig, data: LabelledSet, onnx: Path | None
) -> dict[str, Any]:
    """What a reader needs to know whether two files may be pooled, and whether to believe them.

    A finished ONNX model does not say what it has seen: then `config` is only who asked.
    """
    return {
        "model": model,
        "set": data.name,
        "preprocessing": data.preprocessing,
        "outputs": list(OUTPUTS),
        "labels": list(LABELS),
        "torch": torch.__version__,
        "onnx": onnx.name if onnx else None,
        "onnxSha256": hashlib.sha256(onnx.read_bytes()).hexdigest() if onnx else None,
        # Where on somebody's disk the teachers' answers lay is nobody else's business.
        "config": _without_paths(asdict(config)),
    }


def _without_paths(told: dict[str, Any]) -> dict[str, Any]:
    """Files of teachers' answers by their names, in both stages."""
    named = told | {"soft_targets": Path(told["soft_targets"]).name}
    if named.get("second"):
        named["second"] = _without_paths(named["second"])
    return named


def write_rows(
    path: Path, facts: dict[str, Any], groups: dict[str, Rows], judged: Judged | None = None
) -> None:
    """Logits are kept in half precision: 0.004 off at worst, a third of the bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, NDArray[Any]] = {"facts": np.array(json.dumps(facts))}
    tables: dict[str, Rows | Judged] = dict(groups)
    if judged is not None:
        tables[_JUDGED] = judged
    for group, rows in tables.items():
        for name, values in vars(rows).items():
            arrays[f"{group}.{name}"] = _compact(values)
    temporary = path.with_suffix(".part.npz")
    np.savez_compressed(temporary, **arrays)
    temporary.replace(path)


def read_judged(path: Path) -> Judged | None:
    """None where the model that was measured has no recording head."""
    with np.load(path, allow_pickle=False) as file:
        if f"{_JUDGED}.log_p" not in file.files:
            return None
        return Judged(file[f"{_JUDGED}.recording"], file[f"{_JUDGED}.log_p"].astype(np.float32))


def read_rows(path: Path) -> tuple[dict[str, Any], dict[str, Rows]]:
    """Raises ValueError where the file's outputs or labels are not those of this code.

    Fewer labels are those of an earlier version: new ones come last.
    """
    with np.load(path, allow_pickle=False) as file:
        facts = json.loads(str(file["facts"]))
        known = list(LABELS[: len(facts["labels"])])
        if facts["outputs"] != list(OUTPUTS) or facts["labels"] != known:
            raise ValueError(f"{path} is of other outputs or labels than this version's")
        columns: dict[str, dict[str, NDArray[Any]]] = {}
        for key in file.files:
            group, dot, name = key.partition(".")
            if dot:
                columns.setdefault(group, {})[name] = file[key]
    groups = {
        group: Rows(
            logits=values["logits"].astype(np.float32),
            label=values["label"].astype(np.int64),
            recording=values["recording"],
            subject=values["subject"],
            lead=values["lead"],
            note=values["note"],
        )
        for group, values in columns.items()
        if group != _JUDGED
    }
    return facts, groups


def _compact(values: NDArray[Any]) -> NDArray[Any]:
    if values.dtype == np.float32:
        return values.astype(np.float16)
    return values.astype(np.int8) if values.dtype == np.int64 else values
