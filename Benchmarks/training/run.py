#!/usr/bin/env python3
"""Graft against Keras and PyTorch on training MobileNetV2, in turn, in one run: images per second and peak memory."""

import argparse
import datetime
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from environment import machine, python_with  # noqa: E402

MODES = {
    "whole-train": "all layers, batch norms training",
    "whole-frozen": "all layers, batch norms frozen",
    "block13": "from block_13_expand, batch norms frozen",
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--graft", type=pathlib.Path, default=HERE.parents[1] / ".build/release/graft-benchmark")
    parser.add_argument("--python", type=pathlib.Path, help="interpreter with requirements.txt installed")
    parser.add_argument("--modes", nargs="+", choices=list(MODES), default=list(MODES))
    parser.add_argument("--peers", nargs="*", choices=["keras", "torch"], default=["keras", "torch"])
    parser.add_argument("--steps", type=int, default=6, help="steps of 32 pictures in each of two epochs")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--write", action="store_true", help="write RESULTS.md")
    arguments = parser.parse_args()
    if not arguments.graft.is_file():
        parser.error(f"no such file: {arguments.graft} (swift build -c release)")
    python = arguments.python or python_with(HERE / "requirements.txt", HERE / ".venv")
    commands = {
        "keras": [python, HERE / "keras_peer.py"], "torch": [python, HERE / "torch_peer.py"],
        "graft": [arguments.graft, "train"],
    }
    names = [*arguments.peers, "graft"]
    load = os.getloadavg()[0]
    results = {mode: {name: [] for name in names} for mode in arguments.modes}
    for repeat in range(arguments.repeats):
        for mode in arguments.modes:
            # Who goes first alternates: a machine that warms up or slows down favours nobody.
            for name in names if repeat % 2 == 0 else names[::-1]:
                steps = ["--steps"] if name != "graft" else []
                result = measure([*commands[name], mode, *steps, arguments.steps])
                results[mode][name].append(result)
                print(f"{mode} {name}: {result['images_per_second']:.1f} images/s, {result['peak_mib']:.0f} MiB",
                      file=sys.stderr, flush=True)
    text = report(results, arguments, load)
    print(text)
    if arguments.write:
        (HERE / "RESULTS.md").write_text(text, encoding="utf-8")


def measure(command):
    process = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if process.returncode != 0:
        sys.exit(f"{command[0]} failed with {process.returncode}:\n{process.stderr[-4000:]}")
    return json.loads(process.stdout.strip().splitlines()[-1])


def report(results, arguments, load):
    lines = [
        "# Training MobileNetV2: Graft against Keras and PyTorch", "",
        f"MobileNetV2 1.0 at 224×224, five classes, Adam, batches of 32, pictures in memory as the network takes them; "
        f"median time of a step in the second of two epochs of {arguments.steps} steps, {arguments.repeats} runs each in "
        "turn: median (least–most) of the runs. Peak memory is the process's. PyTorch runs channels-last, its faster way.",
        "", "| trained | | images/s | peak memory, MiB | Graft is faster by | memory |", "|---|---|---|---|---|---|"]
    for mode, peers in results.items():
        own = {key: statistics.median(run[key] for run in peers["graft"]) for key in ("images_per_second", "peak_mib")}
        for name, runs in peers.items():
            speed, memory = [run["images_per_second"] for run in runs], [run["peak_mib"] for run in runs]
            ratios = "| |"
            if name != "graft":
                ratios = (f"| **{own['images_per_second'] / statistics.median(speed):.1f}×** "
                          f"| {own['peak_mib'] / statistics.median(memory):.2f} of it |")
            lines.append(f"| {MODES[mode]} | {name} | {spread(speed, 1)} | {spread(memory, 0)} {ratios}")
    versions = {name: runs[0]["version"] for name, runs in next(iter(results.values())).items()}
    lines += ["", f"- {datetime.date.today()}: {machine()}", f"- load average before the first run: {load:.2f}",
              "- " + ", ".join(f"{name} {version}" for name, version in versions.items())
              + f", Python {platform.python_version()}", ""]
    return "\n".join(lines)


def spread(values, digits):
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f}–{max(values):.{digits}f})"


if __name__ == "__main__":
    main()
