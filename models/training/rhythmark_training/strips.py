"""Strips of ECG paper as a PNG file: 25 mm/s, 10 mm/mV, a calibration pulse before each.

Everything is placed in millimetres of paper, four pixels each, so that grid lines are sharp. A
strip is as high as its signal asks for: nothing is clipped. Where that would be more than
HIGHEST_MM it is drawn at half the gain, or a quarter, as electrocardiographs do, and says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from .classes import SAMPLING_HZ, WINDOW_SAMPLES

MM_PER_S = 25
GAINS_MM_PER_MV = (10, 5, 2.5)
HIGHEST_MM = 45

_PIXELS_PER_MM = 4
_INCH_MM = 25.4
_LOWEST_MM = 20
_LARGE_MM = 5
_PULSE_MM = 10  # room for it: 1 mV, 200 ms, and flat on both sides
_PAPER_MM = _PULSE_MM + WINDOW_SAMPLES / SAMPLING_HZ * MM_PER_S
_MARGIN_MM = 2
_WORDS_MM = 11
_HEAD_MM = 13
_SMALL, _LARGE, _EDGE, _INK = "#f8e0e0", "#ecb4b4", "#d89c9c", "#101010"


@dataclass(frozen=True)
class Strip:
    """`signal` [2500] in mV, NaN where there is none."""

    title: str
    words: str
    signal: NDArray[np.float32]


@dataclass(frozen=True)
class _Placed:
    """Heights are of `mm`, the signal in mm around its median."""

    strip: Strip
    gain: float
    mm: NDArray[np.float64]
    low: float
    high: float


def draw_strips(strips: list[Strip], title: str, scale: str, path: Path) -> None:
    """Below each other, under `title` and one line that states the scale."""
    placed = [_placed(each) for each in strips]
    width = _PAPER_MM + 2 * _MARGIN_MM
    height = _HEAD_MM + sum(_WORDS_MM + each.high - each.low for each in placed) + _MARGIN_MM
    figure = Figure(figsize=(width / _INCH_MM, height / _INCH_MM))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, width)
    axes.set_ylim(0, height)
    axes.axis("off")
    axes.text(_MARGIN_MM, height - 3, title, fontsize=11, weight="bold", va="top")
    axes.text(_MARGIN_MM, height - 9, scale, fontsize=9, va="top")
    top = height - _HEAD_MM
    for each in placed:
        axes.text(_MARGIN_MM, top - 2.2, each.strip.title, fontsize=9, weight="bold", va="top")
        gain = "" if each.gain == GAINS_MM_PER_MV[0] else f"  [this strip {each.gain:g} mm/mV]"
        axes.text(_MARGIN_MM, top - 6.4, each.strip.words + gain, fontsize=9, va="top")
        top -= _WORDS_MM + each.high - each.low
        _draw(axes, each, top - each.low)
    path.parent.mkdir(parents=True, exist_ok=True)
    # No date and no version inside: the same strips give the same file.
    figure.savefig(path, dpi=_PIXELS_PER_MM * _INCH_MM, metadata={"Software": None})


def _placed(strip: Strip) -> _Placed:
    around = strip.signal - np.nanmedian(strip.signal)
    for gain in GAINS_MM_PER_MV:
        mm = around.astype(np.float64) * gain
        low = _LARGE_MM * np.floor((np.nanmin(mm) - 1) / _LARGE_MM)
        # The pulse is drawn at the height of the signal's median.
        high = _LARGE_MM * np.ceil((max(float(np.nanmax(mm)), gain) + 1) / _LARGE_MM)
        if high - low <= HIGHEST_MM:
            break
    low = min(low, high - _LOWEST_MM)
    return _Placed(strip, gain, mm, low, high)


def _draw(axes: Axes, placed: _Placed, baseline: float) -> None:
    low, high, left = baseline + placed.low, baseline + placed.high, _MARGIN_MM
    right = left + _PAPER_MM
    across, up = np.arange(_PAPER_MM + 1), np.arange(placed.high - placed.low + 1)
    for colour, step in ((_SMALL, 1), (_LARGE, _LARGE_MM)):
        lines = [((left + x, low), (left + x, high)) for x in across[::step]]
        lines += [((left, low + y), (right, low + y)) for y in up[::step]]
        axes.add_collection(LineCollection(lines, colors=colour, linewidths=0.7, antialiased=False))
    frame = Rectangle((left, low), _PAPER_MM, high - low, fill=False, ec=_EDGE, lw=0.8)
    axes.add_patch(frame)
    pulse_x = np.array([1, 2.5, 2.5, 7.5, 7.5, 9]) + left
    pulse_y = baseline + np.array([0, 0, placed.gain, placed.gain, 0, 0])
    axes.plot(pulse_x, pulse_y, color=_INK, lw=0.8, solid_joinstyle="miter")
    x = left + _PULSE_MM + np.arange(WINDOW_SAMPLES) / SAMPLING_HZ * MM_PER_S
    axes.plot(x, baseline + placed.mm, color=_INK, lw=0.8)
