#!/usr/bin/env python3
"""Keras's side: `keras_peer.py CASE …`, one JSON document on standard output."""

import os
import pathlib
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from measuring import answer, latency, rate  # noqa: E402
from networks import SIZE, keras_network  # noqa: E402


def forward(name):
    """Pictures in memory through a network, as `predict` does it, in the batches that Keras is fastest with."""
    import numpy

    network = keras_network(name)
    pictures = numpy.random.default_rng(1).random((64, SIZE, SIZE, 3), numpy.float32)
    best = max(
        (rate(lambda: network.predict(pictures, batch_size=batch, verbose=0), len(pictures)), batch)
        for batch in (8, 32, 64))
    return {"images_per_second": best[0], "batch": best[1]}


def one(name):
    """One picture in a running process: the network as a compiled function, which is faster than `predict`."""
    import numpy
    import tensorflow as tf

    network = keras_network(name)
    function = tf.function(lambda pictures: network(pictures, training=False))
    picture = tf.constant(numpy.random.default_rng(1).random((1, SIZE, SIZE, 3), numpy.float32))
    return latency(lambda: function(picture).numpy())


def decode(folder):
    """JPEG files to resized pictures on one thread, as tf.data users write it. Once without an antialiased resize, Keras's
    default, and once with."""
    import tensorflow as tf

    paths = sorted(str(path) for path in pathlib.Path(folder).rglob("*.jpg"))
    options = tf.data.Options()
    options.threading.private_threadpool_size = 1
    options.threading.max_intra_op_parallelism = 1
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)

    def pictures(antialias):
        def load(path):
            picture = tf.io.decode_jpeg(tf.io.read_file(path), channels=3)
            return tf.image.resize(picture, (SIZE, SIZE), antialias=antialias)

        data = tf.data.Dataset.from_tensor_slices(paths).map(load).with_options(options)

        def run():
            for _ in data:
                pass

        return rate(run, len(paths))

    return {"images_per_second": pictures(False), "antialiased_images_per_second": pictures(True)}


def head(count):
    """The post's head on features: ten epochs of `fit`."""
    import time

    import keras
    import numpy

    x, y = features(numpy, int(count))
    model = keras.Sequential([
        keras.Input((x.shape[1],)), keras.layers.Dense(256, activation="relu"), keras.layers.Dense(5, activation="softmax")])
    model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
    model.fit(x, y, epochs=1, batch_size=32, verbose=0)
    began = time.perf_counter()
    model.fit(x, y, epochs=10, batch_size=32, verbose=0)
    return {"seconds": time.perf_counter() - began}


def features(numpy, count):
    """Features and labels that stand in for a base's: like a rectifier's, many of them zero."""
    random = numpy.random.default_rng(1)
    x = numpy.maximum(random.standard_normal((count, 1280), numpy.float32), 0)
    y = numpy.eye(5, dtype=numpy.float32)[random.integers(0, 5, count)]
    return x, y


def predict(weights, picture):
    """What a script does to name one photo: load a model, read the photo, run."""
    import keras

    model = keras.models.load_model(weights, compile=False)
    photo = keras.utils.load_img(picture, target_size=model.input_shape[1:3])
    values = keras.applications.mobilenet_v2.preprocess_input(keras.utils.img_to_array(photo)[None])
    return {"class": int(model.predict(values, verbose=0)[0].argmax())}


if __name__ == "__main__":
    cases = {case.__name__: case for case in (forward, one, decode, head, predict)}
    answer(cases[sys.argv[1]](*sys.argv[2:]))
