"""A finished ONNX model in the place of a network, so that the same code measures both."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import torch
from torch import Tensor, nn


class OnnxNetwork(nn.Module):
    """Its logits are the logarithms of the model's probabilities: calibration is inside them.

    Softmax gives the probabilities back, and a calibration that is fitted on top finds a
    temperature near 1. Its features are not in the file, so `features` are the logits.
    """

    def __init__(self, file: Path) -> None:
        super().__init__()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = torch.get_num_threads()
        self._session = onnxruntime.InferenceSession(
            str(file), options, providers=["CPUExecutionProvider"]
        )
        self.classifier = nn.Identity()

    def features(self, signal: Tensor) -> Tensor:
        contiguous = signal.contiguous(memory_format=torch.contiguous_format)
        (p,) = self._session.run(["probabilities"], {"signal": contiguous.numpy()})
        return torch.from_numpy(np.log(np.maximum(p, 1e-12)))[:, :, None, None]

    def forward(self, signal: Tensor) -> Tensor:
        return self.features(signal).mean(dim=(2, 3))
