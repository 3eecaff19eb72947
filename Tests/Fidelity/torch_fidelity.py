#!/usr/bin/env python3
"""Holds every torch network of Graft's zoo against torchvision, timm, efficientnet_pytorch and efficientnet_lite_pytorch.

`torch_fidelity.py PROGRAM [--only NAME…] [--list] [--output FILE]`; PROGRAM is the built `zoo-fidelity`. Of each case torch makes the
network with random weights and statistics, writes them as safetensors under its own names, and computes a batch. Graft recognises
the network by the names, makes it, and computes the same: features and logits. torchvision's networks are trained for one step of
SGD besides, batch normalisations frozen and nothing dropped. README.md explains the columns.
"""

import functools
import json
import os
import pathlib
import subprocess
import sys
import tempfile

os.environ["GOLDEN_ENGINE"] = "torch"
sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "Golden"))
from generator import formula, torch_networks  # noqa: E402
from generator.torch_networks import CLASSES, NETWORKS, RATE, labels  # noqa: E402

import numpy as np  # noqa: E402
import torch  # noqa: E402
from safetensors.numpy import load_file, save_file as save_arrays  # noqa: E402
from safetensors.torch import save_file  # noqa: E402

import report  # noqa: E402
from distances import TOLERANCE, check_step, output_distance, says_nothing  # noqa: E402
from report import number  # noqa: E402

_BATCH = 4
# Branches beside a shortcut are this strong, much as trained networks have it.
_DAMPING = 0.3
# Features at an even side; logits of pictures that are not square, at an odd and an even side.
_SIDE = 64
_SHAPE = (67, 94)
# These packages know the border of one square size alone.
_ONE_SIZE = ("efficientnet_pytorch/", "efficientnet_lite_pytorch/")


def fill(model):
    """Random weights by the formula, branches beside a shortcut weaker."""
    torch_networks.fill(model)
    with torch.no_grad():
        for name, layer in torch_networks.norms(model):
            if feeds_sum(name):
                layer.weight.mul_(_DAMPING)


def feeds_sum(name):
    """Whether a normalisation ends a branch, by torch's names."""
    return name.endswith((".bn3", ".conv.3", ".block.3.1", "._bn2")) or ".layer" in f".{name}" and name.endswith(".bn2")


def shape(network):
    return (_SIDE, _SIDE) if network.startswith(_ONE_SIZE) else _SHAPE


def pictures(network, name, dtype=torch.float32):
    """What the features and the logits are computed of."""
    height, width = (_SIDE, _SIDE) if name == "features" else shape(network)
    return torch_networks.pictures(height, _BATCH, dtype, width)


def compute(network, name, state, dtype):
    """Features or logits by a state of the network."""
    _, top, _ = NETWORKS[network]
    model = torch_networks.build(network, _SIDE)
    model.load_state_dict(state)
    with torch.no_grad():
        features, logits = torch_networks.run(model.to(dtype), top, pictures(network, name, dtype))
    return (features if name == "features" else logits).numpy()


def check(program, network):
    """One network on both sides: a row of numbers and a list of what is wrong."""
    constructor, top, first = NETWORKS[network]
    wrong = []
    with tempfile.TemporaryDirectory(prefix="graft-fidelity-") as folder:
        folder = pathlib.Path(folder)
        model = torch_networks.build(network, _SIDE)
        fill(model)
        states = {}
        for name in ("features", "logits"):
            torch_networks.calibrate(model, pictures(network, name))
            states[name] = {key: value.clone() for key, value in model.state_dict().items()}
        state = states["features"]
        expected = {name: compute(network, name, states[name], torch.float32) for name in states}
        description = {"constructor": constructor, "side": _SIDE, "shape": list(shape(network))}
        for name in states:
            # A file's name is all that tells timm's tf_ networks from timm's own.
            description[name] = str(folder / name / f"{network.split('/')[1]}.safetensors")
            (folder / name).mkdir()
            save_file({key: value.contiguous() for key, value in states[name].items()}, description[name])
        if first:
            description["step"] = {"from": first, "labels": labels(_BATCH), "classes": CLASSES, "learning_rate": RATE}
        (folder / "torch.json").write_text(json.dumps(description))
        wide = formula.pictures(_BATCH, *description["shape"])
        save_arrays({"square": formula.pictures(_BATCH, _SIDE, _SIDE), "wide": wide}, folder / "batch.safetensors")
        run = subprocess.run([program, folder], capture_output=True, text=True)
        if run.returncode != 0:
            return {}, [run.stderr.strip() or f"ended with {run.returncode}"]
        received = load_file(folder / "graft.safetensors")
        graft = json.loads((folder / "graft.json").read_text())
    parameters = sum(v.numel() for name, v in state.items() if not name.endswith("num_batches_tracked"))
    if graft["parameters"] != parameters or graft["entry_parameters"] != parameters:
        wrong.append(f"{graft['parameters']} parameters, {graft['entry_parameters']} in the catalogue, for {parameters}")
    row = {"parameters": parameters}
    for name, value in expected.items():
        row[name] = output_distance(received[name], value)
        if says_nothing(value):
            wrong.append(f"{name} of all pictures look the same: the case says nothing")
        if row[name] > TOLERANCE / 4:
            truth = compute(network, name, states[name], torch.float64)
            torch64, graft64 = (output_distance(side, truth) for side in (value, received[name]))
            row[f"{name}64"] = f"{torch64:.0e}, {graft64:.0e}"
            # Where float32 itself is less exact, both are about as far from the truth, each in its own direction.
            if row[name] > TOLERANCE and graft64 > max(TOLERANCE, 2 * torch64):
                wrong.append(f"{name} differ by {row[name]:.1e}: {row[f'{name}64']} from torch in float64")
    if first:
        before, after = one_step(network, state, torch.float32)
        check_step(received, before, after, lambda: one_step(network, state, torch.float64), "torch", row, wrong)
    return row, wrong


def one_step(network, state, dtype):
    """Trained weights before and after a step."""
    model = torch_networks.build(network, _SIDE)
    model.load_state_dict(state)
    _, top, first = NETWORKS[network]
    images = torch_networks.pictures(_SIDE, _BATCH, dtype)
    return torch_networks.one_step(model.to(dtype), top, images, first, CLASSES, RATE, labels(_BATCH))


_COLUMNS = [
    ("network", 44, lambda network, row: network),
    ("constructor", 21, lambda network, row: NETWORKS[network][0]),
    ("parameters:", 11, lambda network, row: f"{row.get('parameters', 0):,}"),
    ("features:", 8, lambda network, row: number(row.get("features"))),
    ("logits:", 6, lambda network, row: number(row.get("logits"))),
    ("torch f32, Graft f32 from torch f64", 35,
     lambda network, row: "; ".join(filter(None, (row.get("features64"), row.get("logits64"))))),
    ("step:", 5, lambda network, row: number(row.get("step"))),
    ("steps from torch f64", 20, lambda network, row: row.get("step64", "")),
]


def main():
    arguments = report.arguments(__doc__, "networks, such as timm/convnext_tiny")
    chosen = [network for network in NETWORKS if not arguments.only or network in arguments.only]
    if arguments.list:
        return print("\n".join(chosen))
    steps = sum(1 for network in chosen if NETWORKS[network][2])
    constructors = len({NETWORKS[network][0] for network in chosen})
    packages = len({network.split("/")[0] for network in chosen})
    report.run(
        "Held against torch", chosen, functools.partial(check, arguments.program), _COLUMNS, torch_networks.versions(),
        f"{constructors} constructors, {len(chosen)} networks of {packages} packages, {steps} training steps", "torch",
        arguments.output)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
