"""Networks of torchvision, timm, efficientnet_pytorch and efficientnet_lite_pytorch with weights from the formula.

`python -m generator.torch_networks` (in Tests/Golden) lists them with their numbers of weights.
"""

import contextlib
import math

import numpy as np
import timm
import torch
import torchvision

from . import formula

torch.set_num_threads(1)
torch.use_deterministic_algorithms(True)

CLASSES = 5
RATE = 0.1
_SIZES = ("tiny", "small", "base", "large")
# Network: (Graft's constructor, the modules of the top in order, the first parameter that is trained for a step).
NETWORKS = {
    **{f"torchvision/resnet{n}": (f"TorchResNet{n}", ["fc"], "layer4.0.conv1") for n in (18, 34, 50, 101, 152)},
    "torchvision/mobilenet_v2": ("TorchMobileNetV2", ["classifier.1"], "features.14.conv.0.0"),
    "torchvision/mobilenet_v3_small": (
        "TorchMobileNetV3Small", ["classifier.0", "classifier.3"], "features.9.block.0.0"),
    "torchvision/mobilenet_v3_large": (
        "TorchMobileNetV3Large", ["classifier.0", "classifier.3"], "features.13.block.0.0"),
    **{
        f"torchvision/efficientnet_b{n}": (f"TorchEfficientNetB{n}", ["classifier.1"], "features.7.0.block.0.0")
        for n in range(8)
    },
    **{
        f"torchvision/convnext_{size}": (
            f"TorchConvNeXt{size.capitalize()}", ["classifier.2"], "features.7.0.block.0")
        for size in _SIZES
    },
    "timm/mobilenetv2_100": ("TorchMobileNetV2", ["classifier"], None),
    **{
        f"timm/{tf}mobilenetv3_{size}_100": (
            f"TorchMobileNetV3{size.capitalize()}", ["conv_head", "classifier"], None)
        for tf in ("", "tf_") for size in ("small", "large")
    },
    **{
        f"timm/{tf}efficientnet_b{n}": (f"TorchEfficientNetB{n}", ["classifier"], None)
        for tf in ("", "tf_") for n in range(8)
    },
    **{
        f"timm/{tf}efficientnet_lite{n}": (f"EfficientNetLite{n}", ["classifier"], None)
        for tf in ("", "tf_") for n in range(5)
    },
    **{f"timm/convnext_{size}": (f"TorchConvNeXt{size.capitalize()}", ["head.fc"], None) for size in _SIZES},
    **{f"efficientnet_pytorch/efficientnet-b{n}": (f"TorchEfficientNetB{n}", ["_fc"], None) for n in range(8)},
    **{f"efficientnet_lite_pytorch/efficientnet-lite{n}": (f"EfficientNetLite{n}", ["_fc"], None) for n in range(5)},
}


def build(network, side):
    """A network of 1000 classes with first weights of its own, in inference."""
    package, name = network.split("/")
    torch.manual_seed(1)
    match package:
        case "torchvision":
            model = torchvision.models.get_model(name, weights=None)
        case "timm":
            model = timm.create_model(name, pretrained=False)
        case "efficientnet_pytorch":
            import efficientnet_pytorch

            model = efficientnet_pytorch.EfficientNet.from_name(name, image_size=side)
            model.set_swish(memory_efficient=False)
        case "efficientnet_lite_pytorch":
            import efficientnet_lite_pytorch

            with contextlib.redirect_stdout(None):
                model = efficientnet_lite_pytorch.EfficientNet.from_name(name, image_size=side)
            # Its set_swish would undo relu6.
    return model.eval()


def fill(model, gain=1.0):
    """Gives every tensor its formula's value, by torch's name."""
    state = model.state_dict()
    for name, value in state.items():
        if not name.endswith("num_batches_tracked"):
            state[name] = torch.from_numpy(tensor(name, tuple(value.shape), gain)).to(value.dtype)
    model.load_state_dict(state)


def norms(model):
    return [(name, layer) for name, layer in model.named_modules() if isinstance(layer, torch.nn.BatchNorm2d)]


def calibrate(model, images):
    """Random statistics about those that pictures really have, as Tests/Fidelity/fidelity.py's `fill` has them."""
    handles = [layer.register_forward_pre_hook(calibrating(name)) for name, layer in norms(model)]
    with torch.no_grad():
        model(images)
    for handle in handles:
        handle.remove()


