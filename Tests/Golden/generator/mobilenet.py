"""MobileNetV2 with weights from the formula: outputs, the list of its layers, and summaries."""

import json
import math

import keras

from . import environment, formula, golden_file

_CASES = {
    "mobilenet_1.0_224_top": dict(input_shape=(224, 224, 3), alpha=1.0, include_top=True),
    "mobilenet_1.0_160": dict(input_shape=(160, 160, 3), alpha=1.0, include_top=False),
    "mobilenet_0.35_96": dict(input_shape=(96, 96, 3), alpha=0.35, include_top=False),
}


def generate(folder):
    for name, arguments in _CASES.items():
        single = _outputs(arguments, "float32")
        double = _outputs(arguments, "float64")
        golden_file.write(
            folder, name, single,
            arguments=arguments, batch=2, float64_deviation=golden_file.deviation(single, double))
        environment.fresh()
        model = keras.applications.MobileNetV2(weights=None, **arguments)
        layers = name.replace("mobilenet_", "mobilenet_layers_") + ".json"
        golden_file.write_text(folder, layers, _description(model, arguments))
    _summaries(folder)


def _outputs(arguments, floatx):
    environment.fresh(floatx)
    model = keras.applications.MobileNetV2(weights=None, **arguments)
    formula.set_weights(model)
    wanted = {"output": model.output}
    if arguments["include_top"]:
        # The probabilities of a random network say little: what is pooled before them says more.
        wanted["global_average_pooling2d"] = model.get_layer("global_average_pooling2d").output
    images = formula.tensor("input", (2, *arguments["input_shape"]))
    return keras.Model(model.input, wanted).predict(images, batch_size=2, verbose=0)


def _description(model, arguments):
    layers = []
    for layer in model.layers:
        output = layer.output
        layers.append({
            "name": layer.name,
            "class_name": type(layer).__name__,
            "inputs": _inputs(layer),
            "output_shape": list(output.shape),
            "parameters": layer.count_params(),
            "variables": [
                {"name": "/".join(v.path.split("/")[-2:]), "shape": list(v.shape), "trainable": v.trainable}
                for v in layer.weights
            ],
        })
    trainable = sum(math.prod(v.shape) for v in model.trainable_weights)
    head = {
        "model": model.name, "arguments": arguments, "parameters": model.count_params(),
        "trainable_parameters": trainable, "non_trainable_parameters": model.count_params() - trainable,
    }
    lines = ",\n".join("    " + json.dumps(layer) for layer in layers)
    return json.dumps(head)[:-1] + ',\n  "layers": [\n' + lines + "\n]}\n"


def _inputs(layer):
    """The names of the layers that feed this one."""
    if isinstance(layer, keras.layers.InputLayer):
        return []
    tensors = layer.input if isinstance(layer.input, (list, tuple)) else [layer.input]
    return [tensor._keras_history.operation.name for tensor in tensors]


def _summaries(folder):
    environment.fresh()
    base = keras.applications.MobileNetV2((96, 96, 3), alpha=0.35, include_top=False, weights=None, pooling="avg")
    golden_file.write_text(folder, "summary_mobilenet_0.35_96_avg.txt", _summary(base))

    environment.fresh()
    base = keras.applications.MobileNetV2((96, 96, 3), alpha=0.35, include_top=False, weights=None)
    x = keras.layers.GlobalAveragePooling2D()(base.output)
    x = keras.layers.Dense(256, activation="relu")(x)
    model = keras.Model(base.input, keras.layers.Dense(5, activation="softmax")(x))
    for layer in base.layers:
        layer.trainable = False
    golden_file.write_text(folder, "summary_post_frozen.txt", _summary(model))

    environment.fresh()
    base = keras.applications.MobileNetV2((96, 96, 3), alpha=0.35, include_top=False, weights=None)
    base.trainable = False
    model = keras.Sequential([
        keras.Input((96, 96, 3)), base, keras.layers.GlobalAveragePooling2D(), keras.layers.Dropout(0.2),
        keras.layers.Dense(5, activation="softmax"),
    ])
    golden_file.write_text(folder, "summary_sequential_nested.txt", _summary(model))


    environment.fresh()
    base = keras.applications.MobileNetV2((96, 96, 3), alpha=0.35, include_top=False, weights=None)
    x = keras.layers.GlobalAveragePooling2D()(base.output)
    model = keras.Model(base.input, keras.layers.Dense(5, activation="softmax")(x))
    is_frozen = True
    for layer in base.layers:
        is_frozen = is_frozen and layer.name != "block_13_expand"
        layer.trainable = not is_frozen and not isinstance(layer, keras.layers.BatchNormalization)
    golden_file.write_text(folder, "summary_unfrozen_block_13.txt", _summary(model, show_trainable=True))

    environment.fresh()
    base = keras.applications.MobileNetV2((96, 96, 3), alpha=0.35, include_top=False, weights=None)
    base.trainable = False
    model = keras.Sequential([
        keras.Input((96, 96, 3)), base, keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(5)])
    golden_file.write_text(folder, "summary_sequential_trainable.txt", _summary(model, show_trainable=True))


def _summary(model, **arguments):
    lines = []
    model.summary(print_fn=lambda line, *_, **__: lines.append(line), **arguments)
    return "\n".join(lines) + "\n"
