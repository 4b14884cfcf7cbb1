"""What `weak_spots` prints for people."""

from __future__ import annotations

from typing import Any


def text_of(figures: dict[str, Any]) -> str:
    """Parts of windows in percent; sensitivity, specificity and F1 as they are mostly written."""
    lines = [
        f"{figures['model']}, windows of 10 s, each by a network that never saw it.",
        "Where it is not known whose a recording is (CinC 2017, most of PTB-XL), it is a person.",
    ]
    for lead, called in figures.get("flutterCalled", {}).items():
        lines += ["", f"Flutter (PTB-XL, {lead}; Other by definition) is called"]
        lines += [f"  {name:7}{_percent(share)}" for name, share in called.items()]
    for name, people in figures.get("afByPerson", {}).items():
        lines += ["", f"{name}, AF by person (both leads)"]
        lines += [
            f"  {person:10}{words:12}{_of_person(part)}"
            for person, each in people.items()
            for words, part in (("sensitivity", each["af"]), ("specificity", each["rest"]))
        ]
    for name, readings in figures["f1"].items():
        for reading, ways in readings.items():
            lines += ["", f"{name}, F1 of each class, {reading} reading"]
            lines += [line for way, f1 in ways.items() for line in _f1_lines(way, f1)]
    for name, each in figures["context"].items():
        lines += [
            "",
            f"{name}: of {each['windows']:,} labelled windows context changes {each['changed']}; "
            f"{each['corrected']} were wrong and are right, {each['spoiled']} the other way",
        ]
        for way in ("alone", "context"):
            lines += [f"  {_way(way)}{line}" for line in _af_and_normal(each[way])]
    for group, each in figures.get("bySexAndAge", {}).items():
        lines += ["", f"PTB-XL, lead I, {group}"]
        lines += [f"  {line}" for line in _af_and_normal(each)]
    return "\n".join(lines)


def _of_person(part: dict[str, int]) -> str:
    windows, alone, context = part["windows"], part["right"], part["rightInContext"]
    if windows == 0:
        return "no such window"
    return (
        f"{alone / windows:.3f} ({alone} of {windows} windows), "
        f"in context {context / windows:.3f} ({context})"
    )


def _f1_lines(way: str, f1: dict[str, Any]) -> list[str]:
    return [
        f"  {_way(way)}{name:7}"
        + (
            f"no such window; {each['called']} were called that"
            if each["f1"] is None
            else f"{each['f1']:.3f}{_in_brackets(each)}"
        )
        for name, each in f1.items()
    ]


def _af_and_normal(each: dict[str, Any]) -> list[str]:
    return [
        f"AF sensitivity {_part(each['afSensitivity'])}",
        f"AF specificity {_part(each['afSpecificity'])}",
        *(
            f"normal called Other, {reading} reading {_percent(share)}"
            for reading, share in each["normalCalledOther"].items()
        ),
    ]


def _way(way: str) -> str:
    return {"alone": "alone       ", "context": "in context  "}[way]


def _part(share: dict[str, Any]) -> str:
    return f"{share['value']:.3f}{_in_brackets(share)}" if _given(share) else _too_few(share)


def _percent(share: dict[str, Any]) -> str:
    if not _given(share):
        return _too_few(share)
    return f"{100 * share['value']:.1f} %{_in_brackets(share, 100, 1)}"


def _given(share: dict[str, Any]) -> bool:
    return share["value"] is not None


def _too_few(share: dict[str, Any]) -> str:
    return f"no number: {share['people']} people are too few"


def _in_brackets(share: dict[str, Any], factor: int = 1, digits: int = 3) -> str:
    """With an interval over people, where several are there."""
    people = "1 person" if share["people"] == 1 else f"{share['people']:,} people"
    words = f"{share['windows']:,} windows, {people}"
    if share["people"] > 1 and share["interval95"] is not None:
        low, high = (f"{factor * bound:.{digits}f}" for bound in share["interval95"])
        words = f"{low}-{high}; {words}"
    return f" ({words})"
