"""What each family costs: parameters, multiply-adds, and windows a second with onnxruntime.

    python -m rhythmark_training.throughput                two processes of one thread each
    python -m rhythmark_training.throughput --onnx FILE    finished models instead

Two processes with one thread each and batches of 8 are how the program runs a model. Without --onnx
networks are exported with random weights: they cost what trained ones do. The models take turns, so
that what else runs on the machine slows each alike.
"""

from __future__ import annotations

import argparse
import time
from multiprocessing import get_context
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnxruntime
import torch

from .classes import OUTPUTS, WINDOW_SAMPLES
from .export import write_onnx
from .families import FAMILIES, build_network, multiply_adds
from .network import parameter_count
from .unlike import Likeness

PROCESSES = 2
BATCH = 8
_WARM_UP = 20


def main() -> None:
    parser = argparse.ArgumentParser("python -m rhythmark_training.throughput", description=__doc__)
    parser.add_argument("--onnx", type=Path, action="append", default=[])
    parser.add_argument("--seconds", type=float, default=3.0, help="of each turn")
    parser.add_argument("--turns", type=int, default=3)
    arguments = parser.parse_args()
    with TemporaryDirectory() as folder:
        files = arguments.onnx or export_families(Path(folder))
        best = dict.fromkeys(files, 0.0)
        for _ in range(arguments.turns):
            for file in files:
                best[file] = max(best[file], windows_a_second(file, arguments.seconds))
        for file, rate in best.items():
            size = file.stat().st_size / 1e6
            print(f"{file.stem}: {size:.2f} MB, {rate:,.0f} windows/s (best of {arguments.turns})")


def export_families(folder: Path) -> list[Path]:
    """Writes a model of each family's defaults and prints what it is made of."""
    torch.manual_seed(0)
    files = []
    for name, config in FAMILIES.items():
        network = build_network(config()).eval()
        signal = torch.zeros(1, 1, 1, WINDOW_SAMPLES)
        with torch.no_grad():
            adds = multiply_adds(network, signal)
            channels = network.embed(signal).shape[1]
        print(f"{name}: {parameter_count(network):,} parameters, {adds / 1e6:.1f} M multiply-adds")
        # Of the size that training gives it: four classes' means.
        likeness = Likeness(
            np.eye(channels, dtype=np.float32), np.zeros((4, channels), dtype=np.float32)
        )
        one, none = torch.ones(len(OUTPUTS)), torch.zeros(len(OUTPUTS))
        files.append(folder / f"{name}.onnx")
        write_onnx(network, one, none, likeness, files[-1])
    return files


def windows_a_second(file: Path, seconds: float) -> float:
    """Of all processes together, from when each has loaded the model and warmed up."""
    context = get_context("spawn")
    barrier, counts = context.Barrier(PROCESSES), context.Queue()
    workers = [
        context.Process(target=_run, args=(file, seconds, barrier, counts))
        for _ in range(PROCESSES)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if any(worker.exitcode != 0 for worker in workers):
        raise SystemExit(f"{file} cannot be run: see above")
    return sum(counts.get() for _ in workers)


def _run(file: Path, seconds: float, barrier: Barrier, rates: Queue) -> None:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    signal = np.random.default_rng(0).normal(size=(BATCH, 1, 1, WINDOW_SAMPLES))
    inputs = {"signal": signal.astype(np.float32)}
    for _ in range(_WARM_UP):
        session.run(None, inputs)
    barrier.wait(timeout=60)
    began = time.perf_counter()
    done = 0
    while time.perf_counter() - began < seconds:
        session.run(None, inputs)
        done += BATCH
    rates.put(done / (time.perf_counter() - began))


if __name__ == "__main__":
    main()
