"""Activation functions on -10…10 (0, ±6 and other corners among it) with gradients."""

import keras
import numpy as np
import tensorflow as tf

from . import environment, formula, golden_file

_GRID = np.linspace(-10, 10, 81, dtype=np.float32)  # Steps of 0.25: 0, ±2.5, ±3 and ±6 are hit exactly.
_CORNERS = np.array([-0.0, 1e-6, -1e-6, 5.9999995, 6.0000005, -100, 100], np.float32)
_POINTS = np.concatenate([_GRID, _CORNERS, 10 * formula.tensor("points", (40,), "input")])
_ROWS = np.concatenate([
    10 * formula.tensor("rows", (4, 7), "input"),
    np.array([[0] * 7, [1000, 999, 998, 0, -1000, 0, 0], [-1000] * 7, [100, 0, 0, 0, 0, 0, 0]], np.float32),
])

# Keras's defaults throughout: gelu is the exact one, elu has alpha 1, leaky_relu has slope 0.2.
_POINTWISE = [
    "linear", "relu", "relu6", "sigmoid", "tanh", "silu", "gelu", "elu", "leaky_relu", "hard_sigmoid", "hard_silu",
    "softplus", "softsign", "selu", "exponential", "mish",
]


def generate(folder):
    environment.fresh()
    for name in _POINTWISE:
        _write(folder, name, _POINTS[np.abs(_POINTS) <= 10] if name == "exponential" else _POINTS)
    _write(folder, "softmax", _ROWS)


def _write(folder, name, points):
    function = keras.activations.get(name)
    upstream = formula.tensor("upstream", points.shape, "input")
    x = tf.Variable(points)
    with tf.GradientTape() as tape:
        output = function(x + 0)
    gradient = tape.gradient(output, x, output_gradients=upstream)
    golden_file.write(
        folder, name, {"input": points, "output": output, "upstream": upstream, "gradient": gradient}, activation=name)
