"""A case of the benchmark: programs that do the same work, and what Graft's is to reach against them."""

import dataclasses
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time


@dataclasses.dataclass
class Program:
    """A command. Its value is a number of the document that it prints, or the wall seconds of the whole process."""

    command: list
    key: str | None = None


@dataclasses.dataclass
class Floor:
    """What is promised: `own` is `least` times as good as the best of `against`."""

    own: str
    against: tuple
    least: float
    memory: bool = False


@dataclasses.dataclass
class Case:
    name: str
    title: str
    unit: str
    programs: dict
    floors: list
    higher_is_better: bool = True

    def run(self, repeats, show):
        """All programs in turn; who goes first alternates, so that a machine that warms up favours nobody."""
        results = {label: [] for label in self.programs}
        for repeat in range(repeats):
            labels = list(self.programs)
            for label in labels if repeat % 2 == 0 else labels[::-1]:
                value = measure(self.programs[label])
                results[label].append(value)
                show(f"{self.name} {label}: {value['value']:.2f} {self.unit}, {value['peak_mib']:.0f} MiB")
        return results

    def ratio(self, floor, results):
        """How many times as good, from medians."""
        key = "peak_mib" if floor.memory else "value"
        own = median(results[floor.own], key)
        others = [median(results[label], key) for label in floor.against if label in results]
        lower_is_better = floor.memory or not self.higher_is_better
        return min(others) / own if lower_is_better else own / max(others)


def median(runs, key):
    return statistics.median(run[key] for run in runs)


def measure(program):
    """Runs a command to its end, with a cache folder of its own for Graft."""
    with tempfile.TemporaryDirectory(prefix="graft-benchmark-") as scratch:
        words = [str(word).replace("{scratch}", scratch) for word in program.command]
        variables = dict(
            os.environ, GRAFT_CACHE=f"{scratch}/cache", KERAS_BACKEND="tensorflow", TF_CPP_MIN_LOG_LEVEL="3")
        with open(f"{scratch}/stdout", "w+b") as out, open(f"{scratch}/stderr", "w+b") as errors:
            began = time.monotonic()
            process = subprocess.Popen(words, stdout=out, stderr=errors, env=variables)
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.monotonic() - began
            process.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            errors.seek(0)
            if process.returncode != 0:
                sys.exit(f"{' '.join(words)} failed:\n{errors.read().decode(errors='replace')[-4000:]}")
            text = out.read().decode().strip()
    unit = 1 if platform.system() == "Darwin" else 1024
    result = {"seconds": seconds, "peak_mib": usage.ru_maxrss * unit / 2**20}
    if program.key is None:
        return {**result, "value": seconds}
    document = json.loads(text[text.index("{"):] if "\n" in text else text)
    return {**result, "value": value(document, program.key)}


def value(document, path):
    """A number in a document: `a.b` is b in a."""
    for name in path.split("."):
        document = document[name]
    return float(document)


