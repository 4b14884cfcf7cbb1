"""Seconds of processor time that wfdb-python and pyedflib take to read a whole file, for formats.bench.ts.

Run:  python formats-python.py edf|wfdb PATH REPEATS. Prints the fastest of the repeats.
"""

import sys
import time


def edf(path):
    import pyedflib

    reader = pyedflib.EdfReader(path)
    for signal in range(reader.signals_in_file):
        reader.readSignal(signal)
    reader.close()


def wfdb(path):
    import wfdb as library

    library.rdrecord(path.removesuffix(".hea"))


read = {"edf": edf, "wfdb": wfdb}[sys.argv[1]]
read(sys.argv[2])
times = []
for _ in range(int(sys.argv[3])):
    start = time.process_time()
    read(sys.argv[2])
    times.append(time.process_time() - start)
print(min(times))
