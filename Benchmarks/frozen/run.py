#!/usr/bin/env python3
"""The frozen part alone, in turn, in one run: Graft with float32 and with int8 beside Keras, images per second."""

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


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--graft", type=pathlib.Path, default=HERE.parents[1] / ".build/release/frozen-benchmark")
    parser.add_argument("--python", type=pathlib.Path, help="interpreter with Benchmarks/requirements.txt installed")
    parser.add_argument("--images", type=int, default=512)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--write", action="store_true", help="write RESULTS.md")
    arguments = parser.parse_args()
    if not arguments.graft.is_file():
        parser.error(f"no such file: {arguments.graft} (swift build -c release)")
    python = arguments.python or python_with(HERE.parent / "requirements.txt", HERE.parent / ".venv")
    commands = {
        "Keras": [python, HERE / "keras_peer.py"], "Graft float32": [arguments.graft, "float32"],
        "Graft int8": [arguments.graft, "int8"],
    }
    load = os.getloadavg()[0]
    results = {name: [] for name in commands}
    for repeat in range(arguments.repeats):
        # Who goes first alternates: a machine that warms up or slows down favours nobody.
        for name in list(commands)[:: 1 if repeat % 2 == 0 else -1]:
            result = measure([*commands[name], arguments.images])
            results[name].append(result)
            print(f"{name}: {result['images_per_second']:.1f} images/s", file=sys.stderr, flush=True)
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
    def values(name, key):
        return [run[key] for run in results[name]]

    lines = [
        "# The frozen part: Graft with float32 and int8 beside Keras", "",
        f"MobileNetV2 1.0 at 224×224 without its top, {arguments.images} pictures decoded and in memory, `predict` on all cores; "
        f"each program's median of several passes, {arguments.repeats} runs each in turn: median (least–most) of the runs. "
        "Processor time is what all threads of a process together computed, which other work on the machine disturbs less.",
        "", "| | images/s | of Keras | processor time, ms per picture | of Keras |", "|---|---|---|---|---|"]
    speed = statistics.median(values("Keras", "images_per_second"))
    time = statistics.median(values("Keras", "cpu_milliseconds_per_image"))
    for name in results:
        speeds, times = values(name, "images_per_second"), values(name, "cpu_milliseconds_per_image")
        lines.append(
            f"| {name} | {spread(speeds, 0)} | {statistics.median(speeds) / speed:.1f}× | {spread(times, 2)} "
            f"| 1/{time / statistics.median(times):.1f} |")
    versions = {runs[0]["peer"]: runs[0]["version"] for runs in results.values()}
    lines += ["", f"- {datetime.date.today()}: {machine()}", f"- load average before the first run: {load:.2f}",
              "- " + ", ".join(f"{name} {version}" for name, version in versions.items())
              + f", Python {platform.python_version()}", ""]
    return "\n".join(lines)


def spread(values, digits):
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f}–{max(values):.{digits}f})"


if __name__ == "__main__":
    main()
