"""Seconds of wall time that wfdb-python and pyedflib take to read a whole file, for formats.bench.ts.

Run:  python formats-python.py wfdb-python|pyedflib PATH REPEATS. Prints the fastest of the repeats;
the first pass, which imports and fills caches, is not counted.
"""

import sys
import time


def edf(path):
    import pyedflib

    reader = pyedflib.EdfReader(path)
    signals = [reader.readSignal(signal) for signal in range(reader.signals_in_file)]
    reader.close()
    return signals


def wfdb(path):
    import wfdb as library

    return library.rdrecord(path.removesuffix(".hea"), physical=True, return_res=64)


read = {"pyedflib": edf, "wfdb-python": wfdb}[sys.argv[1]]
read(sys.argv[2])
times = []
for _ in range(int(sys.argv[3])):
    start = time.perf_counter()
    read(sys.argv[2])
    times.append(time.perf_counter() - start)
print(min(times))
