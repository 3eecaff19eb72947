#!/usr/bin/env python3
"""Holds what Graft reads from ONNX against ONNX Runtime: networks of torchvision, timm and keras.applications.

`onnx_bases.py PROGRAM [--only NAME…]`; PROGRAM is the built `graft`. Each network has random weights and statistics, is written by
PyTorch's two exporters (opset 11, 17, 18) or by tf2onnx, and runs on a batch of noise on coarse patches in both programs. Prints
a table of the largest difference, relative to the element where that is large, else to 1, or to the largest of all if less; exits
with 1 if any is above 10⁻⁴, or if the pictures look all the same at a network's end. `make interop-onnx` runs it in a virtual
environment with what requirements-onnx.txt pins.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile
import warnings

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["GOLDEN_ENGINE"] = "torch"
warnings.filterwarnings("ignore")

import numpy as np
import onnxruntime
import timm
import torch
import torchvision

TESTS = pathlib.Path(__file__).resolve().parents[1]
GOLDEN = TESTS / "Golden"
sys.path[:0] = [str(TESTS / "Fidelity"), str(GOLDEN)]
from generator import torch_networks  # noqa: E402
from distances import TOLERANCE, output_distance, says_nothing  # noqa: E402

_TORCHVISION = [
    "resnet18", "resnet50", "mobilenet_v2", "mobilenet_v3_small", "mobilenet_v3_large", "efficientnet_b0", "efficientnet_v2_s",
    "convnext_tiny", "densenet121", "googlenet", "inception_v3", "mnasnet0_5", "regnet_y_400mf", "squeezenet1_1", "vgg11",
    "alexnet",
]
_TIMM = [
    "mobilenetv3_large_100", "efficientnet_lite0", "tf_efficientnet_b0", "convnext_nano", "repvgg_a0", "ghostnet_100", "resnet50d",
    "regnetx_002", "seresnext26d_32x4d", "dla34", "darknet53",
]
_KERAS = ["MobileNetV2", "EfficientNetB0", "ResNet50", "MobileNetV3Small", "NASNetMobile"]
_SIDES = {"inception_v3": 299, "vgg11": 224, "alexnet": 224}


def pictures(side):
    """(samples, height, width, channels)"""
    random = np.random.default_rng(3)
    coarse = random.standard_normal((2, -(-side // 8), -(-side // 8), 3)).repeat(8, axis=1).repeat(8, axis=2)
    return (0.5 * coarse[:, :side, :side] + 0.5 * random.standard_normal((2, side, side, 3))).astype(np.float32)


@torch.no_grad()
def randomise(model, side):
    """Random weights, and statistics about those of the pictures, so that results depend on the picture to the end."""
    torch.manual_seed(5)
    for module in model.modules():
        if isinstance(module, (torch.nn.Conv2d, torch.nn.Linear)):
            torch.nn.init.kaiming_normal_(module.weight)
        if isinstance(module, torch.nn.BatchNorm2d):
            module.weight.uniform_(0.6, 0.9)
            module.bias.normal_(0, 0.1)
    torch_networks.calibrate(model.eval(), torch.from_numpy(pictures(side).transpose(0, 3, 1, 2).copy()))


def torch_files(folder, name, model):
    """(path, whether channels come last) of each way to write it."""
    side = _SIDES.get(name, 96)
    randomise(model, side)
    x = torch.zeros(2, 3, side, side)
    for opset, dynamo in [(11, False), (17, False), (18, True)]:
        path = folder / f"{name}-{opset}.onnx"
        options = dict(dynamic_shapes=({0: torch.export.Dim("batch")},)) if dynamo else {}
        try:
            torch.onnx.export(model, (x,), str(path), dynamo=dynamo, opset_version=opset, verbose=False, **options)
        except Exception as error:  # What PyTorch itself cannot write is not Graft's matter.
            print(f"| {name} | {opset} | not written by PyTorch: {type(error).__name__} |", flush=True)
            continue
        yield path, side


def keras_file(folder, name):
    """tf2onnx in a process of its own: TensorFlow and PyTorch's exporter cannot share one."""
    path = folder / f"{name}.onnx"
    program = (
        "import sys; sys.path.insert(0, sys.argv[3])\n"
        "from generator import formula; from generator.zoo import finalize; import keras\n"
        "model = getattr(keras.applications, sys.argv[1])(\n"
        "    weights=None, include_top=False, pooling='avg', input_shape=(96, 96, 3))\n"
        "formula.set_weights(model, gain=1.2 if sys.argv[1] in ('EfficientNetB0', 'MobileNetV3Small') else 1)\n"
        "finalize(model)\n"
        "model.export(sys.argv[2], verbose=False)")
    environment = {key: value for key, value in os.environ.items() if key != "GOLDEN_ENGINE"}
    subprocess.run([sys.executable, "-c", program, name, folder / name, GOLDEN], check=True, capture_output=True, env=environment)
    subprocess.run(
        [sys.executable, "-m", "tf2onnx.convert", "--saved-model", folder / name, "--output", path, "--opset", "15"],
        check=True, capture_output=True)
    return path


def compare(program, path, side, channels_last):
    x = pictures(side)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    expected = session.run(None, {session.get_inputs()[0].name: x if channels_last else x.transpose(0, 3, 1, 2)})[0]
    np.save(path.with_suffix(".x.npy"), x)
    received = path.with_suffix(".y.npy")
    run = subprocess.run(
        [program, "run", path, "--input", path.with_suffix(".x.npy"), "--output", received], capture_output=True, text=True)
    if run.returncode:
        return None, run.stderr.strip()
    if says_nothing(expected):
        return None, "all pictures look the same"
    spread = np.ptp(expected, axis=0).max() / np.abs(expected).max()
    return output_distance(np.load(received), expected), f"pictures differ by {spread:.2g} of the largest result"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--only", nargs="+", default=[])
    arguments = parser.parse_args()
    failed, count = [], 0
    print("| network | written by | largest difference | |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        for name in _TORCHVISION + _TIMM + _KERAS:
            if arguments.only and name not in arguments.only:
                continue
            if name in _KERAS:
                files = [(keras_file(folder, name), 96)]
            else:
                extra = dict(aux_logits=False, init_weights=True) if name in ("googlenet", "inception_v3") else {}
                model = (
                    getattr(torchvision.models, name)(weights=None, **extra) if name in _TORCHVISION
                    else timm.create_model(name, pretrained=False))
                files = torch_files(folder, name, model)
            for path, side in files:
                difference, note = compare(arguments.program.resolve(), path, side, name in _KERAS)
                count += 1
                if difference is None or not difference <= TOLERANCE:
                    failed.append(path.stem)
                how = "tf2onnx" if name in _KERAS else f"PyTorch, opset {path.stem.rpartition('-')[2]}"
                print(f"| {name} | {how} | {difference if difference is None else f'{difference:.1e}'} | {note} |", flush=True)
            for path in folder.glob("*"):
                if path.is_file():
                    path.unlink()
    print(f"\n{count - len(failed)} of {count} files within {TOLERANCE:g}.")
    if failed:
        sys.exit("Not within it: " + ", ".join(failed))


if __name__ == "__main__":
    main()
