"""The heads that are trained, and the features and labels that they are trained on."""

import keras
import numpy as np

from . import formula

FEATURES = 64
CLASSES = 5


def data(name, rows):
    """Features from the formula; labels from a linear rule on them, so that there is something to learn."""
    features = formula.tensor(name, (rows, FEATURES), "input")
    rule = formula.tensor("rule", (FEATURES, CLASSES), "input")
    return features, np.argmax(features.astype(np.float64) @ rule.astype(np.float64), axis=1)


def post():
    """The post's head: Dense 256 relu, Dense softmax."""
    x = inputs = keras.Input((FEATURES,))
    x = keras.layers.Dense(256, activation="relu", name="dense")(x)
    x = keras.layers.Dense(CLASSES, activation="softmax", name="dense_1")(x)
    return _initialised(inputs, x)


def batch_norm():
    """A head with batch normalisation between Dense and relu, and a dropout of 0.

    The first Dense has no bias: what follows subtracts the mean, the bias's true gradient is 0, and Adam would turn
    mere rounding into steps.
    """
    x = inputs = keras.Input((FEATURES,))
    x = keras.layers.Dense(64, use_bias=False, name="dense")(x)
    x = keras.layers.BatchNormalization(epsilon=1e-3, momentum=0.9, name="batch_normalization")(x)
    x = keras.layers.Activation("relu", name="activation")(x)
    x = keras.layers.Dropout(0.0, name="dropout")(x)
    x = keras.layers.Dense(CLASSES, activation="softmax", name="dense_1")(x)
    return _initialised(inputs, x)


HEADS = {"post": post, "batch_norm": batch_norm}


def _initialised(inputs, outputs):
    model = keras.Model(inputs, outputs)
    formula.set_weights(model)
    return model


def weights(model, prefix):
    """All variables of a model under `<prefix>/<layer>/<variable>`."""
    return {f"{prefix}/{'/'.join(v.path.split('/')[-2:])}": v.numpy() for v in model.weights}


def summary(model):
    """What a test needs to build the same model: class and configuration of every layer, and the variables' shapes."""
    return {
        "layers": [{"class_name": type(layer).__name__, "config": _plain(layer)} for layer in model.layers[1:]],
        "variables": {"/".join(v.path.split("/")[-2:]): list(v.shape) for v in model.weights},
    }


def _plain(layer):
    kept = ("name", "units", "activation", "use_bias", "epsilon", "momentum", "rate")
    return {key: value for key, value in layer.get_config().items() if key in kept}
