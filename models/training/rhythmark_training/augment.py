"""Random changes to a batch of windows that do not change its rhythm."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from .classes import SAMPLING_HZ
from .config import AugmentConfig
from .scaling import CLIP_UNITS, SWING_UNITS, scale_windows, typical_swing

# Zeros beyond the window's end while it is blurred: what reaches over its edge is gone, as outside
# the widest Gaussian. 2,500 and these have small factors only.
_MARGIN = 200


def augment(
    crops: Tensor,
    config: AugmentConfig,
    generator: torch.Generator,
    recording: Tensor | None = None,
) -> Tensor:
    """Crops [n, 2500] in any unit, NaN if missing -> network input [n, 1, 1, 2500].

    `generator` is of the crops' device. Crops of one `recording` [n], a number below n, have one
    polarity, as its electrodes have.
    Noise is added in proportion to the window's own swing, before scaling, so that a noisy window
    reaches the network as it would in the program. Polarity and gain come last: they stand for
    what scaling cannot undo (an inverted lead, a swing set by one tall beat).
    """
    n, length = crops.shape

    def uniform(low: float, high: float) -> Tensor:
        return _turns(n, generator) * (high - low) + low

    def chance(part: float) -> Tensor:
        return (_turns(n, generator) < part).float()

    white = uniform(0.0, config.white_largest) * chance(config.white_chance)
    drift = uniform(0.0, config.drift_largest) * chance(config.drift_chance)
    turns = uniform(0.15, 0.7) * (
        torch.arange(length, device=crops.device) / SAMPLING_HZ
    ) + uniform(0.0, 1.0)
    added = white * torch.randn(n, length, generator=generator, device=crops.device)
    added += drift * torch.sin(2 * math.pi * turns)
    unit = typical_swing(crops)[0][:, None] / SWING_UNITS
    x, _ = scale_windows(crops + added * unit.nan_to_num(0.0, 0.0, 0.0))
    x = _low_passed(x, config, generator)
    x = _tilted(x, config, generator)
    x = _clipped(x, config, generator)
    x = _dropped_out(x, config, generator)
    sign = 1 - 2 * chance(config.flip)
    if recording is not None:
        sign = sign[recording]
    gain = torch.exp(uniform(math.log(config.gain_low), math.log(config.gain_high)))
    return (x * sign * gain).clamp(-CLIP_UNITS, CLIP_UNITS)[:, None, None, :]


def _low_passed(x: Tensor, config: AugmentConfig, generator: torch.Generator) -> Tensor:
    """Blurs a random part by a Gaussian each: recorders differ in bandwidth."""
    width = _turns(len(x), generator) * config.low_pass_largest_samples
    chosen = _turns(len(x), generator) < config.low_pass_chance
    return torch.where(chosen, _blurred(x, width), x)


def _tilted(x: Tensor, config: AugmentConfig, generator: torch.Generator) -> Tensor:
    """Raises or lowers what is slower than a Gaussian, in a random part."""
    low, high = config.tilt_least_samples, config.tilt_largest_samples
    width = low + _turns(len(x), generator) * (high - low)
    chosen = _turns(len(x), generator) < config.tilt_chance
    amount = config.tilt_low + _turns(len(x), generator) * (config.tilt_high - config.tilt_low)
    return torch.where(chosen, x + amount * _blurred(x, width), x)


def _clipped(x: Tensor, config: AugmentConfig, generator: torch.Generator) -> Tensor:
    """An amplifier at its end, in a random part."""
    chosen = _turns(len(x), generator) < config.clip_chance
    room = _turns(len(x), generator) * 2.0 + config.clip_least_units
    return torch.where(chosen, torch.minimum(torch.maximum(x, -room), room), x)


def _dropped_out(x: Tensor, config: AugmentConfig, generator: torch.Generator) -> Tensor:
    """A flat stretch where contact was lost, in a random part."""
    length = x.shape[1]
    chosen = _turns(len(x), generator) < config.dropout_chance
    longest = _turns(len(x), generator) * config.dropout_largest_samples
    start = _turns(len(x), generator) * (length - longest)
    at = torch.arange(length, device=x.device)[None, :]
    return torch.where(chosen & (at >= start) & (at < start + longest), 0.0, x)


def _blurred(x: Tensor, width: Tensor) -> Tensor:
    """Rows of `x` [n, 2500] under Gaussians of `width` [n, 1] samples; outside is 0."""
    padded = x.shape[1] + _MARGIN
    frequency = torch.fft.rfftfreq(padded, device=x.device)[None, :]
    response = torch.exp(-2 * (math.pi * width * frequency).square())
    return torch.fft.irfft(torch.fft.rfft(x, padded) * response, padded)[:, : x.shape[1]]


def _turns(n: int, generator: torch.Generator) -> Tensor:
    """[n, 1] between 0 and 1."""
    return torch.rand(n, 1, generator=generator, device=generator.device)
