"""Keras's own fit, evaluate and predict: how an epoch with a partial batch is averaged."""

import keras

from . import environment, golden_file, heads

_ROWS = 200
_VALIDATION_ROWS = 45

# File → head, arguments of fit beside x, y, epochs, batch_size and shuffle.
_CASES = {
    "post_validation_data": ("post", "data"),
    "post_validation_split": ("post", "split"),
    "batch_norm_validation_data": ("batch_norm", "data"),
}


def generate(folder):
    for name, (head, validation) in _CASES.items():
        single = _fit("float32", head, validation)
        double = _fit("float64", head, validation)
        _, labels = heads.data("features", _ROWS)
        _, validation_labels = heads.data("validation", _VALIDATION_ROWS)
        golden_file.write(
            folder, name, single,
            head=heads.summary(heads.HEADS[head]()), optimizer="Adam", optimizer_arguments={"learning_rate": 1e-3},
            loss="categorical_crossentropy", epochs=3, batch_size=32, shuffle=False, top_k=2,
            validation=validation, validation_split=0.23 if validation == "split" else None,
            features={"name": "features", "shape": [_ROWS, heads.FEATURES], "role": "input"},
            validation_features={"name": "validation", "shape": [_VALIDATION_ROWS, heads.FEATURES], "role": "input"},
            classes=heads.CLASSES, labels=labels.tolist(), validation_labels=validation_labels.tolist(),
            float64_deviation=golden_file.deviation(single, double))


def _fit(floatx, head, validation):
    environment.fresh(floatx)
    model = heads.HEADS[head]()
    metrics = ["accuracy"]
    if floatx == "float32":  # TensorFlow's in_top_k knows no other.
        metrics.append(keras.metrics.TopKCategoricalAccuracy(k=2, name="top_k"))
    model.compile(
        optimizer=keras.optimizers.Adam(1e-3), loss="categorical_crossentropy",
        metrics=metrics, jit_compile=False)
    x, y = _data("features", _ROWS)
    xv, yv = _data("validation", _VALIDATION_ROWS)
    chosen = {"validation_data": (xv, yv)} if validation == "data" else {"validation_split": 0.23}
    history = model.fit(x, y, epochs=3, batch_size=32, shuffle=False, verbose=0, **chosen)
    result = model.evaluate(xv, yv, batch_size=32, verbose=0, return_dict=True)
    return (
        {f"history/{key}": values for key, values in history.history.items()}
        | {f"evaluate/{key}": [value] for key, value in result.items()}
        | {"predict": model.predict(xv, batch_size=32, verbose=0)}
    )


def _data(name, rows):
    features, labels = heads.data(name, rows)
    return features, keras.utils.to_categorical(labels, heads.CLASSES)
