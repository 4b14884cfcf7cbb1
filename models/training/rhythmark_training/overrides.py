"""A configuration with some values changed by name, from a command line or from Hydra.

Defaults stay in the dataclasses, once; an unknown name or a value of another kind is refused.
"""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from .config import TrainConfig
from .families import FAMILIES

Part = TypeVar("Part")


def of_family(config: TrainConfig, family: str) -> TrainConfig:
    if family not in FAMILIES:
        raise ValueError(f"no family “{family}”; there are: {', '.join(FAMILIES)}")
    return replace(config, network=FAMILIES[family]())


def without_set(config: TrainConfig, name: str) -> TrainConfig:
    """For figures on a set that the network must never have seen."""
    return replace(config, shares={k: v for k, v in config.shares.items() if k != name})


def overridden(config: Part, assignments: list[str]) -> Part:
    """`assignments` such as `epochs=3`, `network.dropout=0.1`, `shares.mitdb-ds1=0.2`; stages of a
    network as JSON: `network.stages=[{"expand": 1, "channels": 24, "blocks": 1, "stride": 2}]`."""
    for assignment in assignments:
        name, equals, text = assignment.partition("=")
        if not equals:
            raise ValueError(f"“{assignment}” is no NAME=VALUE")
        values: Any = _value_of(text)
        for part in reversed(name.split(".")):
            values = {part: values}
        config = changed(config, values)
    return config


def changed(part: Part, values: dict[str, Any], where: str = "") -> Part:
    """A copy of the dataclass `part` with `values`, nested as it is, in place of its own."""
    known = {each.name: getattr(part, each.name) for each in fields(part)}
    changes = {}
    for name, value in values.items():
        if name not in known:
            raise ValueError(f"no setting “{where}{name}”; there are: {', '.join(known)}")
        changes[name] = _like(known[name], value, f"{where}{name}")
    return replace(part, **changes)


def _like(now: object, value: object, where: str) -> object:
    if is_dataclass(now):
        return changed(now, value, f"{where}.")
    if isinstance(now, dict):
        return now | {name: float(each) for name, each in value.items()}
    if isinstance(now, tuple):
        # Stages of a network: as many as are given, each with all its numbers.
        kind = type(now[0])
        try:
            return tuple(each if isinstance(each, kind) else kind(**each) for each in value)
        except TypeError as problem:
            raise ValueError(f"“{where}” takes a list of {kind.__name__}: {problem}") from problem
    if isinstance(now, float) and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if now is not None and value is not None and type(now) is not type(value):
        raise ValueError(f"“{where}” takes {type(now).__name__}, not {value!r}")
    return value


def _value_of(text: str) -> object:
    if text.startswith("["):
        try:
            return json.loads(text)
        except json.JSONDecodeError as problem:
            raise ValueError(f"“{text}” is no JSON: {problem}") from problem
    if text in ("null", "None"):
        return None
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
