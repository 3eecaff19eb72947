#!/usr/bin/env python3
"""Holds features of TensorFlow SavedModels, as Graft gets them from TensorFlow, against Graft's own of the same network.

`saved_model_bases.py PROGRAM [PHOTOS]`; PROGRAM is a `graft` that was built with --traits TensorFlow. Keras makes networks with random
weights and statistics, exports each as a SavedModel and saves it as .keras; `graft features` runs both on a folder of pictures, the stamps in the cache folder by default.
Prints a table; exits with 1 if any feature differs by more than 10⁻⁴ + 10⁻⁴ relative. The Python must have Keras, TensorFlow and
NumPy, as requirements.txt pins them.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "Benchmarks"))

import keras
import numpy as np
from environment import CACHE

TOLERANCE = 1e-4
# Constructors with the preprocessing of their pictures.
_NETWORKS = {"MobileNetV2": "tf", "EfficientNetB0": "none", "ResNet50": "caffe"}


def network(name):
    keras.utils.set_random_seed(7)
    model = getattr(keras.applications, name)(weights=None, include_top=False, pooling="avg", input_shape=(96, 96, 3))
    random = np.random.default_rng(7)
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            gamma, _, mean, variance = layer.get_weights()
            layer.set_weights([
                gamma * random.uniform(0.8, 1.2, gamma.shape), random.normal(0, 0.3, gamma.shape),
                random.normal(0, 0.1, mean.shape), variance * random.uniform(0.6, 1.4, variance.shape)])
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
            difference = np.abs(features[0] - features[1])
            if not np.all(difference <= TOLERANCE + TOLERANCE * np.abs(features[1])):
                failed.append(name)
            count, length = features[0].shape
            print(f"| {name} | {count} | {length} | {difference.max():.1e} | {features[1].std(axis=0).mean():.2g} |", flush=True)
    if failed:
        sys.exit("Not within 1e-4: " + ", ".join(failed))


if __name__ == "__main__":
    main()
