"""Which windows an epoch learns from: random crops, mixed by set in a fixed proportion."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from .augment import augment
from .classes import LABELS, OUTPUTS, WINDOW_SAMPLES
from .config import TrainConfig
from .electrode_motion import ElectrodeMotion, add_at
from .sets import CPU, UNLABELLED, LabelledSet, fold_of_subjects
from .soft_targets import SoftTargets
from .together import Together, together_of


@dataclass(frozen=True)
class Drawn:
    """Where some crops are taken: trace, first sample, samples a sample; label indexes LABELS.

    `recording` numbers what was drawn from 0: crops of one recording follow each other.
    """

    trace: NDArray[np.int64]
    start: NDArray[np.float64]
    warp: NDArray[np.float64]
    label: NDArray[np.int64]
    weight: NDArray[np.float64]
    recording: NDArray[np.int64]


@dataclass(frozen=True)
class Batch:
    """`signal` [n, 1, 1, 2500]; `label` indexes LABELS; `weight` averages to 1; `domain` [n];
    `soft` [n, 5] what teachers say, all 0 where they were not asked; `together` the recordings
    that are judged by several crops."""

    signal: Tensor
    label: Tensor
    weight: Tensor
    domain: Tensor
    soft: Tensor | None = None
    together: Together | None = None


def trace_labels(data: LabelledSet) -> NDArray[np.int64]:
    """The commonest label of each trace's windows; UNLABELLED where it has none."""
    counts = np.zeros((len(data.recording), len(LABELS)), dtype=np.int64)
    known = data.window_label != UNLABELLED
    np.add.at(counts, (data.window_trace[known], data.window_label[known]), 1)
    return np.where(counts.sum(1) > 0, counts.argmax(1), UNLABELLED)


def held_out_traces(data: LabelledSet, config: TrainConfig) -> NDArray[np.bool_]:
    """Traces of the fold that training must not see. Folds are by subject, stratified by label.

    Annotated sets of some dozen people are not split: they are learned from whole, and no figure
    on them counts as a test.
    """
    if config.held_out_fold is None or not data.labels_whole_recordings:
        return np.zeros(len(data.recording), dtype=bool)
    label = trace_labels(data)
    subjects: dict[str, str] = {}
    for subject, index in zip(data.subject.tolist(), label.tolist(), strict=True):
        subjects[subject] = max(subjects.get(subject, ""), str(index))
    folds = fold_of_subjects(list(subjects), list(subjects.values()), config.folds, config.seed)
    fold = dict(zip(subjects, folds, strict=True))
    return np.array([fold[subject] == config.held_out_fold for subject in data.subject.tolist()])


