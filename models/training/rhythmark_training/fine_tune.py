"""Fine-tunes a finished model on readers' verdicts, and writes it as a model of another name.

    python -m rhythmark_training.fine_tune --dataset WARD --from ../rhythm-effnet-1.4.0.onnx \
        --out OUT --name ward

WARD is what `rhythmark dataset FOLDER --verdicts FILE.csv` wrote. Only the last layers learn
(fine_tuning.py). A quarter of the people in WARD is held out: on them the temperature is fitted
again, and figures before and after are printed; the temperature that "after" is measured with was
fitted on the other half of them.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Any

import numpy as np
import torch

from .classes import LABELS, WINDOW_SAMPLES
from .config import TrainConfig
from .export import write_manifest, write_onnx
from .families import RhythmNetwork
from .fine_tune_figures import (
    Measured,
    figure_lines,
    labelled,
    original_figures,
    print_figures,
)
from .fine_tuning import FineTuneConfig, fine_tune, held_out_people, last_layers, learned_part
from .golden import golden_vectors, write_golden
from .metrics import CLASS_OF_LABEL_CINC
from .onnx_weights import FinishedModel, read_model
from .overrides import overridden
from .predict import predict
from .sampling import held_out_traces
from .sets import UNLABELLED, LabelledSet, find_sets, load_set
from .unlike import UNLIKE_PART, Likeness, Unlike, fit_likeness

# A name of files and of exports, on every system.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")


def main() -> None:
    arguments = _arguments()
    config = overridden(FineTuneConfig(), arguments.set)
    base = read_model(arguments.start)
    target = _target(arguments, base.manifest["name"])
    own = _own_set(arguments.dataset)
    originals = _originals(arguments.original, own.preprocessing)
    if own.preprocessing != base.manifest["input"]["preprocessing"]:
        raise SystemExit(
            f"{arguments.start.name} takes signals prepared as "
            f"{base.manifest['input']['preprocessing']}, the verdicts' are {own.preprocessing}"
        )
    try:
        held_out = held_out_people(own, config)
    except ValueError as error:
        raise SystemExit(str(error)) from error
    learned = learned_part(own, held_out)
    tuned = fine_tune(base.network, learned, originals, config)
    measured = Measured.of(base, tuned, own, held_out)
    metrics = {"ownVerdicts": measured.figures(base.manifest["threshold"])} | {
        data.name: original_figures(base, tuned, data) for data in originals[:1]
    }
    print_figures(metrics, learned)
    if not originals:
        print("without --original: what was forgotten of the first model's sets is not known")
    _write(target, base, tuned, measured, metrics, own, learned, originals, arguments.golden)
    print(f"wrote {target}")


def _write(
    target: Path,
    base: FinishedModel,
    tuned: RhythmNetwork,
    measured: Measured,
    metrics: dict[str, Any],
    own: LabelledSet,
    learned: LabelledSet,
    originals: list[LabelledSet],
    golden: Path | None,
) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    calibration = measured.shipped()
    likeness, threshold = _likeness(tuned, learned, originals)
    sha256 = write_onnx(
        tuned,
        torch.tensor(calibration.scale),
        torch.tensor(calibration.offset),
        likeness,
        target,
    )
    vectors = golden_vectors(tuned, calibration, target)  # refuses a file that says otherwise
    if golden is not None:
        write_golden(vectors, golden)
    with torch.no_grad():
        parts = tuned.features(torch.zeros(1, 1, 1, WINDOW_SAMPLES)).shape[3]
    before = base.manifest
    name, version = target.stem.rsplit("-", 1)
    layers = sum(p.numel() for module in last_layers(tuned) for p in module.parameters())
    facts = {
        "name": name,
        "version": version,
        "description": f"{before['name']} {before['version']}, its last layers ({layers:,} "
        f"parameters) fine-tuned on readers' verdicts",
        "figures": figure_lines(metrics["ownVerdicts"]),
        "based_on": {key: before[key] for key in ("name", "version", "sha256")},
        "preprocessing": own.preprocessing,
        "calibration": {
            "kind": calibration.kind,
            "scale": [round(x, 6) for x in calibration.scale],
            "offset": [round(x, 6) for x in calibration.offset],
        },
        **({"context": before["context"]} if "context" in before else {}),
        # Probabilities were calibrated again, so it means what it meant.
        "threshold": before["threshold"],
        "activation_parts": parts,
        "tells_ectopy": before["tellsEctopy"],
        "parameters": before["parameters"],
        "training_data": [*before["trainingData"], _learned_from(own, learned)],
        "metrics": metrics,
    }
    if likeness is not None:
        facts["unlike_threshold"] = threshold
    write_manifest(target.with_suffix(".json"), target, sha256, facts)


def _likeness(
    tuned: RhythmNetwork, learned: LabelledSet, originals: list[LabelledSet]
) -> tuple[Likeness | None, float]:
    """None without the original sets: nothing else tells how they look to the new last layers.

    From as many windows of each as the smallest of the originals has; the threshold is that of the
    first one's held-out fold, as in training.
    """
    if not originals:
        return None, 0.0
    config = TrainConfig()
    parts = [
        labelled(predict(tuned, data, ~held_out_traces(data, config)))
        for data in [*originals, learned]
    ]
    most = min(len(part.label) for part in parts[:-1])
    rng = np.random.default_rng(config.seed)
    chosen = [part.part(rng.permutation(len(part.label))[:most]) for part in parts]
    likeness = fit_likeness(
        np.concatenate([part.embedding for part in chosen]),
        CLASS_OF_LABEL_CINC[np.concatenate([part.label for part in chosen])],
    )
    held_out = predict(tuned, originals[0], held_out_traces(originals[0], config))
    with torch.no_grad():
        distance = Unlike(likeness)(torch.from_numpy(held_out.embedding)).numpy()
    return likeness, float(np.quantile(distance, 1 - UNLIKE_PART))


def _learned_from(own: LabelledSet, learned: LabelledSet) -> dict[str, Any]:
    taught = learned.window_label != UNLABELLED
    counts = np.bincount(learned.window_label[taught], minlength=len(LABELS)).tolist()
    return {
        "name": own.name,
        "recordings": len(np.unique(own.recording[own.window_trace[taught]])),
        "windows": int(taught.sum()),
        "labels": {name: count for name, count in zip(LABELS, counts, strict=True) if count},
        "source": "readers' verdicts",
    }


def _own_set(folder: Path) -> LabelledSet:
    found = list(find_sets(folder).values())
    if len(found) != 1:
        raise SystemExit(f"{folder} holds {len(found)} sets: name the folder of one")
    data = load_set(found[0])
    if data.reading is None:
        raise SystemExit(f"{data.name} is no set of verdicts: see rhythmark dataset --verdicts")
    return data


def _originals(folder: Path | None, preprocessing: str) -> list[LabelledSet]:
    """In training's order; the first of them is the one that calibration held for."""
    if folder is None:
        return []
    folders, shares = find_sets(folder), TrainConfig().shares
    first = next(iter(shares))
    if first not in folders:
        raise SystemExit(f"{folder} holds no {first} set: write it with rhythmark dataset")
    originals = [load_set(folders[name]) for name in shares if name in folders]
    if any(data.preprocessing != preprocessing for data in originals):
        raise SystemExit("the sets were written by different versions of the program")
    return originals


