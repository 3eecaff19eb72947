#!/usr/bin/env python3
"""OpenVINO's side: `openvino_peer.py CASE FILE`, one JSON document on standard output."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import numpy  # noqa: E402
import openvino  # noqa: E402

from measuring import answer, latency, rate  # noqa: E402
from networks import SIZE  # noqa: E402


def pictures(count):
    return numpy.random.default_rng(1).random((count, SIZE, SIZE, 3), numpy.float32)


def compiled(path, batch, hint):
    core = openvino.Core()
    network = core.read_model(path)
    network.reshape([batch, SIZE, SIZE, 3])
    # Its own choice on this processor would be bfloat16, and other numbers.
    return core.compile_model(network, "CPU", {"PERFORMANCE_HINT": hint, "INFERENCE_PRECISION_HINT": "f32"})


def forward(path):
    """Pictures in memory through a network: asynchronous requests as its throughput hint wants them, in the best batches."""
    best = (0, 0)
    for batch in (1, 2, 8):
        network = compiled(path, batch, "THROUGHPUT")
        queue = openvino.AsyncInferQueue(network)
        values = pictures(batch)

        def run(count=32):
            for _ in range(count // batch):
                queue.start_async({0: values})
            queue.wait_all()

        best = max(best, (rate(run, 32 // batch * batch), batch))
    return {"images_per_second": best[0], "batch": best[1]}


def one(path):
    """One picture in a running process."""
    request = compiled(path, 1, "LATENCY").create_infer_request()
    values = pictures(1)
    return latency(lambda: request.infer({0: values}))


if __name__ == "__main__":
    cases = {case.__name__: case for case in (forward, one)}
    answer(cases[sys.argv[1]](*sys.argv[2:]))
