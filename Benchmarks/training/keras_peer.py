#!/usr/bin/env python3
"""Training speed of MobileNetV2 1.0 at 224×224 in Keras: images per second of `fit`, batch 32, pictures in memory.

Prints one JSON document. Keras's and TensorFlow's defaults are left as they are.
"""

import argparse
import json
import os
import resource
import time

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras  # noqa: E402
import numpy as np  # noqa: E402


class StepTimes(keras.callbacks.Callback):
    """The moment at which each step ended."""

    def __init__(self):
        super().__init__()
        self.moments = []

    def on_train_begin(self, logs=None):
        self.moments = []

    def on_train_batch_end(self, batch, logs=None):
        self.moments.append(time.perf_counter())


def model(mode, classes):
    base = keras.applications.MobileNetV2(weights=None, include_top=False, input_shape=(224, 224, 3), pooling="avg")
    outputs = keras.layers.Dense(classes, activation="softmax")(base.output)
    network = keras.Model(base.input, outputs)
    trains = mode == "whole-train"
    reached = mode != "block13"
    for layer in base.layers:
        reached = reached or layer.name == "block_13_expand"
        layer.trainable = reached and (trains or not isinstance(layer, keras.layers.BatchNormalization))
    network.compile(optimizer=keras.optimizers.Adam(1e-4), loss="categorical_crossentropy", metrics=["accuracy"])
    return network


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mode", choices=["whole-train", "whole-frozen", "block13"])
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--batch-size", type=int, default=32)
    arguments = parser.parse_args()
    count = arguments.steps * arguments.batch_size
    random = np.random.default_rng(1)
    x = random.uniform(-1, 1, (count, 224, 224, 3)).astype("float32")
    y = np.eye(5, dtype="float32")[random.integers(0, 5, count)]
    network = model(arguments.mode, 5)
    times = StepTimes()
    # The first epoch traces and warms up.
    network.fit(x, y, batch_size=arguments.batch_size, epochs=1, verbose=0)
    network.fit(x, y, batch_size=arguments.batch_size, epochs=1, verbose=0, callbacks=[times])
    steps = np.diff(times.moments)
    print(json.dumps({
        "peer": "keras", "version": keras.__version__, "mode": arguments.mode,
        "images_per_second": arguments.batch_size / float(np.median(steps)),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }))


if __name__ == "__main__":
    main()
