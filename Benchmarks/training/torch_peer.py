#!/usr/bin/env python3
"""Training speed of MobileNetV2 1.0 at 224×224 in PyTorch: images per second of a plain loop, batch 32, pictures in memory.

Prints one JSON document. Tensors lie channels-last, which is the faster way on CPUs.
"""

import argparse
import json
import resource
import statistics
import time

import torch
import torchvision


def model(mode, classes):
    network = torchvision.models.mobilenet_v2(weights=None, num_classes=classes)
    # features[14] is what Keras calls block_13.
    reached = 0 if mode != "block13" else 14
    for index, block in enumerate(network.features):
        for parameter in block.parameters():
            parameter.requires_grad = index >= reached
    if mode != "whole-train":
        for module in network.modules():
            if isinstance(module, torch.nn.BatchNorm2d):
                module.requires_grad_(False)
    return network


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mode", choices=["whole-train", "whole-frozen", "block13"])
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--contiguous", action="store_true", help="tensors channels-first, PyTorch's default")
    arguments = parser.parse_args()
    torch.manual_seed(1)
    layout = torch.contiguous_format if arguments.contiguous else torch.channels_last
    network = model(arguments.mode, 5).to(memory_format=layout)
    network.train()
    if arguments.mode != "whole-train":
        for module in network.modules():
            if isinstance(module, torch.nn.BatchNorm2d):
                module.eval()
    optimizer = torch.optim.Adam([p for p in network.parameters() if p.requires_grad], lr=1e-4)
    loss = torch.nn.CrossEntropyLoss()
    x = [(torch.rand(arguments.batch_size, 3, 224, 224) * 2 - 1).to(memory_format=layout)
         for _ in range(arguments.steps)]
    y = [torch.randint(0, 5, (arguments.batch_size,)) for _ in range(arguments.steps)]
    seconds = []
    for epoch in range(2):
        for inputs, targets in zip(x, y):
            began = time.perf_counter()
            optimizer.zero_grad()
            loss(network(inputs), targets).backward()
            optimizer.step()
            if epoch > 0:
                seconds.append(time.perf_counter() - began)
    print(json.dumps({
        "peer": "torch", "version": torch.__version__, "mode": arguments.mode,
        "images_per_second": arguments.batch_size / statistics.median(seconds),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }))


if __name__ == "__main__":
    main()
