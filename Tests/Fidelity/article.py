#!/usr/bin/env python3
"""Puts what `make fidelity` and `make interop` wrote last, in short, into the article "Held against Keras" of the documentation."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
ARTICLE = ROOT / "Sources/Graft/Documentation.docc/HeldAgainstKeras.md"
KERAS, TORCH, INTEROP = (ROOT / f"Tests/{name}" for name in ("Fidelity/RESULTS.md", "Fidelity/TORCH.md", "Interop/RESULTS.md"))


def rows(path):
    """The cells of a file's table, without its head."""
    table = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[2:]]


def sentence(path, pattern):
    """What a file says in all, and with which versions."""
    lines = path.read_text(encoding="utf-8").splitlines()
    total = next(line for line in lines if re.match(pattern, line))
    versions = next(line for line in lines if re.match(r"(Keras|torch) \d", line)).rstrip(".")
    return f"{total}. {versions}."


def largest(cells):
    """The largest of some numbers as the table has them; nothing if there are none."""
    return max((cell for cell in cells if cell), key=float, default="")


def step(cell, both):
    """A step's distance: of the weight that is farthest, or of the whole step where a rectifier went another way."""
    if not both:
        return cell
    peer, graft = re.match(r"(\S+), (\S+)", both).groups()
    return f"{graft} ({peer})"


def keras():
    networks = {}
    for row in rows(KERAS):
        networks.setdefault(row[0], []).append(row)
    yield "| constructor | networks | output | float32 | step |"
    yield "|---|--:|--:|--:|--:|"
    for name, group in networks.items():
        steps = [step(row[4], row[7]) for row in group if row[4]]
        cells = [f"`{name}`", str(len(group)), largest(row[3] for row in group), largest(row[5] for row in group), ", ".join(steps)]
        yield f"| {' | '.join(cells)} |"


def torch():
    yield "| network | constructor | output | float32 | step |"
    yield "|---|---|--:|--:|--:|"
    for row in rows(TORCH):
        own = [pair.split(", ")[0] for pair in row[5].split("; ")]
        yield f"| {row[0]} | `{row[1]}` | {largest(row[3:5])} | {largest(own)} | {step(row[6], row[7])} |"


_FORMATS = {
    "keras": r"keras, \.keras", "weights.h5": r"keras, \.weights", "safetensors": "safetensors", "npz": "numpy",
    "onnx": "onnxruntime", "savedmodel": "tensorflow", "tflite": "litert(?!, int8)",
}


def interop():
    bases = {}
    for row in rows(INTEROP):
        bases.setdefault(row[0], []).append(row)
    yield f"| model | {' | '.join(_FORMATS)} |"
    yield f"|---|{'--:|' * len(_FORMATS)}"
    for name, group in bases.items():
        cells = [largest(row[2] for row in group if re.match(consumer, row[1])) for consumer in _FORMATS.values()]
        if any(cells):
            yield f"| {name} | {' | '.join(cells)} |"


def whole_numbers():
    yield "| model | TFLite file in LiteRT | Graft | file of TensorFlow's converter |"
    yield "|---|--:|--:|--:|"
    for row in rows(INTEROP):
        found = re.search(r"from float32: Graft (\S+), TensorFlow's converter (\S+);", row[4])
        if found and row[1] == "litert, int8":
            yield f"| {row[0]} | {row[2]} | {found[1]} | {found[2]} |"


def parts():
    yield "keras", KERAS, lambda: [sentence(KERAS, r"\d+ constructors"), "", *keras()]
    yield "torch", TORCH, lambda: [sentence(TORCH, r"\d+ constructors"), "", *torch()]
    yield "interop", INTEROP, lambda: [sentence(INTEROP, r"\d+ checks"), "", *interop()]
    yield "whole numbers", INTEROP, lambda: list(whole_numbers())


def main():
    article = ARTICLE.read_text(encoding="utf-8")
    for name, source, write in parts():
        if not source.exists():
            print(f"{source} is not there: the article keeps its table of {name}")
            continue
        try:
            lines = write()
        except StopIteration:
            sys.exit(f"{source} is not finished")
        if sum(line.startswith("|") for line in lines) < 3:
            sys.exit(f"{source} has nothing for the article's table of {name}")
        begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
        before, rest = article.split(begin)
        article = before + "\n\n".join([begin, "\n".join(lines), end]) + rest.split(end)[1]
    ARTICLE.write_text(article, encoding="utf-8")


if __name__ == "__main__":
    main()
