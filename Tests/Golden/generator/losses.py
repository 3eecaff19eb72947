"""Losses on probabilities, on logits, and behind a softmax or a sigmoid, with their gradients."""

import keras
import numpy as np
import tensorflow as tf

from . import environment, formula, golden_file

_EPSILON = 1e-7

# What clipping and normalising must get right: exact 0 and 1 at the right and at the wrong class, values nearer to the
# ends than Keras's epsilon, rows whose sum is not 1, uniform and ordinary rows.
_PROBABILITIES = np.array([
    [0.7, 0.2, 0.1, 0.0], [1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.25, 0.25, 0.25, 0.25], [1e-8, 1 - 1e-8, 0, 0],
    [0.5, 0.5, 0.5, 0.5], [0.2, 0.1, 0.1, 0.1], [2.0, 1.0, 3.0, 2.0], [0.1, 0.6, 0.05, 0.25], [1e-6, 2e-6, 0.5, 0.499997],
], np.float32)
_CLASSES = np.array([0, 0, 0, 3, 0, 2, 0, 2, 3, 1])
_SOFT = np.array([
    [0.7, 0.2, 0.1, 0.0], [0.9, 0.1, 0.0, 0.0], [0.4, 0.6, 0.0, 0.0], [0.25, 0.25, 0.25, 0.25], [0.5, 0.5, 0, 0],
    [0.0, 0.0, 1.0, 0.0], [0.2, 0.1, 0.3, 0.4], [0.1, 0.2, 0.3, 0.4], [0.0, 0.0, 0.5, 0.5], [0.1, 0.2, 0.3, 0.4],
], np.float32)

# The last rows lie where probabilities underflow: on probabilities the loss would stop at -log(1e-7) = 16.118.
_LOGITS = np.concatenate([
    3 * formula.tensor("logits", (6, 4), "input"),
    np.array([[40, 0, -40, 0], [0, 40, 0, -40], [-200, 100, 0, 50], [0, 0, 0, 0]], np.float32),
])

# Answers to questions that stand alone: right, wrong and certain, nearly certain, open.
_ANSWERS = np.array([
    [0.7, 0.2, 0.1, 0.0], [1.0, 0.0, 0.0, 1.0], [0.0, 1.0, 0.5, 0.5], [1e-8, 1 - 6e-8, 1e-6, 0.999999],
    [0.9, 0.9, 0.9, 0.9], [0.3, 0.6, 0.05, 0.25],
], np.float32)
_LABELS = np.array([
    [1, 0, 1, 0], [1, 0, 1, 0], [0, 1, 1, 0], [0, 1, 1, 0], [0, 0, 0, 0], [1, 1, 1, 1],
], np.float32)
_SOFT_LABELS = np.array([
    [0.9, 0.1, 0.5, 0], [1, 0, 0.3, 0.7], [0, 1, 0.2, 0.8], [0.4, 0.6, 0.1, 0.9], [0, 0.25, 0.5, 0.75], [1, 1, 0.5, 0],
], np.float32)
_ANSWER_LOGITS = np.concatenate([
    3 * formula.tensor("answer logits", (4, 4), "input"), np.array([[40, -40, 100, -100], [0, 15, -15, 200]], np.float32),
])

# File → class, arguments, targets. Each on probabilities, on logits with from_logits, and behind its activation.
_CASES = {
    "categorical_crossentropy_smoothed": ("CategoricalCrossentropy", {"label_smoothing": 0.1}, "soft"),
    "categorical_focal_crossentropy": ("CategoricalFocalCrossentropy", {}, "one_hot"),
    "categorical_focal_crossentropy_smoothed": (
        "CategoricalFocalCrossentropy", {"alpha": 0.6, "gamma": 1.5, "label_smoothing": 0.2}, "soft"),
    "binary_crossentropy": ("BinaryCrossentropy", {}, "labels"),
    "binary_crossentropy_smoothed": ("BinaryCrossentropy", {"label_smoothing": 0.1}, "soft_labels"),
    "binary_focal_crossentropy": ("BinaryFocalCrossentropy", {}, "labels"),
    "binary_focal_crossentropy_balanced": (
        "BinaryFocalCrossentropy",
        {"apply_class_balancing": True, "alpha": 0.7, "gamma": 1.5, "label_smoothing": 0.1}, "soft_labels"),
}


