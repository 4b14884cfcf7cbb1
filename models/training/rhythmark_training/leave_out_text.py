"""The figures of a set left out (leave_out.py), in words."""

from __future__ import annotations

from typing import Any


def text_of(figures: dict[str, Any]) -> str:
    source = figures["onnx"]
    lines = [
        f"{figures['set']}, never seen by {figures['model']}"
        + (f" (so says who measures {source}: the file cannot)" if source else "")
        + f"; windows {figures['windows']}",
        *lines_of(figures),
    ]
    if "inContext" in figures:
        lines += [f"in context, {line}" for line in lines_of(figures["inContext"])]
    if "buried" in figures:
        each = figures["buried"]
        lines.append(f"normal at {each['snrDb']:g} dB called AF: {_words(each['calledAf'])}")
        lines.append(f"normal at {each['snrDb']:g} dB called: {each['called']}")
    else:
        lines.append("electrode motion NOT measured: the sets hold no em-noise")
    return "\n".join(lines)


def lines_of(figures: dict[str, Any]) -> list[str]:
    """Of windows alone, or of windows in context."""
    lines = [
        f"calibration error: cinc {figures['calibrationError']:.4f}, "
        f"rhythm {figures['calibrationErrorRhythm']:.4f}"
    ]
    for lead, each in figures["af"].items():
        for name in ("sensitivity", "specificity"):
            lines.append(f"AF {name}, {lead}: {_words(each[name])}")
    for reading, each in figures["normalCalledOther"].items():
        lines.append(f"normal called Other, {reading}: {_words(each)}")
    if "afWithoutFlutter" in figures:
        each = figures["afWithoutFlutter"]
        lines.append(
            f"AF against the rest without flutter, first lead: sensitivity "
            f"{_words(each['sensitivity'])} at specificity {each['specificity']:.3f}"
        )
    return lines


def _words(share: dict[str, Any]) -> str:
    if share["value"] is None:
        return "no such window"
    low, high = share["interval95"]
    return (
        f"{share['value']:.3f} ({low:.3f}-{high:.3f}; {share['windows']} windows, "
        f"{share['people']} people)"
    )
