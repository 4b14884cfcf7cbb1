"""A finished model's network, taken back out of its ONNX file: weights lie there by their names.

So whoever has the program has what fine-tuning starts from, and no checkpoint has to be kept beside
the model. Batch norms were merged into the convolutions before them (export.fold_batch_norms), so
the network that comes back has none left whose statistics could move.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import onnx
import torch

from .calibrate import Calibration
from .classes import OUTPUTS
from .export import fold_batch_norms
from .families import FAMILIES, RhythmNetwork, build_network

_PREFIX = "network."


@dataclass(frozen=True)
class FinishedModel:
    """What an ONNX file and the manifest beside it hold."""

    network: RhythmNetwork
    calibration: Calibration
    manifest: dict[str, Any]


def read_model(onnx_file: Path) -> FinishedModel:
    """Raises ValueError where the two files disagree or the network is of no family known here."""
    manifest = json.loads(onnx_file.with_suffix(".json").read_text(encoding="utf-8"))
    content = onnx_file.read_bytes()
    if hashlib.sha256(content).hexdigest() != manifest["sha256"]:
        raise ValueError(f"{onnx_file} is not the file that its manifest describes")
    if manifest["outputs"]["order"] != list(OUTPUTS):
        raise ValueError(f"{onnx_file} has other outputs: {manifest['outputs']['order']}")
    weights = {
        tensor.name.removeprefix(_PREFIX): torch.from_numpy(
            onnx.numpy_helper.to_array(tensor).copy()
        )
        for tensor in onnx.load_from_string(content).graph.initializer
        if tensor.name.startswith(_PREFIX)
    }
    stated = manifest["calibration"]
    return FinishedModel(
        network=_network_with(weights, onnx_file),
        calibration=Calibration(stated["kind"], tuple(stated["scale"]), tuple(stated["offset"])),
        manifest=manifest,
    )


def _network_with(weights: dict[str, torch.Tensor], onnx_file: Path) -> RhythmNetwork:
    for kind in FAMILIES.values():
        network = fold_batch_norms(build_network(kind()))
        # A count of batches, for training only.
        needed = {n: v for n, v in network.state_dict().items() if "num_batches" not in n}
        if {n: v.shape for n, v in needed.items()} != {n: v.shape for n, v in weights.items()}:
            continue
        network.load_state_dict(weights, strict=False)
        return network.eval()
    raise ValueError(f"{onnx_file} holds no network of {', '.join(FAMILIES)} in their own sizes")
