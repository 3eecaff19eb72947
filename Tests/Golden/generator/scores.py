"""Precision, recall, F1, areas under ROC curves, calibration: Keras's numbers where it has them, scikit-learn's elsewhere."""

import keras
import numpy as np
import sklearn
from sklearn import metrics as scikit

from . import environment, golden_file

_AVERAGES = ("macro", "micro", "weighted")
_BINS = 15


def generate(folder):
    environment.fresh()
    generator = np.random.default_rng(7)
    _single_label(folder, "classes", *_classes(generator, 200, 5, without=None))
    # Sure of itself and not rounded: Keras's thresholds are too coarse for these areas.
    _single_label(folder, "classes_confident", *_classes(generator, 200, 3, without=None, scale=6, decimals=7))
    # The last class has no samples, and one other is never predicted.
    _single_label(folder, "classes_missing", *_classes(generator, 60, 4, without=3))
    _multi_label(folder, "labels", generator)


def _classes(generator, count, classes, without, scale=1, decimals=2):
    labels = generator.integers(0, classes if without is None else without, count)
    logits = generator.normal(size=(count, classes))
    logits[np.arange(count), labels] += 1.5
    logits *= scale
    if without is not None:
        logits[:, 1] = -8
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    # Rounded, so that many scores are equal; then no row has two largest values.
    probabilities = np.round(probabilities, decimals)
    probabilities[np.arange(count), np.argmax(probabilities, axis=1)] += 0.5 * 10.0**-decimals
    return probabilities.astype(np.float32), labels


def _single_label(folder, name, probabilities, labels):
    classes = probabilities.shape[1]
    one_hot = keras.utils.to_categorical(labels, classes)
    predicted = np.argmax(probabilities, axis=1)
    known = list(range(classes))

    def per_class(metric, **arguments):
        return [_value(metric(class_id=c, **arguments), one_hot, probabilities) for c in known]

    tensors = {
        "predictions": probabilities, "targets": labels,
        "keras/precision": per_class(keras.metrics.Precision, top_k=1),
        "keras/recall": per_class(keras.metrics.Recall, top_k=1),
        "keras/f1": _value(keras.metrics.F1Score(), one_hot, probabilities),
        "keras/precision_micro": [_value(keras.metrics.Precision(top_k=1), one_hot, probabilities)],
        "keras/recall_micro": [_value(keras.metrics.Recall(top_k=1), one_hot, probabilities)],
        "keras/auc": _areas(one_hot, probabilities),
    }
    for average in _AVERAGES:
        tensors[f"keras/f1_{average}"] = [_value(keras.metrics.F1Score(average=average), one_hot, probabilities)]
    scores = _scores(labels, predicted, known)
    scores["accuracy"] = float(scikit.accuracy_score(labels, predicted))
    scores["roc_auc"] = [_area(one_hot[:, c], probabilities[:, c]) for c in known]
    confidence = probabilities.max(axis=1)
    scores["calibration_error"] = calibration_error(confidence, predicted == labels)
    golden_file.write(folder, name, tensors, scikit_learn=scores, scikit_learn_version=sklearn.__version__)


def _multi_label(folder, name, generator):
    count, labels = 120, 4
    # The third label is rare; the last one is on every picture, so it has no ROC curve.
    targets = (generator.random((count, labels)) < [0.5, 0.3, 0.05, 1.1]).astype(np.float32)
    probabilities = np.round(np.clip(0.35 + 0.3 * targets + 0.2 * generator.normal(size=targets.shape), 0, 1), 2)
    # Exactly at the threshold: no label, for Keras asks for more than it.
    probabilities[:4, 0] = 0.5
    # Ends of the scale.
    probabilities[4, :2] = 0
    probabilities[5, :2] = 1
    probabilities = probabilities.astype(np.float32)
    predicted = (probabilities > 0.5).astype(int)
    known = list(range(labels))

    def per_label(metric):
        return [_value(metric(thresholds=0.5, class_id=c), targets, probabilities) for c in known]

    tensors = {
        "predictions": probabilities, "targets": targets,
        "keras/binary_accuracy": [_value(keras.metrics.BinaryAccuracy(), targets, probabilities)],
        "keras/binary_accuracy_0.7": [
            _value(keras.metrics.BinaryAccuracy(threshold=0.7), targets, probabilities)],
        "keras/precision": per_label(keras.metrics.Precision), "keras/recall": per_label(keras.metrics.Recall),
        "keras/f1": _value(keras.metrics.F1Score(threshold=0.5), targets, probabilities),
        "keras/precision_micro": [_value(keras.metrics.Precision(), targets, probabilities)],
        "keras/recall_micro": [_value(keras.metrics.Recall(), targets, probabilities)],
        "keras/auc": _areas(targets, probabilities),
    }
    for average in _AVERAGES:
        tensors[f"keras/f1_{average}"] = [
            _value(keras.metrics.F1Score(average=average, threshold=0.5), targets, probabilities)]
    scores = _scores(targets.astype(int), predicted, known)
    scores["roc_auc"] = [_area(targets[:, c], probabilities[:, c]) for c in known]
    scores["calibration_error"] = calibration_error(probabilities.ravel(), targets.ravel() == 1)
    golden_file.write(folder, name, tensors, scikit_learn=scores, scikit_learn_version=sklearn.__version__)


def _value(metric, targets, predictions):
    metric.update_state(targets, predictions)
    return np.asarray(metric.result())


def _areas(targets, predictions):
    """keras.metrics.AUC of each column: a sum of trapezoids between 200 thresholds."""
    return [_value(keras.metrics.AUC(num_thresholds=200), targets[:, c], predictions[:, c])
            for c in range(targets.shape[1])]


def _area(targets, scores):
    """None where all samples are on one side."""
    return float(scikit.roc_auc_score(targets, scores)) if 0 < targets.sum() < len(targets) else None


def _scores(targets, predicted, known):
    keys = ("precision", "recall", "f1")
    values = scikit.precision_recall_fscore_support(targets, predicted, labels=known, zero_division=0)
    scores = {key: value.tolist() for key, value in zip(keys + ("support",), values)}
    for average in _AVERAGES:
        values = scikit.precision_recall_fscore_support(
            targets, predicted, labels=known, average=average, zero_division=0)
        scores |= {f"{key}_{average}": float(value) for key, value in zip(keys, values)}
    return scores


def calibration_error(confidence, is_right):
    """Guo et al., "On calibration of modern neural networks" (2017): bins (b/15, (b + 1)/15], 0 in the first."""
    confidence = np.asarray(confidence, np.float64)
    bins = np.clip(np.ceil(confidence * _BINS).astype(int) - 1, 0, _BINS - 1)
    error = 0.0
    for b in range(_BINS):
        inside = bins == b
        if inside.any():
            error += inside.mean() * abs(is_right[inside].mean() - confidence[inside].mean())
    return float(error)