def calibrating(name):
    """Sets a normalisation's statistics by what enters it."""

    def hook(layer, inputs):
        values = inputs[0].double().transpose(0, 1).flatten(1).numpy()
        count = len(values)
        mean = 0.25 * values.mean(1) + 0.1 * values.std(1) * formula.uniform(f"{name}/mean", count)
        variance = ((values - mean[:, None]) ** 2).mean(1)
        variance = np.maximum(variance, max(0.2 * np.median(variance), 1e-2))
        variance *= 1 + 0.3 * formula.uniform(f"{name}/variance", count)
        layer.running_mean.copy_(torch.from_numpy(mean))
        layer.running_var.copy_(torch.from_numpy(variance))

    return hook


def tensor(name, shape, gain=1.0):
    """The tensor of that name; kernels have outputs first."""
    if len(shape) in (2, 4):
        count = math.prod(shape[1:])
        return formula.tensor(name, (count, shape[0]), "kernel", gain).reshape(shape)
    return formula.tensor(name, (math.prod(shape),), role(name)).reshape(shape)


def role(name):
    """What a tensor of one axis is."""
    module, _, last = name.rpartition(".")
    if last == "bias" and module.endswith(("fc2", "se.conv_expand", "_se_expand")) and ".mlp." not in name:
        return "gate_bias"
    return {"running_mean": "moving_mean", "running_var": "moving_variance", "bias": "bias"}.get(last, "gamma")


def run(model, top, images):
    """What enters the top, one row per picture, and the logits."""
    taken = []
    handle = model.get_submodule(top[0]).register_forward_pre_hook(lambda _, inputs: taken.append(inputs[0]))
    logits = model(images)
    handle.remove()
    return taken[0].flatten(1), logits


def pictures(side, count=2, dtype=torch.float32, width=None):
    """Channels before rows, as torch has them."""
    images = formula.pictures(count, side, width or side)
    return torch.from_numpy(images.transpose(0, 3, 1, 2).copy()).to(dtype)


def kernel(value):
    """A parameter in Keras's layout, outputs last."""
    value = value.detach().numpy()
    match value.ndim:
        case 4 if value.shape[1] == 1:
            return value.transpose(2, 3, 0, 1)
        case 4:
            return value.transpose(2, 3, 1, 0)
        case 2:
            return value.T
        case 3:
            return value.reshape(-1)
    return value


def one_step(model, top, images, first, classes, rate, labels):
    """The trained parameters before and after one step of SGD, by name, in Keras's layout.

    All from the module `first` on is trained under a new head, batch normalisations left out; nothing is dropped.
    """
    dtype = images.dtype
    features = model.get_submodule(top[-1] if len(top) == 1 else top[0])
    width = features.weight.shape[1]
    head = torch.nn.Linear(width, classes).to(dtype)
    with torch.no_grad():
        weight = formula.tensor("fidelity_head/kernel", (width, classes)).T.copy()
        head.weight.copy_(torch.from_numpy(weight))
        head.bias.copy_(torch.from_numpy(formula.tensor("fidelity_head/bias", (classes,))))
    trained, is_frozen = {}, True
    modules = dict(model.named_modules())
    for name, parameter in model.named_parameters():
        module = name.rpartition(".")[0]
        # A parameter that a block has beside its layers, as ConvNeXt's scale, comes before them.
        is_frozen = is_frozen and module not in (first, first.removesuffix(".block.0"))
        is_norm = isinstance(modules.get(module), torch.nn.BatchNorm2d)
        is_top = any(module == path for path in top)
        parameter.requires_grad = not (is_frozen or is_norm or is_top)
        if parameter.requires_grad:
            trained[name] = parameter
    trained |= {"fidelity_head.weight": head.weight, "fidelity_head.bias": head.bias}
    before = {name: kernel(value).copy() for name, value in trained.items()}
    optimizer = torch.optim.SGD(trained.values(), lr=rate)
    rows, _ = run(model, top, images)
    torch.nn.functional.cross_entropy(head(rows), torch.tensor(labels)).backward()
    optimizer.step()
    return before, {name: kernel(value).copy() for name, value in trained.items()}


def labels(count):
    return [index * 7 % CLASSES for index in range(count)]


def versions():
    return {"torch": torch.__version__, "torchvision": torchvision.__version__, "timm": timm.__version__,
            "numpy": np.__version__}


if __name__ == "__main__":
    for network, (constructor, top, _) in NETWORKS.items():
        state = build(network, 64).state_dict()
        counts = [
            sum(
                value.numel() for name, value in state.items()
                if not name.endswith("num_batches_tracked") and not name.startswith(tuple(f"{path}." for path in skipped)))
            for skipped in (top, ())
        ]
        print(f"{network:48} {constructor:22} {counts[0]:>11,} {counts[1]:>11,}")
    print(f"{len(NETWORKS)} networks")
