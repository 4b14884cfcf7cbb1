"""Random changes to a batch of windows that do not change its rhythm."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from .classes import SAMPLING_HZ
from .config import AugmentConfig
from .scaling import CLIP_UNITS, SWING_UNITS, scale_windows, typical_swing


def augment(crops: Tensor, config: AugmentConfig, generator: torch.Generator) -> Tensor:
    """Crops [n, 2500] in any unit, NaN if missing -> network input [n, 1, 1, 2500].

    Noise is added in proportion to the window's own swing, before scaling, so that a noisy window
    reaches the network as it would in the program. Polarity and gain come last: they stand for
    what scaling cannot undo (an inverted lead, a swing set by one tall beat).
    """
    n, length = crops.shape

    def uniform(low: float, high: float) -> Tensor:
        return torch.rand(n, 1, generator=generator) * (high - low) + low

    def chance(part: float) -> Tensor:
        return (torch.rand(n, 1, generator=generator) < part).float()

    white = uniform(0.0, config.white_largest) * chance(config.white_chance)
    drift = uniform(0.0, config.drift_largest) * chance(config.drift_chance)
    turns = uniform(0.15, 0.7) * (torch.arange(length) / SAMPLING_HZ) + uniform(0.0, 1.0)
    added = white * torch.randn(n, length, generator=generator)
    added += drift * torch.sin(2 * math.pi * turns)
    unit = typical_swing(crops)[0][:, None] / SWING_UNITS
    x, _ = scale_windows(crops + added * unit.nan_to_num(0.0, 0.0, 0.0))
    x = _low_passed(x, config, generator)
    x = _tilted(x, config, generator)
    x = _clipped(x, config, generator)
    x = _dropped_out(x, config, generator)
    sign = 1 - 2 * chance(config.flip)
    gain = torch.exp(uniform(math.log(config.gain_low), math.log(config.gain_high)))
    return (x * sign * gain).clamp(-CLIP_UNITS, CLIP_UNITS)[:, None, None, :]


def _low_passed(x: Tensor, config: AugmentConfig, generator: torch.Generator) -> Tensor:
    """Blurs a random part of the batch by one Gaussian: recorders differ in bandwidth."""
    width = torch.rand(1, generator=generator).item() * config.low_pass_largest_samples
    chosen = torch.rand(len(x), generator=generator) < config.low_pass_chance
    if width < 0.5:
        return x
    x = x.clone()
    x[chosen] = _blurred(x[chosen], width)
    return x


def _tilted(x: Tensor, config: AugmentConfig, generator: torch.Generator) -> Tensor:
    """Raises or lowers what is slower than a Gaussian of one width, in a random part."""
    low, high = config.tilt_least_samples, config.tilt_largest_samples
    width = low + torch.rand(1, generator=generator).item() * (high - low)
    chosen = torch.rand(len(x), generator=generator) < config.tilt_chance
    amount = torch.rand(len(x), 1, generator=generator)
    amount = config.tilt_low + amount * (config.tilt_high - config.tilt_low)
    x = x.clone()
    x[chosen] += amount[chosen] * _blurred(x[chosen], width)
    return x


def _clipped(x: Tensor, config: AugmentConfig, generator: torch.Generator) -> Tensor:
    """An amplifier at its end, in a random part."""
    chosen = torch.rand(len(x), 1, generator=generator) < config.clip_chance
    room = torch.rand(len(x), 1, generator=generator) * 2.0 + config.clip_least_units
    return torch.where(chosen, torch.minimum(torch.maximum(x, -room), room), x)


def _dropped_out(x: Tensor, config: AugmentConfig, generator: torch.Generator) -> Tensor:
    """A flat stretch where contact was lost, in a random part."""
    length = x.shape[1]
    chosen = torch.rand(len(x), 1, generator=generator) < config.dropout_chance
    longest = torch.rand(len(x), 1, generator=generator) * config.dropout_largest_samples
    start = torch.rand(len(x), 1, generator=generator) * (length - longest)
    at = torch.arange(length)[None, :]
    return torch.where(chosen & (at >= start) & (at < start + longest), 0.0, x)


def _blurred(x: Tensor, width: float) -> Tensor:
    reach = math.ceil(3 * width)
    taps = torch.exp(-0.5 * (torch.arange(-reach, reach + 1) / width) ** 2)
    taps = (taps / taps.sum())[None, None, :]
    return torch.nn.functional.conv1d(x[:, None, :], taps, padding=reach)[:, 0]