class RecordingSampler:
    """Random crops of recordings that have one label each: every recording in turn, shuffled.

    Of each, as many crops behind each other as it is long, at most `together`. Classes are weighted
    by the square root of their inverse frequency. Of several leads one is drawn each time.
    """

    def __init__(self, data: LabelledSet, config: TrainConfig, together: int = 1) -> None:
        self.data = data
        self._warp = (config.augment.warp_low, config.augment.warp_high)
        self._together = together
        label = trace_labels(data)
        usable = np.flatnonzero(~held_out_traces(data, config) & (label != UNLABELLED))
        _, recording = np.unique(data.recording[usable], return_inverse=True)
        self._traces = usable[np.argsort(recording, kind="stable")]
        self._leads = np.bincount(recording)
        self._first = np.cumsum(self._leads) - self._leads
        self.labels = label[self._traces[self._first]]
        self._weight = sqrt_inverse_weights(self.labels)
        self._queue: NDArray[np.int64] = np.empty(0, dtype=np.int64)

    def __len__(self) -> int:
        return len(self._leads)

    @property
    def crops_each(self) -> float:
        """How many crops are taken of a recording, about."""
        return float(self._count(self._traces[self._first], np.ones(len(self))).mean())

    def draw(self, n: int, rng: np.random.Generator) -> Drawn:
        """`n` crops, and as many recordings as they come from; the last may be cut short."""
        while len(self._queue) < n:
            self._queue = np.concatenate([self._queue, rng.permutation(len(self))])
        chosen = self._queue[:n]
        trace = self._traces[self._first[chosen] + _index(self._leads[chosen], rng)]
        # A recording too short for the warp is played slower, not padded.
        warp = np.minimum(rng.uniform(*self._warp, n), self.data.samples[trace] / WINDOW_SAMPLES)
        count = self._count(trace, warp)
        length = warp * WINDOW_SAMPLES
        began = rng.uniform(0.0, 1.0, n) * np.maximum(self._room(trace) - count * length, 0.0)
        recording = np.repeat(np.arange(n), count)[:n]
        place = np.arange(n) - (np.cumsum(count) - count)[recording]
        self._queue = self._queue[recording[-1] + 1 :]
        label = self.labels[chosen][recording]
        return Drawn(
            trace[recording],
            began[recording] + place * length[recording],
            warp[recording],
            label,
            self._weight[label],
            recording,
        )

    def _count(self, trace: NDArray[np.int64], warp: NDArray[np.float64]) -> NDArray[np.int64]:
        fitting = self._room(trace) / (warp * WINDOW_SAMPLES)
        return np.clip(fitting.astype(np.int64), 1, self._together)

    def _room(self, trace: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.maximum(self.data.recorded[trace], WINDOW_SAMPLES)

    def begin_epoch(self) -> None:
        self._queue = self._queue[:0]


class WindowSampler:
    """Windows whose labels hold for exactly them: label by the root of its frequency, then lead."""

    def __init__(self, data: LabelledSet, config: TrainConfig) -> None:
        self.data = data
        self._warp = (config.augment.exact_warp_low, config.augment.exact_warp_high)
        usable = (data.window_label != UNLABELLED) & ~held_out_traces(data, config)[
            data.window_trace
        ]
        windows = np.flatnonzero(usable)
        order = np.lexsort((windows, data.window_trace[windows], data.window_label[windows]))
        self._windows = windows[order]
        label, trace = data.window_label[self._windows], data.window_trace[self._windows]
        self.labels, counts = np.unique(label, return_counts=True)
        self._chance = np.sqrt(counts) / np.sqrt(counts).sum()
        # A run holds the windows of one label in one trace.
        begins = np.flatnonzero(np.diff(label, prepend=-1) | np.diff(trace, prepend=-1))
        self._run_first, self._run_length = begins, np.diff(begins, append=len(label))
        self._runs = np.bincount(np.searchsorted(self.labels, label[begins]))

    def draw(self, n: int, rng: np.random.Generator) -> Drawn:
        kind = rng.choice(len(self.labels), n, p=self._chance)
        run = (np.cumsum(self._runs) - self._runs)[kind] + _index(self._runs[kind], rng)
        window = self._windows[self._run_first[run] + _index(self._run_length[run], rng)]
        warp = rng.uniform(*self._warp, n)
        trace = self.data.window_trace[window]
        # The warped stretch shares its middle with the window.
        start = self.data.window_start[window] + (1.0 - warp) * WINDOW_SAMPLES / 2
        start = np.clip(start, 0, self.data.samples[trace] - warp * WINDOW_SAMPLES)
        return Drawn(trace, start, warp, self.labels[kind], np.ones(n), np.arange(n))

    def begin_epoch(self) -> None:
        """Draws are independent; nothing is left over from the epoch before."""


def _index(count: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """A random place among so many, for each."""
    return (rng.uniform(0.0, 1.0, len(count)) * count).astype(np.int64)


def sqrt_inverse_weights(labels: NDArray[np.int64]) -> NDArray[np.float64]:
    """A weight for each of LABELS, 1 on average over `labels`."""
    counts = np.bincount(labels, minlength=len(LABELS)).astype(np.float64)
    weight = np.where(counts > 0, 1 / np.sqrt(np.maximum(counts, 1)), 0.0)
    return weight / weight[labels].mean()


class Mixture:
    """Batches of all sets in the configured proportion; an epoch is one pass over the first set.

    Signals lie on `device`, and crops are cut and changed there.
    """

    def __init__(
        self,
        sets: list[LabelledSet],
        config: TrainConfig,
        noise: LabelledSet | None = None,
        device: torch.device = CPU,
    ) -> None:
        self.config, self.device = config, device
        self.noise = ElectrodeMotion(noise, "training", device) if noise else None
        self.soft = SoftTargets(sets[0], config.soft_targets) if config.soft_targets else None
        if not sets[0].labels_whole_recordings:
            raise ValueError("the first set must have one label a recording: it defines the epoch")
        first = RecordingSampler(sets[0], config, config.together)
        self.samplers = [
            first,
            *(
                (RecordingSampler if data.labels_whole_recordings else WindowSampler)(data, config)
                for data in sets[1:]
            ),
        ]
        self.verdicts = first.labels
        self._signals = [data.signals(device) for data in sets]
        shares = [round(config.batch * config.shares[data.name]) for data in sets[1:]]
        # Of one size always: a GPU prepares itself anew for each.
        self.sizes = [config.batch - sum(shares), *shares]
        self.steps = max(1, int(len(first) * first.crops_each) // self.sizes[0])

    def epoch(self, number: int) -> Iterator[Batch]:
        """The batches of epoch `number`: the same whatever was drawn before it."""
        rng = np.random.default_rng([self.config.seed, number])
        generator = torch.Generator(self.device).manual_seed(self.config.seed * 1_000 + number)
        for sampler in self.samplers:
            sampler.begin_epoch()
        for _ in range(self.steps):
            drawn = [
                sampler.draw(size, rng)
                for sampler, size in zip(self.samplers, self.sizes, strict=True)
            ]
            crops = torch.cat(
                [
                    signals.crops(d.trace, d.start, d.warp)
                    for signals, d in zip(self._signals, drawn, strict=True)
                ]
            )
            label = np.concatenate([d.label for d in drawn])
            crops, label, buried = self._disturbed(crops, label, rng)
            recording = np.arange(len(crops))
            recording[: self.sizes[0]] = drawn[0].recording
            weight = np.concatenate([d.weight for d in drawn])
            yield Batch(
                signal=augment(crops, self.config.augment, generator, self._there(recording)),
                label=self._there(label),
                weight=self._there(weight).float(),
                domain=self._there(np.repeat(np.arange(len(drawn)), self.sizes)),
                soft=self._soft(drawn[0], buried),
                together=together_of(drawn[0].recording, drawn[0].label, self.device),
            )

    def _there(self, values: NDArray[Any]) -> Tensor:
        return torch.from_numpy(values).to(self.device)

    def _soft(self, first: Drawn, buried: NDArray[np.bool_]) -> Tensor | None:
        """Of crops of the first set that can still be read: [batch, 5]."""
        if self.soft is None:
            return None
        soft = np.zeros((len(buried), len(OUTPUTS)), dtype=np.float32)
        soft[: len(first.trace)] = self.soft.of(first.trace, first.start, first.warp)
        soft[buried] = 0.0
        return self._there(soft)

    def _disturbed(
        self, crops: Tensor, label: NDArray[np.int64], rng: np.random.Generator
    ) -> tuple[Tensor, NDArray[np.int64], NDArray[np.bool_]]:
        """Electrode motion in a random part; what is buried in it is labelled noise.

        The third is which are buried.
        """
        if self.noise is None:
            return crops, label, np.zeros(len(crops), dtype=bool)
        config = self.config.augment
        turn = rng.uniform(0.0, 1.0, len(crops))
        buried = turn < config.buried_chance
        readable = ~buried & (turn < config.buried_chance + config.noise_chance)
        snr_db = np.where(
            buried,
            rng.uniform(config.buried_low_db, config.buried_high_db, len(crops)),
            rng.uniform(config.noise_readable_low_db, config.noise_readable_high_db, len(crops)),
        )
        rows = np.flatnonzero(buried | readable)
        at = self._there(rows)
        crops[at] = add_at(crops[at], self.noise.draw(len(rows), rng), snr_db[rows])
        return crops, np.where(buried, LABELS.index("noise"), label), buried
