"""Keras's fit with class weights and with sample weights: what an epoch's loss is, and where training goes."""

import keras
import numpy as np

from . import environment, formula, golden_file, heads

_ROWS = 100
_BALANCED = "balanced"
_CASES = {
    "class_weight": ("categorical_crossentropy", {0: 3.0, 1: 0.25, 4: 0.0}, False),
    "class_weight_balanced": ("sparse_categorical_crossentropy", _BALANCED, False),
    "sample_weight": ("categorical_crossentropy", None, True),
}


def generate(folder):
    for name, (loss, class_weight, weighs_samples) in _CASES.items():
        single = _fit("float32", loss, class_weight, weighs_samples)
        double = _fit("float64", loss, class_weight, weighs_samples)
        golden_file.write(
            folder, name, single,
            head=heads.summary(heads.post()), optimizer="Adam", optimizer_arguments={"learning_rate": 1e-3}, loss=loss,
            epochs=3, batch_size=32, classes=heads.CLASSES, labels=_labels().tolist(),
            features={"name": "features", "shape": [_ROWS, heads.FEATURES], "role": "input"},
            class_weight=_pairs(class_weight), balanced=class_weight == _BALANCED,
            float64_deviation=golden_file.deviation(single, double))


def _labels():
    # Class 3 made rare.
    _, labels = heads.data("features", _ROWS)
    return np.where((labels == 3) & (np.arange(_ROWS) % 5 > 0), 0, labels)


def _pairs(class_weight):
    return [[index, weight] for index, weight in class_weight.items()] if isinstance(class_weight, dict) else None


def _fit(floatx, loss, class_weight, weighs_samples):
    environment.fresh(floatx)
    model = heads.post()
    model.compile(optimizer=keras.optimizers.Adam(1e-3), loss=loss, metrics=["accuracy"], jit_compile=False)
    features, _ = heads.data("features", _ROWS)
    labels = _labels()
    if class_weight == _BALANCED:
        # scikit-learn: compute_class_weight("balanced", classes=np.unique(labels), y=labels).
        counts = np.bincount(labels)
        class_weight = {i: _ROWS / (np.count_nonzero(counts) * n) for i, n in enumerate(counts) if n > 0}
    sample_weight = np.abs(formula.tensor("sample weights", (_ROWS,), "input")) * 2 if weighs_samples else None
    targets = labels if loss.startswith("sparse") else keras.utils.to_categorical(labels, heads.CLASSES)
    history = model.fit(
        features, targets, epochs=3, batch_size=32, shuffle=False, verbose=0, class_weight=class_weight,
        sample_weight=sample_weight)
    tensors = {f"history/{key}": values for key, values in history.history.items()} | heads.weights(model, "final")
    if weighs_samples:
        tensors["sample_weight"] = sample_weight
        result = model.evaluate(features, targets, sample_weight=sample_weight, batch_size=32, verbose=0)
        tensors["evaluate/loss"] = [result[0]]
    return tensors
