"""`oof publish`: a model's manifest anew, with what is fitted on the predictions of every fold.

    python -m rhythmark_training.oof publish --model rhythm-effnet-1.2.0 \
        --manifest ../rhythm-effnet-1.1.0.json --version 1.2.0

The network and its temperature stay as they are. Threshold, prediction sets of the cinc reading
and the recording head come from the pooled out-of-fold windows: five times as many as the one fifth
that the network itself has not seen, and the figures are those that the model card claims.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np

from .calibrate import fit_temperature
from .config import TrainConfig
from .conformal import class_thresholds
from .evaluate import ABSTAINED
from .families import family_of
from .metrics import cinc_reading
from .oof import REPORTS
from .pool_folds import folds_in, pool_folds
from .pooled import Pool, pool_of
from .recording_head import RecordingHead, fit_recording_head

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
    pool = pool_of(folds_in(folder)[1])
    manifest = json.loads(arguments.manifest.read_text(encoding="utf-8"))
    head = published(manifest, arguments.version, pool, figures)
    network = arguments.manifest.with_suffix(".onnx")
    target = arguments.manifest.with_name(f"{manifest['name']}-{arguments.version}.json")
    if network != target.with_suffix(".onnx"):
        shutil.copyfile(network, target.with_suffix(".onnx"))
    target.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    print(f"{target.name}: threshold {manifest['threshold']}, head of {head.weight.size} weights")
    if arguments.golden:
        write_golden_recordings(arguments.golden, head, pool)


def published(
    manifest: dict[str, Any], version: str, pool: Pool, figures: dict[str, Any]
) -> RecordingHead:
    """Changes `manifest` in place."""
    scaling = fit_temperature(pool.logits, pool.label, pool.weight)
    p = scaling.probabilities(pool.logits)
    cinc = cinc_reading(p)
    head = fit_recording_head(p, pool.recording, pool.truth)
    manifest["version"] = version
    manifest["file"] = f"{manifest['name']}-{version}.onnx"
    manifest["threshold"] = round(float(np.quantile(cinc.max(1), ABSTAINED)), 4)
    # Those of the rhythm reading need labels that tell ectopy from other: they stay.
    manifest["predictionSets"]["cinc"] = {
        name: round(value, 4) for name, value in class_thresholds(cinc, pool.truth).items()
    }
    manifest["recordingHead"] = head.as_manifest()
    manifest["metrics"]["outOfFold"] = figures
    return head


def write_golden_recordings(path: Path, head: RecordingHead, pool: Pool) -> None:
    """Made-up recordings of 1 to 24 windows each, and what the head says of them."""
    rng = np.random.default_rng(17)
    rounded = head.as_manifest()
    stored = RecordingHead(np.array(rounded["weight"]), np.array(rounded["bias"]))
    recordings = []
    for count in range(1, _GOLDEN_RECORDINGS + 1):
        drawn = rng.choice(len(pool.logits), size=count, replace=False)
        logits = pool.logits[drawn]
        e = np.exp(logits - logits.max(1, keepdims=True))
        windows = np.round(e / e.sum(1, keepdims=True), 6)
        said = stored.probabilities(windows)
        recordings.append({"windows": windows.tolist(), "says": said.round(9).tolist()})
    content = {"recordingHead": rounded, "recordings": recordings}
    path.write_text(json.dumps(content) + "\n", encoding="utf-8")
