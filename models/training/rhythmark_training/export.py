"""Writes the network as ONNX, calibration inside, with the manifest that the program reads.

The file's one input is `signal`, float32 [batch, 1, 1, 2500] (any batch). Its outputs:
`probabilities`, float32 [batch, 5], which sum to 1 and are calibrated; `activation`, float32
[batch, 5, 40], whose mean over time is what softmax gets; `unlike`, float32 [batch], how far the
window is from the training data, where that is known; `evidence`, float32 [batch, n], what a window
contributes to the verdict on its recording, where a recording head reads it. The manifest's schema
is in models/MANIFEST.md.
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

from .blocked_layout import keep_blocked, largest_differences, refuse_difference
from .classes import OUTPUTS, SAMPLING_HZ, WINDOW_SAMPLES
from .evidence import Evidence
from .families import RhythmNetwork
from .together import WIDTH
from .unlike import Likeness, Unlike

OPSET = 17
MANIFEST_VERSION = 1


class Calibrated(nn.Module):
    """The network with vector scaling and softmax: its probabilities mean what they say."""

    def __init__(
        self,
        network: RhythmNetwork,
        scale: Tensor,
        offset: Tensor,
        likeness: Likeness | None,
        evidence: Evidence | None,
    ) -> None:
        super().__init__()
        self.network = network
        self.unlike = Unlike(likeness) if likeness else None
        self.evidence = evidence
        self.register_buffer("scale", scale.clone().reshape(1, len(OUTPUTS), 1))
        self.register_buffer("offset", offset.clone().reshape(1, len(OUTPUTS), 1))

    def forward(self, signal: Tensor) -> tuple[Tensor, ...]:
        features = self.network.features(signal)
        embedding = features.mean(dim=(2, 3))
        logits = self.network.classifier(embedding)
        probabilities = torch.softmax(logits * self.scale[:, :, 0] + self.offset[:, :, 0], dim=1)
        activation = self.network.activation(features) * self.scale + self.offset
        outputs = [probabilities, activation]
        if self.unlike is not None:
            outputs.append(self.unlike(embedding))
        if self.evidence is not None:
            peak = nn.functional.adaptive_max_pool2d(features, 1).flatten(1)
            outputs.append(self.evidence(embedding, peak))
        return tuple(outputs)

    @property
    def output_names(self) -> list[str]:
        optional = {"unlike": self.unlike, "evidence": self.evidence}
        return [
            "probabilities",
            "activation",
            *(name for name, part in optional.items() if part is not None),
        ]


def fold_batch_norms(network: RhythmNetwork) -> RhythmNetwork:
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


def write_onnx(
    network: RhythmNetwork,
    scale: Tensor,
    offset: Tensor,
    likeness: Likeness | None,
    path: Path,
    evidence: Evidence | None = None,
) -> str:
    """Writes `path` and returns its SHA-256 in hexadecimal."""
    model = Calibrated(fold_batch_norms(network), scale, offset, likeness, evidence).eval()
    example = torch.zeros(2, 1, 1, WINDOW_SAMPLES)
    output_names = model.output_names
    temporary = path.with_suffix(".onnx.tmp")
    try:
        torch.onnx.export(
            model,
            (example,),
            str(temporary),
            input_names=["signal"],
            output_names=output_names,
            dynamic_axes={name: {0: "batch"} for name in ("signal", *output_names)},
            opset_version=OPSET,
            dynamo=False,
        )
        content = _blocked(temporary.read_bytes())
        temporary.write_bytes(content)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)  # there after a failure only
    return hashlib.sha256(content).hexdigest()


def _blocked(exported: bytes) -> bytes:
    """Raises ArithmeticError where the faster graph answers otherwise."""
    content = keep_blocked(onnx.load_from_string(exported)).SerializeToString()
    windows = torch.randn(4, 1, 1, WINDOW_SAMPLES, generator=torch.Generator().manual_seed(1))
    worst = largest_differences(exported, content, windows.numpy())
    # The distance of a network of a few steps is a difference of numbers beyond all measure.
    worst.pop("unlike", None)
    refuse_difference(worst)
    return content


def write_manifest(path: Path, model_path: Path, sha256: str, facts: dict[str, Any]) -> None:
    """Writes the manifest beside the model. `facts` brings what training and evaluation found;
    what it has no `unlike_threshold`, `context`, `prediction_sets`, `recording_head` or `based_on`
    for is left out."""
    outputs = {
        "name": "probabilities",
        "order": list(OUTPUTS),
        "activation": {"name": "activation", "parts": facts["activation_parts"]},
    }
    if "unlike_threshold" in facts:
        threshold = float(f"{facts['unlike_threshold']:.4g}")
        outputs["unlike"] = {"name": "unlike", "threshold": threshold}
    if "recording_head" in facts:
        outputs["evidence"] = {"name": "evidence", "count": WIDTH}
    manifest = {
        "manifestVersion": MANIFEST_VERSION,
        "name": facts["name"],
        "version": facts["version"],
        "description": facts["description"],
        "figures": facts["figures"],
        **({"basedOn": facts["based_on"]} if "based_on" in facts else {}),
        "file": model_path.name,
        "sha256": sha256,
        "input": {
            "name": "signal",
            "shape": ["batch", 1, 1, WINDOW_SAMPLES],
            "type": "float32",
            "samplingHz": SAMPLING_HZ,
            "preprocessing": facts["preprocessing"],
        },
        "outputs": outputs,
        **({"context": facts["context"]} if "context" in facts else {}),
        **({"predictionSets": facts["prediction_sets"]} if "prediction_sets" in facts else {}),
        **({"recordingHead": facts["recording_head"]} if "recording_head" in facts else {}),
        "calibration": facts["calibration"],
        "threshold": facts["threshold"],
        "tellsEctopy": facts["tells_ectopy"],
        "parameters": facts["parameters"],
        "trainingData": facts["training_data"],
        "metrics": facts["metrics"],
        "createdAt": facts.get("created_at")
        or datetime.now(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z"),
    }
    path.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
