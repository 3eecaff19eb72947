"""Small modules in the manner of torchvision, written by PyTorch's two exporters: `onnx_exporters.py FOLDER`.

A program of its own: it must not import TensorFlow, which PyTorch's newer exporter cannot share a process with.
"""

import math
import pathlib
import sys

import formula
import numpy as np
import onnx
import torch


class Residual(torch.nn.Module):
    """In the manner of torchvision's ResNet: a padded pooling, a residual, flatten."""

    def __init__(self):
        super().__init__()
        self.conv1 = torch.nn.Conv2d(3, 6, 3, stride=2, padding=1, bias=False)
        self.bn1 = torch.nn.BatchNorm2d(6)
        self.relu = torch.nn.ReLU(inplace=True)
        self.maxpool = torch.nn.MaxPool2d(3, stride=2, padding=1)
        self.layer1 = torch.nn.Sequential(torch.nn.Conv2d(6, 6, 3, padding=1), torch.nn.BatchNorm2d(6), torch.nn.SiLU())
        self.avgpool = torch.nn.AdaptiveAvgPool2d(1)
        self.fc = torch.nn.Linear(6, 4)

    def forward(self, x):
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = x + self.layer1(x)
        return self.fc(torch.flatten(self.avgpool(x), 1))


class Gated(torch.nn.Module):
    """In the manner of MobileNetV3: hard-swish, depthwise, squeeze and excite."""

    def __init__(self):
        super().__init__()
        self.features = torch.nn.Sequential(
            torch.nn.Conv2d(3, 6, 1), torch.nn.Hardswish(),
            torch.nn.Conv2d(6, 6, 5, stride=2, padding=2, groups=6), torch.nn.ReLU6())
        self.squeeze, self.excite = torch.nn.Conv2d(6, 2, 1), torch.nn.Conv2d(2, 6, 1)
        self.classifier = torch.nn.Sequential(
            torch.nn.Linear(6, 5), torch.nn.Hardswish(), torch.nn.Dropout(0.2), torch.nn.Linear(5, 3))

    def forward(self, x):
        x = self.features(x)
        gate = torch.nn.functional.adaptive_avg_pool2d(x, 1)
        x = x * torch.nn.functional.hardsigmoid(self.excite(torch.relu(self.squeeze(gate))))
        return self.classifier(x.mean([2, 3]))


class Modern(torch.nn.Module):
    """In the manner of ConvNeXt: channels last in between, layer normalisation, GELU, a scale of each channel."""

    def __init__(self):
        super().__init__()
        self.stem = torch.nn.Conv2d(3, 6, 2, stride=2)
        self.depthwise = torch.nn.Conv2d(6, 6, 3, padding=1, groups=6)
        self.norm, self.up, self.down = torch.nn.LayerNorm(6, eps=1e-6), torch.nn.Linear(6, 8), torch.nn.Linear(8, 6)
        self.scale = torch.nn.Parameter(torch.ones(6, 1, 1))

    def forward(self, x):
        x = self.stem(x)
        y = self.norm(self.depthwise(x).permute(0, 2, 3, 1))
        y = self.down(torch.nn.functional.gelu(self.up(y))).permute(0, 3, 1, 2)
        return (x + self.scale * y).mean((2, 3))


class Pooled(torch.nn.Module):
    """In the manner of torchvision's ConvNeXt: what is pooled lies in memory with its channels last, which the newer exporter
    writes down as a walk through the memory of all pictures."""

    def __init__(self):
        super().__init__()
        self.stem, self.up = torch.nn.Conv2d(3, 6, 2, stride=2), torch.nn.Linear(6, 5)
        self.norm, self.classifier = torch.nn.LayerNorm(5), torch.nn.Linear(5, 3)

    def forward(self, x):
        x = self.up(self.stem(x).permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
        x = self.norm(torch.nn.functional.adaptive_avg_pool2d(x, 1).permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
        return self.classifier(torch.flatten(x, 1))


class Flat(torch.nn.Module):
    """In the manner of VGG: a picture of several pixels is flattened, its batch's length looked up."""

    def __init__(self):
        super().__init__()
        self.features = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.ReLU(), torch.nn.MaxPool2d(2, ceil_mode=True))
        self.classifier = torch.nn.Sequential(
            torch.nn.Dropout(), torch.nn.Linear(4 * 4 * 3, 6), torch.nn.ReLU(), torch.nn.Linear(6, 3), torch.nn.Softmax(1))

    def forward(self, x):
        x = self.features(x)
        return self.classifier(x.view(x.size(0), -1))


@torch.no_grad()
def write(module, opset, dynamo, path, is_fixed=False):
    """Writes what PyTorch makes of a module, for two pictures only if so wanted; weights follow the formula by their names."""
    model = module()
    for name, value in model.state_dict().items():
        if name.endswith("num_batches_tracked"):
            continue
        role = {"running_mean": "moving_mean", "running_var": "moving_variance", "bias": "bias"}.get(
            name.rpartition(".")[2], "gamma" if value.ndim == 1 or name == "scale" else "input")
        spread = 1 if role != "input" else math.prod(value.shape[1:]) ** -0.5
        value.copy_(torch.from_numpy(formula.tensor(name, tuple(value.shape), role) * np.float32(spread)))
    model.eval()
    x = torch.zeros(2, 3, 9, 8)
    if not dynamo:
        return torch.onnx.export(
            model, (x,), path, dynamo=False, opset_version=opset, input_names=["input"], output_names=["output"],
            dynamic_axes={"input": {0: "batch"}})
    program = torch.onnx.export(
        model, (x,), dynamo=True, opset_version=opset, verbose=False,
        dynamic_shapes=None if is_fixed else ({0: torch.export.Dim("batch")},))
    proto = program.model_proto
    # Where the module's code stands on a disk is nobody's business.
    for node in proto.graph.node:
        del node.metadata_props[:]
        node.doc_string = ""
    onnx.save(proto, path)


if __name__ == "__main__":
    for kind in (Residual, Gated, Modern, Pooled, Flat):
        for number, is_new in [(11, False), (17, False), (18, True)]:
            write(kind, number, is_new, str(pathlib.Path(sys.argv[1]) / f"torch_{kind.__name__.lower()}_{number}.onnx"))
    write(Pooled, 18, True, str(pathlib.Path(sys.argv[1]) / "torch_pooled_18_of_2.onnx"), is_fixed=True)
