"""Everything that decides a training run, in one dataclass that is stored with its checkpoints."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace

from .families import FamilyConfig
from .network import NetworkConfig


@dataclass(frozen=True)
class AugmentConfig:
    """Amplitudes are in units of a scaled window, where a typical peak-to-peak swing is 4."""

    warp_low: float = 0.85
    warp_high: float = 1.18
    # A label of exactly these ten seconds must stay true: less warp where labels are by window.
    exact_warp_low: float = 0.92
    exact_warp_high: float = 1.10
    flip: float = 0.3
    gain_low: float = 0.7
    gain_high: float = 1.4
    white_chance: float = 0.5
    white_largest: float = 0.25
    drift_chance: float = 0.4
    drift_largest: float = 0.8
    low_pass_chance: float = 0.2
    low_pass_largest_samples: float = 4.0
    # Leads differ in how large T and P are beside QRS: slow parts are raised or lowered.
    tilt_chance: float = 0.3
    tilt_low: float = -0.5
    tilt_high: float = 0.8
    tilt_least_samples: float = 8.0
    tilt_largest_samples: float = 25.0
    dropout_chance: float = 0.06
    dropout_largest_samples: int = 750
    clip_chance: float = 0.06
    clip_least_units: float = 1.2
    # Real electrode motion. From `noise_readable_low` up the rhythm can still be read; a window
    # buried below `buried_high` teaches noise, whatever it was.
    noise_chance: float = 0.2
    noise_readable_low_db: float = 2.0
    noise_readable_high_db: float = 24.0
    buried_chance: float = 0.05
    buried_low_db: float = -15.0
    buried_high_db: float = -4.0


@dataclass(frozen=True)
class SecondStage:
    """Learning that goes on from the average of the first stage, with settings of its own.

    Recordings' verdicts are learned beside windows' labels (together.py). From the start that
    brought nothing; for a network that knows what windows look like, it does. 0 epochs: no second
    stage.
    """

    epochs: int = 6
    batch: int = 448
    together: int = 6
    together_part: float = 1.0
    learning_rate: float = 1.5e-3
    warm_up: float = 0.1
    ema: float = 0.995
    # As in TrainConfig: teachers may be asked in one stage and not in the other.
    soft_targets: str = ""
    kept: float = 0.5


@dataclass(frozen=True)
class TrainConfig:
    """Defaults are those of the shipped model."""

    seed: int = 2017
    folds: int = 5
    # None learns from every recording: only for a model whose figures come from elsewhere.
    held_out_fold: int | None = 0
    # Part of each batch by set; a set that is not there gives its part to the first.
    shares: dict[str, float] = field(
        default_factory=lambda: {"cinc2017": 0.66, "ptbxl-rhythm": 0.20, "mitdb-ds1": 0.14}
    )
    # A set of noise alone, which is mixed into windows of the others.
    noise_set: str = "em-noise"
    epochs: int = 42
    # Crops.
    batch: int = 64
    # How many crops a recording of the first set brings at most, and what the verdict on it, read
    # from them together, weighs beside their own loss: see together.py.
    together: int = 1
    together_part: float = 0.0
    reader_dropout: float = 0.3
    learning_rate: float = 3e-3
    weight_decay: float = 0.02
    warm_up: float = 0.2
    ema: float = 0.998
    label_smoothing: float = 0.05
    # How much of the weights of the stage before is left in those that this one exports. Half way
    # between the two a network is nearly as good where it learned last, and better elsewhere:
    # Wortsman et al., "Robust fine-tuning of zero-shot models" (2022).
    kept: float = 0.0
    # What teachers say of the first set's crops (a file that `teach` wrote), and how much of the
    # loss it is; the rest is the label's. Empty: labels alone.
    soft_targets: str = ""
    soft_part: float = 0.7
    threads: int = 1
    # None in what one stage is told.
    second: SecondStage | None = field(default_factory=SecondStage)
    network: FamilyConfig = field(default_factory=NetworkConfig)
    augment: AugmentConfig = field(default_factory=AugmentConfig)

    def stages(self) -> tuple[TrainConfig, ...]:
        """What each stage is told, in order."""
        first = replace(self, second=None)
        if self.second is None or self.second.epochs == 0:
            return (first,)
        return first, replace(first, **asdict(self.second))
