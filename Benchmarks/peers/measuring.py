"""What all peers share: timing in rounds, peak memory, and one JSON document on standard output."""

import json
import resource
import statistics
import sys
import time


def rate(run, pictures, seconds=4.0, rounds=5):
    """Pictures per second: the median of rounds, after one round that only warms up.

    - run: does the work once, on `pictures` pictures.
    """
    run()
    rates = []
    for _ in range(rounds):
        count, began = 0, time.perf_counter()
        while True:
            run()
            count += pictures
            elapsed = time.perf_counter() - began
            if elapsed >= seconds / rounds:
                break
        rates.append(count / elapsed)
    return statistics.median(rates)


def latency(run, repeats=200):
    """Milliseconds that one run takes: the median and the 95th of a hundred."""
    for _ in range(20):
        run()
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        run()
        times.append(1000 * (time.perf_counter() - began))
    times.sort()
    return {"median_ms": statistics.median(times), "p95_ms": times[int(0.95 * len(times))]}


def answer(values):
    """Prints the result, with the process's peak memory."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    json.dump({**values, "peak_mib": peak}, sys.stdout)
    print()
