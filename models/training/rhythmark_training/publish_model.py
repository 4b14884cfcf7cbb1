"""What a trained network becomes: measured, calibrated, written with all that the program needs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, tensor

from .classes import CLASSES, LABELS, WINDOW_SAMPLES
from .config import TrainConfig
from .conformal import COVERAGE, class_thresholds
from .evaluate import HeldOut, evaluate_buried, evaluate_held_out, evaluate_windows
from .evidence import Evidence, evidence_of, fit_evidence
from .export import write_manifest, write_onnx
from .families import DESCRIPTIONS, RhythmNetwork, family_of
from .golden import golden_vectors, write_golden
from .metrics import CLASS_OF_LABEL_CINC, cinc_reading, rhythm_reading
from .network import parameter_count
from .pictures import draw_reports
from .predict import Predicted, predict
from .recording_head import RecordingHead, fit_scale, rows_of_each
from .sampling import held_out_traces, trace_labels
from .sets import SOURCES, UNLABELLED, LabelledSet
from .unlike import UNLIKE_PART, Likeness, Unlike, fit_likeness

# Noise of this power hides the rhythm: the network should say so.
BURIED_DB = -6.0


@dataclass(frozen=True)
class Material:
    """Sets that the network learned from, the first being CinC 2017; sets it never saw; noise."""

    learned: list[LabelledSet]
    external: list[LabelledSet]
    noise: LabelledSet | None


def publish(
    network: RhythmNetwork,
    material: Material,
    config: TrainConfig,
    version: str,
    out: Path,
    golden: Path | None,
) -> None:
    """Measures the network and writes model, manifest, pictures and golden vectors."""
    learned = material.learned
    held_out = evaluate_held_out(network, learned[0], config)
    metrics: dict[str, Any] = {"cinc2017": held_out.figures}
    for data in learned[1:]:
        traces = held_out_traces(data, config)
        if traces.any():
            protocol = "held-out fifth by patient (by recording where no patient is known); " + (
                "the rest of the set was learned from: not external"
            )
            metrics[data.name] = evaluate_windows(network, data, held_out, traces, protocol)
    if material.noise is not None:
        metrics["electrodeMotion"] = evaluate_buried(
            network,
            learned[0],
            held_out.calibration,
            held_out_traces(learned[0], config),
            material.noise,
            BURIED_DB,
        )
    for data in material.external:
        metrics[data.name] = evaluate_windows(
            network,
            data,
            held_out,
            np.ones(len(data.recording), dtype=bool),
            "external: never learned from",
        )
    _write(network, learned, held_out, metrics, config, version, out, golden)
    recording = held_out.figures["recording"]
    print(
        f"held-out recordings: mean F1 of N, A, O {recording['meanF1NAO']:.4f}, {recording['f1']}"
    )


def _write(
    network: RhythmNetwork,
    learned: list[LabelledSet],
    held_out: HeldOut,
    metrics: dict[str, Any],
    config: TrainConfig,
    version: str,
    out: Path,
    golden: Path | None,
) -> None:
    out.mkdir(parents=True, exist_ok=True)
    name = family_of(config.network)
    model = out / f"{name}-{version}.onnx"
    calibration = held_out.calibration
    likeness = _likeness(network, learned, config)
    distance = _distances(likeness, held_out.predicted)
    scale, offset = _row(calibration.scale), _row(calibration.offset)
    evidence, head = _read_together(network, learned[0], held_out, config)
    sha256 = write_onnx(network, scale, offset, likeness, model, evidence)
    with_parts = network.features(torch.zeros(1, 1, 1, WINDOW_SAMPLES))
    facts = {
        "name": name,
        "version": version,
        "description": DESCRIPTIONS[name],
        "figures": _figures(metrics),
        "preprocessing": learned[0].preprocessing,
        "calibration": {
            "kind": calibration.kind,
            "scale": [round(x, 6) for x in calibration.scale],
            "offset": [round(x, 6) for x in calibration.offset],
        },
        "context": held_out.context.as_manifest(),
        "threshold": round(held_out.threshold, 4),
        "activation_parts": with_parts.shape[3],
        "unlike_threshold": _unlike_threshold(distance),
        "prediction_sets": _prediction_sets(network, learned, held_out, config),
        **({"recording_head": head.as_manifest()} if head else {}),
        "tells_ectopy": len(learned) > 1,
        "parameters": parameter_count(network),
        "training_data": [_learned_from(data, config) for data in learned],
        "metrics": metrics,
    }
    write_manifest(model.with_suffix(".json"), model, sha256, facts)
    draw_reports(held_out, f"{name}-{version}", out / "reports")
    if golden is not None:
        write_golden(golden_vectors(network, calibration, model), golden)


def _read_together(
    network: RhythmNetwork, data: LabelledSet, held_out: HeldOut, config: TrainConfig
) -> tuple[Evidence | None, RecordingHead | None]:
    """Learned from what the network learned from; how sure it may be, from the held-out fifth.

    None where no recording has two windows.
    """
    learned = predict(network, data, ~held_out_traces(data, config))
    learned = learned.part(learned.label != UNLABELLED)
    p = held_out.calibration.probabilities(learned.logits)
    try:
        layer, head = fit_evidence(learned, p, config.seed)
    except ValueError:
        return None, None
    there = held_out.predicted
    p, evidence = held_out.calibration.probabilities(there.logits), evidence_of(layer, there)
    _, recording = np.unique(there.trace, return_inverse=True)
    each = [rows for rows in rows_of_each(recording) if len(rows) > 1]
    if not each:
        return layer, head
    said = np.stack([head.probabilities(p[rows], evidence[rows]) for rows in each])
    truth = CLASS_OF_LABEL_CINC[there.label[[rows[0] for rows in each]]]
    return layer, head.scaled(fit_scale(said, truth))


def _figures(metrics: dict[str, Any]) -> list[str]:
    """The ones that tell models apart, in words, for the program's list of models."""
    recording = metrics["cinc2017"]["recording"]
    low, high = recording["interval95"]
    error = metrics["cinc2017"]["window"]["calibrationError"]["temperature"]
    lines = [
        f"Held-out fifth of CinC 2017, recordings: mean F1 of N, A, O {recording['meanF1NAO']:.3f} "
        f"(95 % {low:.3f}-{high:.3f})",
        f"The same, windows: calibration error {error:.3f}",
    ]
    for name, outside in metrics.items():
        if str(outside.get("protocol", "")).startswith("external"):
            lines.append(
                f"{name}, never learned from: AF sensitivity {outside['afSensitivity']:.3f}, "
                f"specificity {outside['afSpecificity']:.3f}"
            )
    return lines


