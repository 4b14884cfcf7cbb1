"""The work of src-main/signal/preprocess.ts in scipy, timed: tests/bench/signal.bench.ts runs it.

Arguments: sampling rate (Hz), recordings. Prints windows per second of one core.
"""

import sys
import time
from fractions import Fraction

import numpy as np
from scipy import signal

rate, recordings = int(sys.argv[1]), int(sys.argv[2])
ratio = Fraction(250, rate)
band = np.vstack([
    signal.butter(2, 0.5, "highpass", fs=250, output="sos"),
    signal.butter(4, 40, "lowpass", fs=250, output="sos"),
])
data = np.random.default_rng(1).standard_normal((recordings, 30 * rate)).astype(np.float32)


def windows(samples: np.ndarray) -> np.ndarray:
    x = signal.resample_poly(samples.astype(np.float64), ratio.numerator, ratio.denominator)
    x = signal.sosfiltfilt(band, x, padlen=500).reshape(3, 2500)
    swing = np.median(np.ptp(x.reshape(3, 5, 500), axis=2), axis=1, keepdims=True)
    scaled = (x - np.median(x[:, ::4], axis=1, keepdims=True)) * 4 / swing
    return np.clip(scaled, -6, 6).astype(np.float32)


windows(data[0])
start = time.process_time()
for samples in data:
    windows(samples)
print(3 * recordings / (time.process_time() - start))
