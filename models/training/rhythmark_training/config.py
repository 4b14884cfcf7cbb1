"""Everything that decides a training run, in one dataclass that is stored with its checkpoints."""

from __future__ import annotations

from dataclasses import dataclass, field

from .network import NetworkConfig


@dataclass(frozen=True)
class AugmentConfig:
    """Amplitudes are in units of a scaled window, where a typical peak-to-peak swing is 4."""

    warp_low: float = 0.85
    warp_high: float = 1.18
    # A label of exactly these ten seconds must stay true: less warp where labels are by window.
    exact_warp_low: float = 0.92
    exact_warp_high: float = 1.10
    flip: float = 0.2
    gain_low: float = 0.7
    gain_high: float = 1.4
    white_chance: float = 0.5
    white_largest: float = 0.25
    drift_chance: float = 0.4
    drift_largest: float = 0.8
    low_pass_chance: float = 0.2
    low_pass_largest_samples: float = 4.0


@dataclass(frozen=True)
class TrainConfig:
    """Defaults train the shipped model."""

    seed: int = 2017
    folds: int = 5
    # None learns from every recording: only for a model whose figures come from elsewhere.
    held_out_fold: int | None = 0
    # Part of each batch by set; a set that is not there gives its part to the first.
    shares: dict[str, float] = field(
        default_factory=lambda: {"cinc2017": 0.66, "ptbxl-rhythm": 0.20, "mitdb-ds1": 0.14}
    )
    epochs: int = 45
    batch: int = 64
    learning_rate: float = 3e-3
    weight_decay: float = 0.02
    warm_up: float = 0.2
    ema: float = 0.998
    label_smoothing: float = 0.05
    threads: int = 2
    network: NetworkConfig = field(default_factory=NetworkConfig)
    augment: AugmentConfig = field(default_factory=AugmentConfig)
