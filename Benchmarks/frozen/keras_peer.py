#!/usr/bin/env python3
"""Keras's side of the frozen benchmark: pictures per second of `predict_on_batch` from input to pooled features.

`keras_peer.py CONSTRUCTOR [SECONDS]`, with the defaults of Keras and TensorFlow, in batches of 32. Prints one JSON document.
"""

import json
import sys
import time

import keras
import numpy as np


def main():
    name = sys.argv[1] if len(sys.argv) > 1 else "MobileNetV2"
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 8
    model = getattr(keras.applications, name)(weights=None, include_top=True)
    side = model.input_shape[1] or 224
    model = getattr(keras.applications, name)(
        weights=None, include_top=False, pooling="avg", input_shape=(side, side, 3))
    images = np.random.default_rng(1).uniform(-1, 1, (32, side, side, 3)).astype(np.float32)
    for _ in range(3):
        model.predict_on_batch(images)
    done, start = 0, time.monotonic()
    while time.monotonic() < start + seconds:
        model.predict_on_batch(images)
        done += len(images)
    speed = done / (time.monotonic() - start)
    print(json.dumps({"peer": "keras", "version": keras.__version__, "network": name, "images_per_second": speed}))


if __name__ == "__main__":
    main()
