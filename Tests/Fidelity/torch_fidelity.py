#!/usr/bin/env python3
"""Holds every torch network of Graft's zoo against torchvision, timm, efficientnet_pytorch and efficientnet_lite_pytorch.

`torch_fidelity.py PROGRAM [--only NAME…] [--list] [--output FILE]`; PROGRAM is the built `zoo-fidelity`. Of each case torch makes the
network with random weights and statistics, writes them as safetensors under its own names, and computes a batch. Graft recognises
the network by the names, makes it, and computes the same: features and logits. torchvision's networks are trained for one step of
SGD besides, batch normalisations frozen and nothing dropped. README.md explains the columns.
"""

import argparse
import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

os.environ["GOLDEN_ENGINE"] = "torch"
sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "Golden"))
from generator import formula, torch_networks  # noqa: E402
from generator.torch_networks import CLASSES, NETWORKS, RATE, labels  # noqa: E402

import numpy as np  # noqa: E402
import torch  # noqa: E402
from safetensors.numpy import load_file, save_file as save_arrays  # noqa: E402
from safetensors.torch import save_file  # noqa: E402

from distances import number, output_distance, step_distance, whole_distance  # noqa: E402

TOLERANCE = 1e-4
_BATCH = 4
# Branches beside a shortcut are this strong, much as trained networks have it.
_DAMPING = 0.3
# Features at an even side; logits of pictures that are not square, at an odd and an even side.
_SIDE = 64
_SHAPE = (67, 94)
# These packages know the border of one square size alone.
_ONE_SIZE = ("efficientnet_pytorch/", "efficientnet_lite_pytorch/")


def norms(model):
    return [(name, layer) for name, layer in model.named_modules() if isinstance(layer, torch.nn.BatchNorm2d)]


def fill(model):
    """Random weights by the formula, branches beside a shortcut weaker."""
    torch_networks.fill(model)
    with torch.no_grad():
        for name, layer in norms(model):
            if feeds_sum(name):
                layer.weight.mul_(_DAMPING)


def calibrate(model, images):
    """Random statistics about those that pictures really have, as fidelity.py's `fill`. Gives the state that is made of it."""
    handles = [layer.register_forward_pre_hook(calibrating(name)) for name, layer in norms(model)]
    with torch.no_grad():
        model(images)
    for handle in handles:
        handle.remove()
    return {name: value.clone() for name, value in model.state_dict().items()}


def feeds_sum(name):
    """Whether a normalisation ends a branch, by torch's names."""
    return name.endswith((".bn3", ".conv.3", ".block.3.1", "._bn2")) or ".layer" in f".{name}" and name.endswith(".bn2")


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
        states = {name: calibrate(model, pictures(network, name)) for name in ("features", "logits")}
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
        if np.max(np.abs(value - value[:1])) < 1e-3 * np.max(np.abs(value)):
            wrong.append(f"{name} of all pictures look the same: the case says nothing")
        if row[name] > TOLERANCE / 4:
            truth = compute(network, name, states[name], torch.float64)
            torch64, graft64 = (output_distance(side, truth) for side in (value, received[name]))
            row[f"{name}64"] = f"{torch64:.0e}, {graft64:.0e}"
            # Where float32 itself is less exact, both are about as far from the truth, each in its own direction.
            if row[name] > TOLERANCE and graft64 > max(TOLERANCE, 2 * torch64):
                wrong.append(f"{name} differ by {row[name]:.1e}: {row[f'{name}64']} from torch in float64")
    if first:
        check_step(network, state, received, row, wrong)
    return row, wrong


def check_step(network, state, received, row, wrong):
    def step(dtype):
        model = torch_networks.build(network, _SIDE)
        model.load_state_dict(state)
        _, top, first = NETWORKS[network]
        before, after = torch_networks.one_step(
            model.to(dtype), top, torch_networks.pictures(_SIDE, _BATCH, dtype), first, CLASSES, RATE, labels(_BATCH))
        return before, after

    before, after = step(torch.float32)
    names = {name.removeprefix("step/") for name in received if name.startswith("step/")}
    if names != set(after):
        wrong.append(f"other weights are trained: {sorted(names ^ set(after))[:4]}")
        return
    row["step"], where, still = step_distance(received, before, after)
    if still > len(after) / 4:
        wrong.append(f"{still} of {len(after)} tensors hardly move")
    if row["step"] > 10 * TOLERANCE:
        _, truth = step(torch.float64)
        torch64 = whole_distance({f"step/{key}": value for key, value in after.items()}, before, truth)
        graft64 = whole_distance(received, before, truth)
        row["step64"] = f"{torch64:.0e}, {graft64:.0e}"
        if graft64 > max(10 * TOLERANCE, 3 * torch64):
            wrong.append(f"the step is another one, {where}: {row['step64']} from torch in float64")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", nargs="?")
    parser.add_argument("--only", nargs="*", default=[], help="networks, such as timm/convnext_tiny")
    parser.add_argument("--list", action="store_true", help="print the networks and stop")
    parser.add_argument("--output", type=pathlib.Path, help="where the table is written as well")
    arguments = parser.parse_args()
    chosen = [network for network in NETWORKS if not arguments.only or network in arguments.only]
    if arguments.list:
        return print("\n".join(chosen))
    if not arguments.program or not shutil.which(arguments.program):
        parser.error("the program zoo-fidelity is needed: swift build -c release --product zoo-fidelity")
    lines = [
        ", ".join(f"{name} {version}" for name, version in torch_networks.versions().items()),
        "",
        f"| {'network':44} | {'constructor':21} |  parameters | features | logits | torch f32, Graft f32 from torch f64"
        " | step  | steps from torch f64 | s |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    print("\n".join(lines), flush=True)
    failures = []
    for network in chosen:
        start = time.monotonic()
        row, wrong = check(arguments.program, network)
        exact = "; ".join(filter(None, (row.get("features64"), row.get("logits64"))))
        line = (
            f"| {network:44} | {NETWORKS[network][0]:21} | {row.get('parameters', 0):>11,} | {number(row.get('features')):8} |"
            f" {number(row.get('logits')):6} | {exact:35} | {number(row.get('step')):5} | {row.get('step64', ''):20} |"
            f" {time.monotonic() - start:.0f} |")
        lines.append(line)
        print(line, flush=True)
        for text in wrong:
            failures.append(f"{network}: {text}")
            print(f"  WRONG: {text}", flush=True)
    steps = sum(1 for network in chosen if NETWORKS[network][2])
    constructors = len({NETWORKS[network][0] for network in chosen})
    summary = (
        f"{constructors} constructors, {len(chosen)} networks of {len({n.split('/')[0] for n in chosen})} packages, {steps} training"
        f" steps: {'all as torch' if not failures else f'{len(failures)} differences'}")
    lines += ["", summary]
    print("\n" + summary)
    if arguments.output:
        arguments.output.write_text("\n".join(lines) + "\n")
    sys.exit(bool(failures))


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main()
