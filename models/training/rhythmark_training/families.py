"""The two families of networks, and what everything else may ask of either."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from .network import NetworkConfig, RhythmEfficientNet
from .scalogram import ScalogramConfig, ScalogramEfficientNet

FamilyConfig = NetworkConfig | ScalogramConfig

# By the name that commands and configurations use; it is also the model's.
FAMILIES: dict[str, type[NetworkConfig] | type[ScalogramConfig]] = {
    "rhythm-effnet": NetworkConfig,
    "rhythm-scalogram": ScalogramConfig,
}

# For people who choose between models.
DESCRIPTIONS = {
    "rhythm-effnet": "EfficientNet-1D on the signal",
    "rhythm-scalogram": "EfficientNet on a wavelet scalogram of the signal",
}

# Either has `features` [n, channels, 1, parts of the window], `embed` (their mean), `classifier`
# (of the embedding: logits) and `activation` (of the features: logits of each part).
RhythmNetwork = RhythmEfficientNet | ScalogramEfficientNet


def build_network(config: FamilyConfig) -> RhythmNetwork:
    if isinstance(config, ScalogramConfig):
        return ScalogramEfficientNet(config)
    return RhythmEfficientNet(config)


def network_of_checkpoint(path: Path) -> tuple[RhythmNetwork, dict[str, Any]]:
    """What `fit`'s checkpoint would export, in evaluation mode, and its configuration."""
    saved = torch.load(path, map_location="cpu", weights_only=True)
    values = dict(saved["config"]["network"])
    kind = ScalogramConfig if "scales" in values else NetworkConfig
    stage = type(kind().stages[0])
    values["stages"] = tuple(stage(**each) for each in values["stages"])
    network = build_network(kind(**values))
    network.load_state_dict(exported_by(saved))
    return network.eval(), saved["config"]


def exported_by(saved: dict[str, Any]) -> dict[str, Tensor]:
    """Of a checkpoint's content. Those of versions that had one stage export their average."""
    return saved.get("exported", saved["average"])


def family_of(config: FamilyConfig) -> str:
    return next(name for name, kind in FAMILIES.items() if type(config) is kind)


def multiply_adds(network: nn.Module, signal: Tensor) -> int:
    """Of the convolutions and linear layers, for one window of `signal` [n, 1, 1, 2500]."""
    total = 0

    def count(module: nn.Module, _: object, output: Tensor) -> None:
        nonlocal total
        taps = module.weight[0].numel()
        total += taps * output.numel() // len(signal)

    hooks = [
        module.register_forward_hook(count)
        for module in network.modules()
        if isinstance(module, nn.Conv2d | nn.Linear)
    ]
    try:
        network(signal)
    finally:
        for hook in hooks:
            hook.remove()
    return total
