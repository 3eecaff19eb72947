#!/usr/bin/env python3
"""ONNX Runtime's side: `onnx_peer.py CASE FILE`, one JSON document on standard output."""

import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import numpy  # noqa: E402
import onnxruntime  # noqa: E402

from measuring import answer, latency, rate  # noqa: E402
from networks import SIZE  # noqa: E402


def session(path):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = os.cpu_count()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def pictures(count):
    return numpy.random.default_rng(1).random((count, SIZE, SIZE, 3), numpy.float32)


def forward(path):
    """Pictures in memory through a network, in the batches that the runtime is fastest with."""
    network = session(path)
    name = network.get_inputs()[0].name
    best = max(
        (rate(lambda values=pictures(batch): network.run(None, {name: values}), batch), batch) for batch in (1, 2, 8, 32))
    return {"images_per_second": best[0], "batch": best[1]}


def one(path):
    """One picture in a running process."""
    network = session(path)
    values = {network.get_inputs()[0].name: pictures(1)}
    return latency(lambda: network.run(None, values))


if __name__ == "__main__":
    cases = {case.__name__: case for case in (forward, one)}
    answer(cases[sys.argv[1]](*sys.argv[2:]))
