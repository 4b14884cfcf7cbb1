"""`oof publish`: a model's manifest anew, with what is fitted on the predictions of every fold.

    python -m rhythmark_training.oof publish --model rhythm-effnet-1.4.0 \
        --manifest ../rhythm-effnet-1.4.0.json --version 1.4.0

The network, its calibration and its recording head stay as they are. How sure a window may be in
context, the threshold and prediction sets of the cinc reading come from the pooled out-of-fold
windows: five times as many as the one fifth that the network itself has not seen, and the figures
are those that the model card claims.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np

from .calibrate import fit_calibration
from .config import TrainConfig
from .conformal import class_thresholds
from .context import fit_context
from .evaluate import ABSTAINED
from .families import family_of
from .metrics import cinc_reading
from .oof import REPORTS
from .pool_folds import pool_folds, pool_in
from .pooled import Pool
from .recording_head import RecordingHead

_GOLDEN_RECORDINGS = 24


def main(words: list[str]) -> None:
    parser = argparse.ArgumentParser("python -m rhythmark_training.oof publish")
    parser.add_argument("--model", default=family_of(TrainConfig().network), help="reports' folder")
    parser.add_argument("--reports", type=Path, default=REPORTS)
    parser.add_argument("--manifest", type=Path, required=True, help="of the network to publish")
    parser.add_argument("--version", required=True)
    parser.add_argument("--golden", type=Path, help="what the program's tests compare with")
    arguments = parser.parse_args(words)
    folder = arguments.reports / arguments.model
    figures = pool_folds(folder)
    if figures["missingFolds"]:
        raise SystemExit(f"folds {figures['missingFolds']} are missing: train them first")
    pool = pool_in(folder)
    manifest = json.loads(arguments.manifest.read_text(encoding="utf-8"))
    publish(manifest, arguments.version, pool, figures)
    network = arguments.manifest.with_suffix(".onnx")
    target = arguments.manifest.with_name(f"{manifest['name']}-{arguments.version}.json")
    if network != target.with_suffix(".onnx"):
        shutil.copyfile(network, target.with_suffix(".onnx"))
    target.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    print(f"{target.name}: threshold {manifest['threshold']}")
    if arguments.golden:
        write_golden_recordings(arguments.golden, manifest, pool)


def publish(manifest: dict[str, Any], version: str, pool: Pool, figures: dict[str, Any]) -> None:
    """Changes `manifest` in place."""
    scaling = fit_calibration(pool.logits, pool.label, pool.weight)
    p = scaling.probabilities(pool.logits)
    context = fit_context(p, pool.recording, pool.label, pool.weight)
    cinc = cinc_reading(context.of(p, pool.recording))
    manifest["context"] = context.as_manifest()
    manifest["version"] = version
    manifest["file"] = f"{manifest['name']}-{version}.onnx"
    manifest["threshold"] = round(float(np.quantile(cinc.max(1), ABSTAINED)), 4)
    # Those of the rhythm reading need labels that tell ectopy from other: they stay.
    manifest["predictionSets"]["cinc"] = {
        name: round(value, 4) for name, value in class_thresholds(cinc, pool.truth).items()
    }
    manifest["metrics"]["outOfFold"] = figures
    external = [line for line in manifest["figures"] if "never learned from" in line]
    manifest["figures"] = [*_figure_lines(figures), *external]


def _figure_lines(figures: dict[str, Any]) -> list[str]:
    """For people who choose between models: in place of those of one fifth."""
    recording, window = figures["recording"]["head"], figures["window"]["context"]
    low, high = recording["meanF1NAOInterval95"]
    return [
        f"CinC 2017 out of fold, {figures['recordings']:,} recordings: mean F1 of N, A, O "
        f"{recording['meanF1NAO']:.3f} (95 % {low:.3f}-{high:.3f})",
        f"The same, {figures['windows']:,} windows in context: mean F1 of N, A, O "
        f"{window['meanF1NAO']:.3f}, "
        f"calibration error {window['calibrationError']:.3f}",
    ]


def write_golden_recordings(path: Path, manifest: dict[str, Any], pool: Pool) -> None:
    """Made-up recordings of 1 to 24 windows each, and what the head says of them."""
    rng = np.random.default_rng(17)
    stored = manifest["recordingHead"]
    head = RecordingHead(np.array(stored["weight"]), np.array(stored["bias"]))
    width = manifest["outputs"]["evidence"]["count"]
    recordings = []
    for count in range(1, _GOLDEN_RECORDINGS + 1):
        drawn = rng.choice(len(pool.logits), size=count, replace=False)
        logits = pool.logits[drawn]
        e = np.exp(logits - logits.max(1, keepdims=True))
        windows = np.round(e / e.sum(1, keepdims=True), 6)
        evidence = rng.gamma(1.0, size=(count, width)).round(4)
        said = head.probabilities(windows, evidence)
        recordings.append(
            {
                "windows": windows.tolist(),
                "evidence": evidence.tolist(),
                "says": said.round(9).tolist(),
            }
        )
    content = {"recordingHead": stored, "recordings": recordings}
    path.write_text(json.dumps(content) + "\n", encoding="utf-8")