def generate(folder):
    environment.fresh()
    one_hot = keras.utils.to_categorical(_CLASSES, 4)
    for kind in ("probabilities", "softmax"):
        categorical, sparse = keras.losses.CategoricalCrossentropy, keras.losses.SparseCategoricalCrossentropy
        _write(folder, f"categorical_crossentropy_{kind}", categorical, one_hot, kind)
        _write(folder, f"categorical_crossentropy_soft_targets_{kind}", categorical, _SOFT, kind)
        _write(folder, f"sparse_categorical_crossentropy_{kind}", sparse, _CLASSES, kind)
    _compiled(folder, one_hot)
    targets = {"one_hot": one_hot, "soft": _SOFT, "labels": _LABELS, "soft_labels": _SOFT_LABELS}
    for name, (class_name, arguments, wanted) in _CASES.items():
        activation = "sigmoid" if class_name.startswith("Binary") else "softmax"
        for kind in ("probabilities", "logits", activation):
            _write(folder, f"{name}_{kind}", getattr(keras.losses, class_name), targets[wanted], kind, **arguments)
    _write(folder, "mean_squared_error", keras.losses.MeanSquaredError, _SOFT_LABELS, "numbers")


def _compiled(folder, one_hot):
    """Which of the two ways a compiled model takes, for each way of ending in a softmax: evaluate and train_on_batch."""
    ends = {
        "dense_softmax": lambda x: keras.layers.Dense(
            4, activation="softmax", use_bias=False, kernel_initializer="identity")(x),
        "activation_softmax": lambda x: keras.layers.Activation("softmax")(x),
        "softmax_layer": lambda x: keras.layers.Softmax()(x),
        "softmax_then_rescaling": lambda x: keras.layers.Rescaling(1.0)(keras.layers.Softmax()(x)),
    }
    tensors = {"input": _LOGITS, "targets": one_hot}
    for name, end in ends.items():
        inputs = keras.Input((4,))
        model = keras.Model(inputs, end(inputs))
        model.compile(optimizer=keras.optimizers.SGD(0.0), loss="categorical_crossentropy", jit_compile=False)
        tensors[f"evaluate/{name}"] = [model.evaluate(_LOGITS, one_hot, batch_size=10, verbose=0)]
        model.reset_metrics()
        tensors[f"train_on_batch/{name}"] = [model.train_on_batch(_LOGITS, one_hot)]
    golden_file.write(folder, "compiled_model", tensors, loss="CategoricalCrossentropy", batch_size=10)


def _write(folder, name, loss, targets, kind, **arguments):
    binary = loss.__name__.startswith("Binary")
    inputs = {
        "probabilities": _ANSWERS if binary else _PROBABILITIES, "numbers": _ANSWER_LOGITS,
        "logits": _ANSWER_LOGITS if binary else _LOGITS, "softmax": _LOGITS, "sigmoid": _ANSWER_LOGITS,
    }[kind]
    upstream = formula.tensor("upstream", (len(inputs),), "input")
    keywords = arguments | ({"from_logits": True} if kind == "logits" else {})
    per_sample = loss(reduction=None, **keywords)
    mean = loss(**keywords)
    activation = getattr(keras.activations, kind) if kind in ("softmax", "sigmoid") else lambda x: x
    x = tf.Variable(inputs)

    @tf.function(jit_compile=False)
    def run():
        with tf.GradientTape(persistent=True) as tape:
            # `+ 0` so that Keras sees neither a variable nor, for probabilities, anything of a softmax.
            predictions = activation(x + 0)
            losses, batch = per_sample(targets, predictions), mean(targets, predictions)
        return losses, batch, tape.gradient(losses, x, output_gradients=upstream), tape.gradient(batch, x)

    losses, batch, gradient, mean_gradient = run()
    golden_file.write(folder, name, {
        "input": inputs, "targets": targets, "loss": losses, "mean": tf.reshape(batch, (1,)),
        "upstream": upstream, "gradient": gradient, "mean_gradient": mean_gradient,
    }, loss=loss.__name__, arguments=arguments, input=kind, epsilon=_EPSILON)
