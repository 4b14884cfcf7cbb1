"""Writes the network as ONNX, calibration inside, with the manifest that the program reads.

The file's one input is `signal`, float32 [batch, 1, 1, 2500] (any batch); its one output is
`probabilities`, float32 [batch, 5], which sum to 1 and are calibrated. The manifest's schema is in
models/MANIFEST.md.
"""

from __future__ import annotations

import copy
import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import onnx
import torch
from torch import Tensor, nn

from .classes import OUTPUTS, SAMPLING_HZ, WINDOW_SAMPLES

OPSET = 17
MANIFEST_VERSION = 1


class Calibrated(nn.Module):
    """The network with vector scaling and softmax: its probabilities mean what they say."""

    def __init__(self, network: nn.Module, scale: Tensor, offset: Tensor) -> None:
        super().__init__()
        self.network = network
        self.register_buffer("scale", scale.clone().reshape(1, len(OUTPUTS)))
        self.register_buffer("offset", offset.clone().reshape(1, len(OUTPUTS)))

    def forward(self, signal: Tensor) -> Tensor:
        return torch.softmax(self.network(signal) * self.scale + self.offset, dim=1)


def fold_batch_norms(network: nn.Module) -> nn.Module:
    """A copy for inference, every batch norm merged into the convolution before it."""
    folded = copy.deepcopy(network).eval()
    for module in folded.modules():
        if not isinstance(module, nn.Sequential):
            continue
        for index in range(len(module) - 1):
            first, second = module[index], module[index + 1]
            if isinstance(first, nn.Conv2d) and isinstance(second, nn.BatchNorm2d):
                module[index] = torch.nn.utils.fusion.fuse_conv_bn_eval(first, second)
                module[index + 1] = nn.Identity()
    return folded


def write_onnx(network: nn.Module, scale: Tensor, offset: Tensor, path: Path) -> str:
    """Writes `path` and returns its SHA-256 in hexadecimal."""
    model = Calibrated(fold_batch_norms(network), scale, offset).eval()
    example = torch.zeros(2, 1, 1, WINDOW_SAMPLES)
    temporary = path.with_suffix(".onnx.tmp")
    torch.onnx.export(
        model,
        (example,),
        str(temporary),
        input_names=["signal"],
        output_names=["probabilities"],
        dynamic_axes={"signal": {0: "batch"}, "probabilities": {0: "batch"}},
        opset_version=OPSET,
        dynamo=False,
    )
    onnx.checker.check_model(onnx.load(str(temporary)))
    temporary.replace(path)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_manifest(path: Path, model_path: Path, sha256: str, facts: dict[str, Any]) -> None:
    """Writes the manifest beside the model. `facts` brings what training and evaluation found."""
    manifest = {
        "manifestVersion": MANIFEST_VERSION,
        "name": facts["name"],
        "version": facts["version"],
        "file": model_path.name,
        "sha256": sha256,
        "input": {
            "name": "signal",
            "shape": ["batch", 1, 1, WINDOW_SAMPLES],
            "type": "float32",
            "samplingHz": SAMPLING_HZ,
            "preprocessing": facts["preprocessing"],
        },
        "outputs": {"name": "probabilities", "order": list(OUTPUTS)},
        "calibration": facts["calibration"],
        "temperature": facts["temperature"],
        "threshold": facts["threshold"],
        "tellsEctopy": facts["tells_ectopy"],
        "parameters": facts["parameters"],
        "trainingData": facts["training_data"],
        "metrics": facts["metrics"],
        "createdAt": facts.get("created_at")
        or datetime.now(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z"),
    }
    path.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
