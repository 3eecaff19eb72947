#!/usr/bin/env python3
"""Speed of MobileNetV2 1.0 at 224×224 in Keras, forward alone: images per second of `predict`, pictures decoded and in memory.

Prints one JSON document. Keras's and TensorFlow's defaults are left as they are, but for the batch size, the fastest of a few.
"""

import argparse
import json
import os
import resource
import statistics
import time

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras  # noqa: E402
import numpy as np  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("images", type=int, nargs="?", default=512)
    parser.add_argument("runs", type=int, nargs="?", default=5)
    parser.add_argument("--batch-size", type=int, default=32)
    arguments = parser.parse_args()
    network = keras.applications.MobileNetV2(
        weights=None, include_top=False, input_shape=(224, 224, 3), pooling="avg")
    network.trainable = False
    x = np.random.default_rng(1).uniform(-1, 1, (arguments.images, 224, 224, 3)).astype("float32")
    network.predict(x[: 2 * arguments.batch_size], batch_size=arguments.batch_size, verbose=0)
    seconds = []
    before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    for _ in range(arguments.runs):
        began = time.perf_counter()
        network.predict(x, batch_size=arguments.batch_size, verbose=0)
        seconds.append(time.perf_counter() - began)
    computed = resource.getrusage(resource.RUSAGE_SELF).ru_utime - before
    print(json.dumps({
        "peer": "keras", "version": keras.__version__,
        "images_per_second": arguments.images / statistics.median(seconds),
        "cpu_milliseconds_per_image": 1000 * computed / (arguments.images * arguments.runs)}))


if __name__ == "__main__":
    main()
