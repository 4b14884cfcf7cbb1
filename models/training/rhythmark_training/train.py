"""Trains, measures and exports the shipped model: the one command of models/training/README.md."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor, nn, tensor

from .classes import LABELS
from .config import TrainConfig
from .evaluate import HeldOut, evaluate_held_out, evaluate_windows
from .export import write_manifest, write_onnx
from .fit import fit
from .golden import golden_vectors, write_golden
from .network import parameter_count
from .pictures import draw_reports
from .sampling import held_out_traces, trace_labels
from .sets import SOURCES, UNLABELLED, LabelledSet, find_sets, load_set

MODEL_NAME = "rhythm-effnet"


def main() -> None:
    arguments = _arguments()
    config = TrainConfig()
    if arguments.epochs is not None:
        config = replace(config, epochs=arguments.epochs)
    folders = find_sets(arguments.dataset)
    learned = [load_set(folders[name]) for name in config.shares if name in folders]
    if not learned or learned[0].name != next(iter(config.shares)):
        raise SystemExit(
            f"{arguments.dataset} holds no cinc2017 set: write it with rhythmark dataset"
        )
    if len({data.preprocessing for data in learned}) != 1:
        raise SystemExit(
            "the sets were written by different versions of the program: write all again"
        )
    network = fit(learned, config, arguments.run / "checkpoint.pt")
    external = [load_set(path) for name, path in folders.items() if name not in config.shares]
    publish(network, learned, external, config, arguments.version, arguments.out, arguments.golden)


def publish(
    network: nn.Module,
    learned: list[LabelledSet],
    external: list[LabelledSet],
    config: TrainConfig,
    version: str,
    out: Path,
    golden: Path | None,
) -> None:
    """Measures the network and writes model, manifest, pictures and golden vectors."""
    held_out = evaluate_held_out(network, learned[0], config)
    metrics: dict[str, Any] = {"cinc2017": held_out.figures}
    for data in learned[1:]:
        traces = held_out_traces(data, config)
        if traces.any():
            protocol = "held-out fifth by patient (by recording where no patient is known); " + (
                "the rest of the set was learned from: not external"
            )
            metrics[data.name] = evaluate_windows(
                network, data, held_out.calibration, traces, protocol
            )
    for data in external:
        metrics[data.name] = evaluate_windows(
            network,
            data,
            held_out.calibration,
            np.ones(len(data.recording), dtype=bool),
            "external: never learned from",
        )
    _write(network, learned, held_out, metrics, config, version, out, golden)
    recording = held_out.figures["recording"]
    print(
        f"held-out recordings: mean F1 of N, A, O {recording['meanF1NAO']:.4f}, {recording['f1']}"
    )


def _write(
    network: nn.Module,
    learned: list[LabelledSet],
    held_out: HeldOut,
    metrics: dict[str, Any],
    config: TrainConfig,
    version: str,
    out: Path,
    golden: Path | None,
) -> None:
    out.mkdir(parents=True, exist_ok=True)
    model = out / f"{MODEL_NAME}-{version}.onnx"
    calibration = held_out.calibration
    sha256 = write_onnx(network, _row(calibration.scale), _row(calibration.offset), model)
    facts = {
        "name": MODEL_NAME,
        "version": version,
        "preprocessing": learned[0].preprocessing,
        "calibration": {
            "kind": calibration.kind,
            "scale": [round(x, 6) for x in calibration.scale],
            "offset": [round(x, 6) for x in calibration.offset],
        },
        "temperature": round(1 / calibration.scale[0], 4),
        "threshold": round(held_out.threshold, 4),
        "tells_ectopy": len(learned) > 1,
        "parameters": parameter_count(network),
        "training_data": [_learned_from(data, config) for data in learned],
        "metrics": metrics,
    }
    write_manifest(model.with_suffix(".json"), model, sha256, facts)
    draw_reports(held_out, f"{MODEL_NAME}-{version}", out / "reports")
    if golden is not None:
        write_golden(golden_vectors(network, calibration, model), golden)


def _learned_from(data: LabelledSet, config: TrainConfig) -> dict[str, Any]:
    training = ~held_out_traces(data, config)
    usable = training[data.window_trace] & (data.window_label != UNLABELLED)
    windows = usable & data.window_planned
    counts = np.bincount(data.window_label[windows], minlength=len(LABELS)).tolist()
    return {
        "name": data.name,
        "recordings": len(np.unique(data.recording[training & (trace_labels(data) != UNLABELLED)])),
        "windows": int(windows.sum()),
        "labels": {name: count for name, count in zip(LABELS, counts, strict=True) if count},
        "share": config.shares[data.name],
        **SOURCES.get(data.name, {}),
    }


def _row(values: tuple[float, ...]) -> Tensor:
    return tensor(values)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m rhythmark_training.train", description=__doc__)
    parser.add_argument(
        "--dataset",
        type=Path,
        required=True,
        help="folder with the sets that `rhythmark dataset` wrote; sets that are not in the "
        "configuration are only measured on",
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for model and reports")
    parser.add_argument("--run", type=Path, default=Path("runs/default"), help="checkpoints")
    parser.add_argument("--version", default="1.0.0", help="of the model")
    parser.add_argument("--epochs", type=int, help="instead of the configuration's")
    parser.add_argument("--golden", type=Path, help="where to write the tests' golden vectors")
    return parser.parse_args()


if __name__ == "__main__":
    main()
