"""`oof pool`: reads the folds that are there, prints their figures, draws their pictures."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from .config import TrainConfig
from .families import family_of
from .held_out_file import Rows, read_judged, read_rows
from .oof import GROUP, REPORTS
from .pictures import draw_confusion, draw_reliability
from .pooled import Pool, judged_together, pool_of, pooled_figures, readings
from .resampled import confusion_by_cluster


def main(words: list[str]) -> None:
    parser = argparse.ArgumentParser("python -m rhythmark_training.oof pool")
    parser.add_argument("--model", default=family_of(TrainConfig().network))
    parser.add_argument("--reports", type=Path, default=REPORTS)
    arguments = parser.parse_args(words)
    folder = arguments.reports / arguments.model
    try:
        figures = pool_folds(folder)
    except ValueError as problem:
        raise SystemExit(str(problem)) from problem
    (folder / "pooled.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    print(text_of(figures))


def folds_in(folder: Path) -> tuple[dict[str, Any], dict[int, Rows]]:
    """The configuration that the folds share, and each. Raises ValueError on a mixture."""
    folds: dict[int, Rows] = {}
    common: dict[str, Any] | None = None
    for path in sorted(folder.glob("fold-*.npz")):
        facts, groups = read_rows(path)
        config = dict(facts["config"])
        fold = config.pop("held_out_fold")
        config.pop("threads")  # of the machine
        shared = {"config": config, "preprocessing": facts["preprocessing"]}
        if common is not None and shared != common:
            raise ValueError(f"{path} is of another configuration than the folds before it")
        common = shared
        folds[int(fold)] = groups[GROUP]
    if common is None:
        raise ValueError(f"no fold in {folder}: run python -m rhythmark_training.oof --fold 0")
    return common["config"], folds


def pool_in(folder: Path) -> Pool:
    """All folds of a folder with their recording heads' verdicts. Raises as `folds_in`."""
    judged = [read_judged(path) for path in sorted(folder.glob("fold-*.npz"))]
    return pool_of(folds_in(folder)[1], [each for each in judged if each is not None])


def pool_folds(folder: Path) -> dict[str, Any]:
    """Figures of the folds in `folder`, pictures beside them. Raises ValueError on a mixture."""
    config, folds = folds_in(folder)
    missing = [fold for fold in range(config["folds"]) if fold not in folds]
    pool = pool_in(folder)
    by_calibration = readings(pool)
    figures = {"folds": sorted(folds), "missingFolds": missing} | pooled_figures(
        pool, by_calibration
    )
    truth, p = judged_together(pool)
    together = confusion_by_cluster(truth, p.argmax(1), truth * 0)[0].astype(int)
    draw_confusion(together, folder / "confusion.png")
    draw_reliability(
        {
            "raw": by_calibration["raw"],
            "temperature scaling": by_calibration["temperature"],
            "in context": by_calibration["context"],
        },
        pool.truth,
        folder / "reliability.png",
    )
    return figures


def text_of(figures: dict[str, Any]) -> str:
    missing = figures["missingFolds"]
    lines = [
        f"folds {figures['folds']}"
        + (f", MISSING {missing}: not the protocol's figure" if missing else ", none missing")
        + f"; {figures['recordings']} recordings, {figures['windows']} windows"
    ]
    for level in ("recording", "window"):
        for calibration, each in figures[level].items():
            error = each.get("calibrationError")
            lines.append(
                f"{level:9} {calibration:11} "
                f"N,A,O {each['meanF1NAO']:.3f} {_range(each['meanF1NAOInterval95'])}  "
                f"four {each['meanF1Four']:.3f} {_range(each['meanF1FourInterval95'])}  "
                + " ".join(f"{name} {value:.3f}" for name, value in each["f1"].items())
                + (f"  calibration error {error:.4f}" if error is not None else "")
            )
    for calibration, each in figures["window"].items():
        lines.append(
            f"window    {calibration:11} error of each probability, its mean:  "
            + "  ".join(
                f"{name} {error:.3f}, {each['meanProbability'][name]:.3f}"
                for name, error in each["classErrors"].items()
            )
        )
    for name, words in (("abstention", "abstain    "), ("abstentionInContext", "in context ")):
        for each in figures[name]:
            lines.append(
                f"{words}{each['abstained']:<11.0%} "
                f"N,A,O {each['meanF1NAO']:.3f} {_range(each['meanF1NAOInterval95'])}  "
                f"four {each['meanF1Four']:.3f}  coverage {each['coverage']:.3f}  "
                f"accuracy {each['accuracy']:.3f}"
            )
    return "\n".join(lines)


def _range(bounds: list[float]) -> str:
    return f"({bounds[0]:.3f}-{bounds[1]:.3f})"
