"""`scaleWindow` of src-main/signal/scaling.ts, the only preprocessing that Python repeats.

Everything before it (resampling, band-pass, continuation of short recordings) is in the file that
`rhythmark dataset` wrote. tests/unit/model holds the two to the same golden vectors.
"""

from __future__ import annotations

import torch
from torch import Tensor

SWING_UNITS = 4.0
CLIP_UNITS = 6.0
PARTS = 5
MEDIAN_STEP = 4


def scale_windows(x: Tensor) -> tuple[Tensor, Tensor]:
    """Windows [n, 2500], NaN where there is no signal -> the network's input and its validity [n].

    (x - median) * 4 / swing within +-6. A window without a moving signal in at least half of it is
    zeros, and invalid.
    """
    swing, present = typical_swing(x)
    valid = (present * 2 >= x.shape[1]) & (swing > 0) & swing.isfinite()
    # The upper median of those of every fourth sample that are present; NaN sorts as the largest.
    quarter = x[:, ::MEDIAN_STEP]
    middle = ((~quarter.isnan()).sum(1) // 2).clamp(max=quarter.shape[1] - 1)
    median = quarter.sort(dim=1).values.gather(1, middle[:, None])[:, 0]
    factor = torch.where(valid, SWING_UNITS / swing, 0.0)
    scaled = (x - torch.where(valid, median, 0.0)[:, None]) * factor[:, None]
    return scaled.nan_to_num(0.0).clamp(-CLIP_UNITS, CLIP_UNITS), valid


def typical_swing(x: Tensor) -> tuple[Tensor, Tensor]:
    """Median of the peak-to-peak ranges of five parts of 2 s, and the number of present samples.

    A part with less than half its samples does not count; infinite where none does.
    """
    parts = x.reshape(len(x), PARTS, -1)
    there = ~parts.isnan()
    high = parts.nan_to_num(-torch.inf, torch.inf, -torch.inf).amax(2)
    low = parts.nan_to_num(torch.inf, torch.inf, -torch.inf).amin(2)
    present = there.sum(2)
    counted = present * 2 >= parts.shape[2]
    swings = torch.where(counted, high - low, torch.inf).sort(dim=1).values
    middle = (counted.sum(1) // 2).clamp(max=PARTS - 1)
    return swings.gather(1, middle[:, None])[:, 0], present.sum(1)
