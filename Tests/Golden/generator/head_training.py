"""Thirty training steps on given batches: loss and accuracy per step, weights at the end."""

import keras
import numpy as np

from . import environment, golden_file, heads

_ROWS = 200
_BATCH = 32
_STEPS = 30

# File → head, optimizer (class and arguments), loss.
_CASES = {
    "post_adam": ("post", "Adam", dict(learning_rate=1e-3), "categorical_crossentropy"),
    "post_adam_sparse": ("post", "Adam", dict(learning_rate=1e-3), "sparse_categorical_crossentropy"),
    "post_sgd": ("post", "SGD", dict(learning_rate=0.01), "categorical_crossentropy"),
    "post_sgd_momentum": ("post", "SGD", dict(learning_rate=0.01, momentum=0.9), "categorical_crossentropy"),
    "post_sgd_nesterov": (
        "post", "SGD", dict(learning_rate=0.01, momentum=0.9, nesterov=True), "categorical_crossentropy"),
    "batch_norm_adam": ("batch_norm", "Adam", dict(learning_rate=1e-3), "categorical_crossentropy"),
}


def generate(folder):
    for name, (head, optimizer, arguments, loss) in _CASES.items():
        single = _train("float32", head, optimizer, arguments, loss)
        double = _train("float64", head, optimizer, arguments, loss)
        _, labels = heads.data("features", _ROWS)
        golden_file.write(
            folder, name, single,
            head=heads.summary(heads.HEADS[head]()), optimizer=optimizer, optimizer_arguments=arguments, loss=loss,
            features={"name": "features", "shape": [_ROWS, heads.FEATURES], "role": "input"},
            classes=heads.CLASSES, labels=labels.tolist(), batches=_batches(),
            float64_deviation=golden_file.deviation(single, double))


def _batches():
    """Row numbers per step: every epoch a permutation, cut into 6 batches of 32 and one of 8."""
    batches = []
    epoch = 0
    while len(batches) < _STEPS:
        order = np.random.Generator(np.random.PCG64(epoch)).permutation(_ROWS)
        batches += [order[start:start + _BATCH].tolist() for start in range(0, _ROWS, _BATCH)]
        epoch += 1
    return batches[:_STEPS]


def _train(floatx, head, optimizer, arguments, loss):
    environment.fresh(floatx)
    model = heads.HEADS[head]()
    model.compile(
        optimizer=getattr(keras.optimizers, optimizer)(**arguments), loss=loss, metrics=["accuracy"],
        run_eagerly=False, jit_compile=False)
    features, labels = heads.data("features", _ROWS)
    targets = labels if loss.startswith("sparse") else keras.utils.to_categorical(labels, heads.CLASSES)
    losses, accuracies = [], []
    for rows in _batches():
        model.reset_metrics()  # Keras averages over calls otherwise.
        logs = model.train_on_batch(features[rows], targets[rows], return_dict=True)
        losses.append(logs["loss"])
        accuracies.append(logs["accuracy"])
    return {"loss": losses, "accuracy": accuracies} | heads.weights(model, "final")
