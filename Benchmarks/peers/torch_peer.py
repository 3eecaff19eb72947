#!/usr/bin/env python3
"""PyTorch's side: `torch_peer.py CASE …`, one JSON document on standard output."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import torch  # noqa: E402
import torchvision  # noqa: E402

from measuring import answer, latency, rate  # noqa: E402
from networks import NETWORKS, SIZE  # noqa: E402


def network(name):
    """The trunk with its pooling, channels last: PyTorch's faster way on processors."""
    torch.manual_seed(1)
    whole = getattr(torchvision.models, NETWORKS[name][1])(weights=None)
    for top in ("classifier", "fc"):
        if hasattr(whole, top):
            setattr(whole, top, torch.nn.Identity())
    return whole.eval().to(memory_format=torch.channels_last)


def pictures(count):
    return torch.rand(count, 3, SIZE, SIZE).contiguous(memory_format=torch.channels_last)


def forward(name):
    """Pictures in memory through a network, frozen and traced, in the batches that PyTorch is fastest with."""
    with torch.inference_mode():
        whole = network(name)
        best = (0, 0)
        for batch in (1, 8, 32):
            values = pictures(batch)
            traced = torch.jit.freeze(torch.jit.trace(whole, values))
            best = max(best, (rate(lambda: traced(values), batch), batch))
    return {"images_per_second": best[0], "batch": best[1]}


def one(name):
    """One picture in a running process."""
    with torch.inference_mode():
        values = pictures(1)
        traced = torch.jit.freeze(torch.jit.trace(network(name), values))
        return latency(lambda: traced(values))


def head(count):
    """The post's head on features: ten epochs of a plain loop."""
    import time

    count = int(count)
    torch.manual_seed(1)
    x = torch.randn(count, 1280).clamp(min=0)
    y = torch.randint(0, 5, (count,))
    model = torch.nn.Sequential(torch.nn.Linear(1280, 256), torch.nn.ReLU(), torch.nn.Linear(256, 5))
    optimizer = torch.optim.Adam(model.parameters())
    loss = torch.nn.CrossEntropyLoss()

    def epoch():
        order = torch.randperm(count)
        for start in range(0, count, 32):
            rows = order[start:start + 32]
            optimizer.zero_grad()
            loss(model(x[rows]), y[rows]).backward()
            optimizer.step()

    epoch()
    began = time.perf_counter()
    for _ in range(10):
        epoch()
    return {"seconds": time.perf_counter() - began}


if __name__ == "__main__":
    cases = {case.__name__: case for case in (forward, one, head)}
    answer(cases[sys.argv[1]](*sys.argv[2:]))
