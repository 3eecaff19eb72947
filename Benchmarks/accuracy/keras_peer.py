#!/usr/bin/env python3
"""Keras's side: features of the frozen base, once per picture, and heads on them for every split of a plan.

Prints one JSON document: for each row and data set the accuracy on every split's validation pictures.
"""

import contextlib
import json
import os
import pathlib
import sys
import time

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras  # noqa: E402
import numpy as np  # noqa: E402
import sklearn  # noqa: E402
import tensorflow as tf  # noqa: E402
from PIL import Image  # noqa: E402
from sklearn.linear_model import LogisticRegression  # noqa: E402
from sklearn.preprocessing import StandardScaler  # noqa: E402

REGULARIZATIONS = [0.01, 0.1, 1.0, 10.0, 100.0]


def main():
    plan = json.loads(pathlib.Path(sys.argv[1]).read_text())
    with contextlib.redirect_stdout(sys.stderr):  # Keras prints here and there whatever `verbose` says.
        document = {row: {} for row in plan["rows"]}
        for name, dataset in plan["datasets"].items():
            sets = [_load(split) for split in dataset["splits"]]
            features = _features(sets, plan["weights"], dataset["image_size"])
            for row in plan["rows"]:
                document[row][name] = ROWS[row](features, sets, dataset["splits"])
                print(f"{row}, {name}: {np.mean([r['accuracy'] for r in document[row][name]]):.3f}", flush=True)
    document["versions"] = {
        "Keras": keras.__version__, "TensorFlow": tf.__version__, "scikit-learn": sklearn.__version__}
    print(json.dumps(document))


def _load(split):
    """Files and labels of a split's two parts; links are followed, so that a picture is known whatever split it is in."""
    classes = sorted(path.name for path in pathlib.Path(split["folder"], "train").iterdir())
    parts = {}
    for part in ("train", "validation"):
        files = sorted(pathlib.Path(split["folder"], part).glob("*/*"))
        parts[part] = ([str(path.resolve()) for path in files], np.array([classes.index(p.parent.name) for p in files]))
    return parts | {"classes": len(classes)}


def _features(sets, weights, size):
    """The pooled features of every picture that is in a split."""
    began = time.monotonic()
    paths = sorted({path for parts in sets for part in ("train", "validation") for path in parts[part][0]})
    base = keras.applications.MobileNetV2(weights=None, include_top=False, input_shape=(size, size, 3), pooling="avg")
    saved = keras.models.load_model(weights, compile=False)
    trunk = next(layer for layer in saved.layers if isinstance(layer, keras.Model))
    for layer in base.layers:
        if layer.weights:
            layer.set_weights(trunk.get_layer(layer.name).get_weights())
    rows = []
    for start in range(0, len(paths), 32):
        pixels = np.stack([_pixels(path, size) for path in paths[start:start + 32]])
        rows.append(base(keras.applications.mobilenet_v2.preprocess_input(pixels), training=False).numpy())
    print(f"{len(paths)} pictures in {time.monotonic() - began:.0f} s", flush=True)
    return dict(zip(paths, np.concatenate(rows)))


def _pixels(path, size):
    picture = Image.open(path).convert("RGBA")
    white = Image.new("RGBA", picture.size, (255, 255, 255, 255))
    white.alpha_composite(picture)
    return np.asarray(white.convert("RGB").resize((size, size), Image.BILINEAR), np.float32)


def _table(features, part):
    return np.stack([features[path] for path in part[0]]), part[1]


def _keras(features, sets, splits):
    """The post's head with Keras's defaults."""
    results = []
    for parts, split in zip(sets, splits):
        keras.backend.clear_session()
        keras.utils.set_random_seed(split["number"])
        x, y = _table(features, parts["train"])
        inputs = keras.Input(x.shape[1:])
        hidden = keras.layers.Dense(256, activation="relu")(inputs)
        model = keras.Model(inputs, keras.layers.Dense(parts["classes"], activation="softmax")(hidden))
        model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
        model.fit(x, keras.utils.to_categorical(y, parts["classes"]), epochs=10, batch_size=32, verbose=0)
        x, y = _table(features, parts["validation"])
        results.append(_result(split, model.predict(x, verbose=0), y))
    return results


def _scikit_learn(features, sets, splits):
    """Logistic regression on standardised features; of five C the one that turned out best over all splits."""
    best = []
    for regularization in REGULARIZATIONS:
        results = []
        for parts, split in zip(sets, splits):
            x, y = _table(features, parts["train"])
            scaler = StandardScaler().fit(x)
            model = LogisticRegression(C=regularization, max_iter=10_000).fit(scaler.transform(x), y)
            x, y = _table(features, parts["validation"])
            results.append(_result(split, model.predict_proba(scaler.transform(x)), y))
        if not best or np.mean([r["accuracy"] for r in results]) > np.mean([r["accuracy"] for r in best]):
            best = results
    return best


def _result(split, probabilities, wanted):
    return {
        "seed": split["seed"], "fold": split["fold"], "accuracy": float(np.mean(np.argmax(probabilities, 1) == wanted)),
        "count": len(wanted)}


ROWS = {"keras": _keras, "scikit-learn": _scikit_learn}

if __name__ == "__main__":
    main()
