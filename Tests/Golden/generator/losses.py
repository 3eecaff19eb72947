"""Cross-entropies on probabilities and behind a softmax, with their gradients."""

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


def generate(folder):
    environment.fresh()
    one_hot = keras.utils.to_categorical(_CLASSES, 4)
    for kind in ("probabilities", "softmax"):
        categorical, sparse = keras.losses.CategoricalCrossentropy, keras.losses.SparseCategoricalCrossentropy
        _write(folder, f"categorical_crossentropy_{kind}", categorical, one_hot, kind)
        _write(folder, f"categorical_crossentropy_soft_targets_{kind}", categorical, _SOFT, kind)
        _write(folder, f"sparse_categorical_crossentropy_{kind}", sparse, _CLASSES, kind)
    _compiled(folder, one_hot)


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


def _write(folder, name, loss, targets, kind):
    behind_softmax = kind == "softmax"
    inputs = _LOGITS if behind_softmax else _PROBABILITIES
    upstream = formula.tensor("upstream", (len(inputs),), "input")
    per_sample = loss(reduction=None)
    mean = loss()
    x = tf.Variable(inputs)

    @tf.function(jit_compile=False)
    def run():
        with tf.GradientTape(persistent=True) as tape:
            # `+ 0` so that Keras sees neither a variable nor, for probabilities, anything of a softmax.
            predictions = keras.activations.softmax(x + 0) if behind_softmax else x + 0
            losses, batch = per_sample(targets, predictions), mean(targets, predictions)
        return losses, batch, tape.gradient(losses, x, output_gradients=upstream), tape.gradient(batch, x)

    losses, batch, gradient, mean_gradient = run()
    golden_file.write(folder, name, {
        "input": inputs, "targets": targets, "loss": losses, "mean": tf.reshape(batch, (1,)),
        "upstream": upstream, "gradient": gradient, "mean_gradient": mean_gradient,
    }, loss=loss.__name__, input=("logits, softmax inside the model" if behind_softmax else "probabilities"),
        epsilon=_EPSILON)
