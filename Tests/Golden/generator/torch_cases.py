"""Small networks of torchvision, timm and others, with weights from the formula under torch's names: pooled features, logits, and of
some the weights after a training step. Tests/Fidelity/torch_fidelity.py has all of them."""

import sys

import torch

from . import golden_file, torch_networks
from .torch_networks import CLASSES, RATE, labels

# (network, gain of kernels, whether a step is trained). The gains keep values near 1 and pictures told apart.
_CASES = [
    ("torchvision/resnet18", 1.0, True),
    ("torchvision/resnet50", 0.9, False),
    ("torchvision/mobilenet_v2", 1.25, True),
    ("torchvision/mobilenet_v3_small", 1.2, False),
    ("torchvision/efficientnet_b0", 1.22, False),
    ("torchvision/convnext_tiny", 1.0, False),
    ("timm/mobilenetv2_100", 1.25, False),
    ("timm/mobilenetv3_large_100", 1.2, False),
    ("timm/tf_mobilenetv3_small_100", 1.2, False),
    ("timm/efficientnet_b0", 1.22, False),
    ("timm/tf_efficientnet_b0", 1.22, False),
    ("timm/efficientnet_lite0", 1.25, False),
    ("timm/tf_efficientnet_lite0", 1.25, False),
    ("timm/convnext_tiny", 1.0, False),
    ("efficientnet_pytorch/efficientnet-b0", 1.22, False),
    ("efficientnet_lite_pytorch/efficientnet-lite0", 1.25, False),
]
_SIDE = 64
_STORED = 300
_LOGITS = 100


def generate(folder):
    for network, gain, trains in _CASES:
        single, state = _outputs(network, gain, trains, torch.float32)
        double, _ = _outputs(network, gain, trains, torch.float64)
        constructor, top, first = torch_networks.NETWORKS[network]
        golden_file.write(
            folder, network.replace("/", "_"), single, network=network, constructor=constructor, side=_SIDE, gain=gain,
            weights=[{"name": name, "shape": list(value.shape)} for name, value in state.items()],
            first=first if trains else None, classes=CLASSES, learning_rate=RATE, labels=labels(2),
            float64_deviation=golden_file.deviation(single, double), versions=torch_networks.versions())


def _outputs(network, gain, trains, dtype):
    _, top, first = torch_networks.NETWORKS[network]
    model = torch_networks.build(network, _SIDE)
    torch_networks.fill(model, gain)
    model = model.to(dtype)
    state = model.state_dict()
    images = torch_networks.pictures(_SIDE, dtype=dtype)
    with torch.no_grad():
        features, logits = torch_networks.run(model, top, images)
    tensors = {"features": features.numpy(), "logits": logits.numpy()[:, :_LOGITS]}
    if trains:
        _, after = torch_networks.one_step(model, top, images, first, CLASSES, RATE, labels(2))
        tensors |= {f"step/{name}": value.ravel()[:_STORED] for name, value in after.items()}
    return tensors, state


if __name__ == "__main__":
    generate(sys.argv[1])