def _unlike_threshold(distance: NDArray[np.float32]) -> float:
    """Never 0, which a network of a few steps gives: its embedding is the same everywhere."""
    least = float(np.finfo(np.float32).eps)
    return max(float(np.quantile(distance, 1 - UNLIKE_PART)), least)


def _likeness(network: RhythmNetwork, learned: list[LabelledSet], config: TrainConfig) -> Likeness:
    """From every set's training windows, as many of each as the smallest has."""
    parts = []
    for data in learned:
        predicted = predict(network, data, ~held_out_traces(data, config))
        parts.append(predicted.part(predicted.label != UNLABELLED))
    least = min(len(part.label) for part in parts)
    rng = np.random.default_rng(config.seed)
    chosen = [rng.permutation(len(part.label))[:least] for part in parts]
    embedding = np.concatenate([p.embedding[c] for p, c in zip(parts, chosen, strict=True)])
    label = np.concatenate([p.label[c] for p, c in zip(parts, chosen, strict=True)])
    return fit_likeness(embedding, CLASS_OF_LABEL_CINC[label])


def _distances(likeness: Likeness, predicted: Predicted) -> NDArray[np.float32]:
    with torch.no_grad():
        return Unlike(likeness)(torch.from_numpy(predicted.embedding)).numpy()


def _prediction_sets(
    network: RhythmNetwork,
    learned: list[LabelledSet],
    held_out: HeldOut,
    config: TrainConfig,
) -> dict[str, Any]:
    """Thresholds under both readings, from held-out windows in context.

    CinC 2017 cannot say which of its Other is ectopy, so under the rhythm reading its Other does
    not count and the held-out windows of the sets that can say join in.
    """

    def in_context(predicted: Predicted) -> NDArray[np.float64]:
        alone = held_out.calibration.probabilities(predicted.logits)
        return held_out.context.of(alone, predicted.trace)

    p = in_context(held_out.predicted)
    label = np.array(LABELS)[held_out.predicted.label]
    truth = CLASS_OF_LABEL_CINC[held_out.predicted.label]
    known = label != "ectopy-or-other"
    rhythm_p, rhythm_label = [rhythm_reading(p[known])], [label[known]]
    for data in learned[1:]:
        traces = held_out_traces(data, config)
        if not traces.any():
            continue
        predicted = predict(network, data, traces)
        labelled = predicted.label != UNLABELLED
        rhythm_p.append(rhythm_reading(in_context(predicted)[labelled]))
        rhythm_label.append(np.array(LABELS)[predicted.label[labelled]])
    names = ["normal" if x == "ectopy" else x for x in np.concatenate(rhythm_label)]
    rhythm_truth = np.array([CLASSES.index(name) for name in names])
    return {
        "coverage": COVERAGE,
        "cinc": _rounded(class_thresholds(cinc_reading(p), truth)),
        "rhythm": _rounded(class_thresholds(np.concatenate(rhythm_p), rhythm_truth)),
    }


def _rounded(thresholds: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 4) for name, value in thresholds.items()}


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
