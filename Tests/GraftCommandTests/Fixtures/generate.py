"""Writes the networks and numbers that the tests of the command read.

Run with Keras 3.15.1 and TensorFlow 2.21.0:

    python Tests/GraftCommandTests/Fixtures/generate.py
"""

import os
import pathlib
import shutil

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import h5py
import keras
import numpy as np

here = pathlib.Path(__file__).parent
keras.utils.set_random_seed(20240607)

inputs = keras.Input((16, 16, 3), name="pictures")
x = keras.layers.Conv2D(8, 3, strides=2, activation="relu", name="first")(inputs)
x = keras.layers.Conv2D(8, 3, activation="relu", name="second")(x)
x = keras.layers.GlobalAveragePooling2D(name="pool")(x)
outputs = keras.layers.Dense(4, activation="softmax", name="scores")(x)
model = keras.Model(inputs, outputs, name="tiny")
random = np.random.default_rng(7)
# Biases that are not zero, so that a lost one shows.
model.set_weights([random.normal(0, 0.25, w.shape).astype(np.float32) for w in model.get_weights()])
model.save(here / "tiny.h5")

# What Keras makes of a batch: of the whole network and of the features below its top.
batch = random.uniform(-1, 1, (3, 16, 16, 3)).astype(np.float32)
np.save(here / "x.npy", batch)
np.save(here / "scores.npy", np.asarray(model(batch)))
np.save(here / "pool.npy", np.asarray(keras.Model(inputs, x)(batch)))

# The same file with one tensor gone.
shutil.copy(here / "tiny.h5", here / "tiny-without-bias.h5")
with h5py.File(here / "tiny-without-bias.h5", "r+") as file:
    found = []
    file["model_weights"].visit(lambda name: found.append(name) if name.endswith("second/bias") else None)
    found = found or [n for n in ["second/second/bias:0", "second/tiny/second/bias:0"] if n in file["model_weights"]]
    assert len(found) == 1, found
    del file["model_weights"][found[0]]

# The same network saved without an input size.
inputs = keras.Input((None, None, 3), name="pictures")
x = inputs
for layer in model.layers[1:]:
    x = layer.__class__.from_config(layer.get_config())(x)
opened = keras.Model(inputs, x, name="open")
opened.set_weights(model.get_weights())
opened.save(here / "open.h5")

# A sound file with a layer that Graft does not know.
inputs = keras.Input((4,), name="numbers")
strange = keras.Model(inputs, keras.layers.Masking(name="mask")(keras.layers.Dense(3, name="dense")(inputs)))
strange.save(here / "unknown-layer.h5")
