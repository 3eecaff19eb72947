"""A run over many cases: a table that grows on the screen and in a file, and what is wrong."""

import argparse
import concurrent.futures
import multiprocessing
import pathlib
import shutil
import sys
import time


_CASES_PER_PROCESS = 6


def arguments(description, what):
    """The options of both programs; `what` is what --only names."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("program", nargs="?")
    parser.add_argument("--only", nargs="*", default=[], help=what)
    parser.add_argument("--list", action="store_true", help="print the cases and stop")
    parser.add_argument("--output", type=pathlib.Path, help="where the table is written as well, after every case")
    parsed = parser.parse_args()
    if not parsed.list and (not parsed.program or not shutil.which(parsed.program)):
        parser.error("the program zoo-fidelity is needed: swift build -c release --product zoo-fidelity")
    return parsed


def run(title, cases, check, columns, versions, summary, peer, output):
    """Checks every case, and ends with 1 if anything is wrong.

    `check(case)` gives a dictionary of numbers and a list of what is wrong. It runs in other processes, a few cases in each: what
    Keras keeps of its networks would add up to more memory than there is. `columns` are (title, width, function of case and
    row that gives the text); titles of numbers end with a colon. `summary` is how many of what there are.
    """
    titles = [f"{title.rstrip(':'):{abs(width)}}" for title, width, _ in columns] + ["s"]
    rulers = ["--:" if title.endswith(":") else "---" for title, _, _ in columns] + ["--:"]
    lines = []

    def say(*added):
        lines.extend(added)
        print("\n".join(added), flush=True)
        if output:
            output.write_text("\n".join(lines) + "\n")

    say(f"# {title}", "", "`make fidelity` writes this table; README.md explains its columns.", "")
    say(", ".join(f"{name} {version}" for name, version in versions.items()), "", _row(titles), _row(rulers))
    failures = []
    processes = concurrent.futures.ProcessPoolExecutor(
        1, mp_context=multiprocessing.get_context("spawn"), max_tasks_per_child=_CASES_PER_PROCESS)
    for case in cases:
        start = time.monotonic()
        row, wrong = processes.submit(check, case).result()
        texts = [text(case, row) for _, _, text in columns]
        cells = [f"{cell:>{width}}" if title.endswith(":") else f"{cell:{width}}" for cell, (title, width, _) in zip(texts, columns)]
        say(_row([*cells, f"{time.monotonic() - start:.0f}"]))
        for reason in wrong:
            failures.append(f"{texts[0].strip()} {texts[1].strip()}: {reason}")
            print(f"  WRONG: {reason}", flush=True)
    say("", f"{summary}: {f'all as {peer}' if not failures else f'{len(failures)} differences'}")
    if failures:
        say("", *(f"- {failure}" for failure in failures))
    sys.exit(bool(failures))


def number(value):
    """A distance for a table."""
    return "" if value is None else f"{value:.0e}"


def _row(cells):
    return f"| {' | '.join(cells)} |"
