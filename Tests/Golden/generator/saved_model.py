"""A small SavedModel as Keras exports it, with the weights file of the same network, for Graft to run by both."""

import shutil

import keras

from . import environment, formula, golden_file


def network():
    x = keras.Input((16, 12, 3), name="picture")
    y = keras.layers.Conv2D(6, 3, strides=2, padding="same", use_bias=False, name="conv")(x)
    y = keras.layers.ReLU(6.0, name="relu")(keras.layers.BatchNormalization(name="conv_bn")(y))
    y = keras.layers.DepthwiseConv2D(3, padding="same", use_bias=False, name="depthwise")(y)
    y = keras.layers.GlobalAveragePooling2D(name="pool")(keras.layers.BatchNormalization(name="depthwise_bn")(y))
    return keras.Model(x, keras.layers.Dense(5, activation="relu", name="features")(y), name="tiny")


def generate(folder):
    environment.fresh()
    model = network()
    formula.set_weights(model)
    pictures = formula.pictures(2, 16, 12)
    golden_file.write(folder, "tiny", {"input": pictures, "output": model(pictures)})
    model.save(folder / "tiny.keras")
    shutil.rmtree(folder / "tiny", ignore_errors=True)
    model.export(folder / "tiny", verbose=False)
    # What only tooling reads.
    (folder / "tiny" / "fingerprint.pb").unlink(missing_ok=True)
    if not any((folder / "tiny" / "assets").iterdir()):
        (folder / "tiny" / "assets").rmdir()
