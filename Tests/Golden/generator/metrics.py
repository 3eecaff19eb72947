"""Accuracies, with ties, for one batch and over two of them."""

import keras
import numpy as np

from . import environment, golden_file

# Eight classes; ties for the first place, ties across the border of the top five, all equal, and plain rows.
_PREDICTIONS = np.array([
    [0.30, 0.30, 0.10, 0.10, 0.05, 0.05, 0.05, 0.05],
    [0.30, 0.30, 0.10, 0.10, 0.05, 0.05, 0.05, 0.05],
    [0.30, 0.20, 0.10, 0.10, 0.10, 0.10, 0.10, 0.00],
    [0.30, 0.20, 0.10, 0.10, 0.10, 0.10, 0.10, 0.00],
    [0.125] * 8,
    [0.125] * 8,
    [0.01, 0.02, 0.03, 0.04, 0.10, 0.20, 0.25, 0.35],
    [0.01, 0.02, 0.03, 0.04, 0.10, 0.20, 0.25, 0.35],
    [0.01, 0.02, 0.03, 0.04, 0.10, 0.20, 0.25, 0.35],
    [0.40, 0.05, 0.30, 0.05, 0.05, 0.05, 0.05, 0.05],
    [0.40, 0.05, 0.30, 0.05, 0.05, 0.05, 0.05, 0.05],
], np.float32)
_LABELS = np.array([0, 1, 6, 7, 0, 7, 7, 3, 2, 2, 7])
_FIRST_BATCH = 7

_METRICS = {
    "categorical_accuracy": (keras.metrics.CategoricalAccuracy, {}, False),
    "sparse_categorical_accuracy": (keras.metrics.SparseCategoricalAccuracy, {}, True),
    "top_k_categorical_accuracy": (keras.metrics.TopKCategoricalAccuracy, {"k": 5}, False),
    "sparse_top_k_categorical_accuracy": (keras.metrics.SparseTopKCategoricalAccuracy, {"k": 5}, True),
    "top_k_categorical_accuracy_2": (keras.metrics.TopKCategoricalAccuracy, {"k": 2}, False),
}


def generate(folder):
    environment.fresh()
    one_hot = keras.utils.to_categorical(_LABELS, 8)
    for name, (metric, arguments, sparse) in _METRICS.items():
        targets = _LABELS if sparse else one_hot
        per_sample = [_result(metric, arguments, [slice(row, row + 1)], targets) for row in range(len(_LABELS))]
        golden_file.write(folder, name, {
            "predictions": _PREDICTIONS, "targets": targets, "per_sample": per_sample,
            "mean": [_result(metric, arguments, [slice(None)], targets)],
            "mean_of_two_batches": [
                _result(metric, arguments, [slice(_FIRST_BATCH), slice(_FIRST_BATCH, None)], targets)],
        }, metric=metric.__name__, arguments=arguments, first_batch=_FIRST_BATCH)


def _result(metric, arguments, batches, targets):
    instance = metric(**arguments)
    for rows in batches:
        instance.update_state(targets[rows], _PREDICTIONS[rows])
    return float(instance.result())
