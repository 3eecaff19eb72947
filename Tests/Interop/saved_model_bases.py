#!/usr/bin/env python3
"""Holds features of TensorFlow SavedModels, as Graft gets them from TensorFlow, against Graft's own of the same network.

`saved_model_bases.py PROGRAM [PHOTOS]`; PROGRAM is a `graft` that was built with --traits TensorFlow. Keras makes networks with weights
by the goldens' formula, exports each as a SavedModel and saves it as .keras; `graft features` runs both on a folder of pictures, the stamps in the cache folder by default.
Prints a table; exits with 1 if any feature differs by more than 10⁻⁴, relative to the features' spread where that is above 1. The Python must have what
Tests/Golden/requirements.txt pins.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "Benchmarks"), str(ROOT / "Tests/Golden")]

import keras
import numpy as np
from environment import CACHE
from generator import formula
from generator.zoo import finalize

TOLERANCE = 1e-4
# Constructors with the preprocessing of their pictures.
_NETWORKS = {"MobileNetV2": "tf", "EfficientNetB0": "none", "ResNet50": "caffe"}


def network(name):
    model = getattr(keras.applications, name)(weights=None, include_top=False, pooling="avg", input_shape=(96, 96, 3))
    # Under these weights features still depend on the picture, and rounding does not grow beyond it: swish lets less through
    # than a rectifier, and kernels √2 times as large make EfficientNetB0 chaotic.
    formula.set_weights(model, gain=1.2 if name.startswith("Efficient") else 1)
    finalize(model)
    return model


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("photos", type=pathlib.Path, nargs="?", default=CACHE / "stamps")
    arguments = parser.parse_args()
    failed = []
    print("| network | pictures | features | largest difference | spread |\n|---|---|---|---|---|")
    for name, preprocessing in _NETWORKS.items():
        with tempfile.TemporaryDirectory() as temporary:
            folder = pathlib.Path(temporary)
            model = network(name)
            model.export(folder / "exported", verbose=False)
            model.save(folder / "network.keras")
            features = []
            for base in (f"savedmodel:{folder / 'exported'}", folder / "network.keras"):
                output = folder / f"{len(features)}.npy"
                subprocess.run(
                    [arguments.program.resolve(), "features", arguments.photos, "--base", base, "--preprocess", preprocessing,
                     "--no-cache", "-o", output], check=True, stdout=subprocess.DEVNULL)
                features.append(np.load(output))
            spread = float(features[1].std(axis=0).mean())
            # Rounding grows with the numbers themselves.
            difference = float(np.abs(features[0] - features[1]).max()) / max(1, spread)
            if not difference <= TOLERANCE:
                failed.append(name)
            count, length = features[0].shape
            print(f"| {name} | {count} | {length} | {difference:.1e} | {spread:.2g} |", flush=True)
    if failed:
        sys.exit("Not within 1e-4: " + ", ".join(failed))


if __name__ == "__main__":
    main()
