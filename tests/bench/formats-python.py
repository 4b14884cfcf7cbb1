"""Seconds of wall time that wfdb-python and pyedflib take to read a whole file, for formats.bench.ts.

Run:  python formats-python.py wfdb-python|pyedflib PATH REPEATS. Each way that a library offers to
have every sample of every lead is timed, and the fastest pass of the fastest way is printed; the
first pass of each, which imports and fills caches, is not counted.
"""

import sys
import time

BLOCK_S = 600


def edf_ways(path):
    import numpy
    import pyedflib

    def passing(read):
        reader = pyedflib.EdfReader(path)
        lengths = reader.getNSamples()
        for signal in range(reader.signals_in_file):
            read(reader, signal, int(lengths[signal]))
        reader.close()

    def whole(reader, signal, length):
        reader.readSignal(signal)

    def by_block(reader, signal, length):
        block = round(reader.getSampleFrequency(signal) * BLOCK_S)
        for start in range(0, length, block):
            reader.readSignal(signal, start, min(block, length - start))

    same = numpy.zeros(0)

    def into_the_same(reader, signal, length):
        nonlocal same
        block = round(reader.getSampleFrequency(signal) * BLOCK_S)
        if same.size < block:
            same = numpy.zeros(block)
        for start in range(0, length, block):
            reader.readsignal(signal, start, min(block, length - start), same)

    return [lambda read=read: passing(read) for read in (whole, by_block, into_the_same)]


def wfdb_ways(path):
    import wfdb

    record = path.removesuffix(".hea")

    def whole(bits):
        wfdb.rdrecord(record, physical=True, return_res=bits)

    def by_block(bits):
        header = wfdb.rdheader(record)
        block = round(header.fs * BLOCK_S)
        for start in range(0, header.sig_len, block):
            end = min(header.sig_len, start + block)
            wfdb.rdrecord(record, sampfrom=start, sampto=end, physical=True, return_res=bits)

    return [lambda way=way, bits=bits: way(bits) for way in (whole, by_block) for bits in (64, 32)]


def fastest(way, repeats):
    way()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        way()
        times.append(time.perf_counter() - start)
    return min(times)


ways = {"pyedflib": edf_ways, "wfdb-python": wfdb_ways}[sys.argv[1]](sys.argv[2])
print(min(fastest(way, int(sys.argv[3])) for way in ways))