def _target(arguments: argparse.Namespace, base_name: str) -> Path:
    """Refuses to be taken for another model: the shipped one, or an earlier one of this name."""
    name, version = arguments.name, arguments.version
    if not _NAME.fullmatch(name) or not re.fullmatch(r"[0-9][0-9A-Za-z.]{0,19}", version):
        raise SystemExit("--name is letters, digits, _ . and -; --version digits and dots")
    if name == base_name:
        raise SystemExit(f"{name} is the name of the model that this starts from: choose another")
    target = arguments.out / f"{name}-{version}.onnx"
    if target.exists() or target.with_suffix(".json").exists():
        raise SystemExit(f"{target} is there already: choose another --version")
    return target


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m rhythmark_training.fine_tune",
        description="Fine-tunes the last layers of a finished model on readers' verdicts.",
    )
    parser.add_argument(
        "--dataset", type=Path, required=True, help="what `rhythmark dataset --verdicts` wrote"
    )
    parser.add_argument(
        "--from", dest="start", type=Path, required=True, help="ONNX file, its manifest beside it"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for the new model")
    parser.add_argument("--name", required=True, help="of the new model")
    parser.add_argument("--version", default="1.0.0", help="of the new model")
    parser.add_argument(
        "--original",
        type=Path,
        help="folder with the sets that the model learned from, to be mixed in",
    )
    parser.add_argument("--set", action="append", default=[], help="NAME=VALUE of FineTuneConfig")
    parser.add_argument("--golden", type=Path, help="where to write the tests' golden vectors")
    return parser.parse_args()


if __name__ == "__main__":
    main()
