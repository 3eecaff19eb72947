#!/usr/bin/env python3
"""Makes the golden files under data/. `generate.py [TOPIC…] [--output DIR]`; README.md explains."""

import argparse
import importlib
import pathlib
import time

TOPICS = [
    "formula_samples", "mobilenet", "head_training", "fit", "losses", "metrics", "scores", "callbacks", "activations",
    "layers", "schedules", "optimizers", "weighted_fit", "logistic", "fine_tuning", "zoo", "torch_zoo", "onnx_models",
    "saved_model",
]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("topics", nargs="*", metavar="TOPIC", help=f"all of them by default: {', '.join(TOPICS)}")
    parser.add_argument("--output", type=pathlib.Path, default=pathlib.Path(__file__).parent / "data")
    arguments = parser.parse_args()
    for unknown in set(arguments.topics) - set(TOPICS):
        parser.error(f"no such topic: {unknown}")
    for topic in arguments.topics or TOPICS:
        start = time.monotonic()
        importlib.import_module(f"generator.{topic}").generate(arguments.output / topic)
        print(f"{topic}: {time.monotonic() - start:.1f} s", flush=True)


if __name__ == "__main__":
    main()
