"""Twenty training steps of MobileNetV2 0.35@96 under a new head: loss per step, weights at the end.

Three parts are trained: the head alone, all from `block_13_expand` with batch normalisations frozen, and the whole network
with batch normalisations training. Run as a program (`python -m generator.fine_tuning`, with GOLDEN_ENGINE=defaults), it
prints the losses alone, as JSON: that is how Keras's own differences are measured.
"""

import json
import os
import pathlib
import subprocess
import sys

from . import environment

import keras
import numpy as np

from . import formula, golden_file

_SIDE = 96
_PICTURES = 40
_PATCH = 12
_CLASSES = 5
_BATCH = 8
_STEPS = 20

# Rates at which losses fall and rounding does not grow into another path: README.md says what Keras itself differs by.
_CASES = {
    "head_sgd": ("head", "SGD", dict(learning_rate=0.01, momentum=0.9)),
    "head_adam": ("head", "Adam", dict(learning_rate=1e-3)),
    "block_13_sgd": ("block_13_expand", "SGD", dict(learning_rate=0.003, momentum=0.9)),
    "block_13_adam": ("block_13_expand", "Adam", dict(learning_rate=1e-4)),
    "whole_sgd": ("whole", "SGD", dict(learning_rate=5e-5, momentum=0.9)),
    "whole_adam": ("whole", "Adam", dict(learning_rate=2e-5)),
}

# Where batch normalisations train, branches beside a shortcut begin at a tenth of the formula's strength, much as trained
# networks have it. At full strength a random network normalised by its batch has gradients that grow from block to block,
# and after a few steps Keras in float32 is nowhere near Keras in float64.
_DAMPED = [f"block_{index}_project_BN" for index in (2, 4, 5, 7, 8, 9, 11, 12, 14, 15)]
_DAMPING = np.float32(0.1)

# The kernels that are stored, of those that are trained: the first, some of every kind, the last. Beside them every
# variable of every batch normalisation, and the head.
_KERNELS = {
    "Conv1", "expanded_conv_depthwise", "expanded_conv_project", "block_1_expand", "block_1_depthwise",
    "block_6_expand", "block_6_project", "block_13_expand", "block_13_depthwise", "block_13_project",
    "block_15_depthwise", "block_16_depthwise", "Conv_1",
}


def generate(folder):
    for name, case in _CASES.items():
        single = _train("float32", *case)
        double = _train("float64", *case)
        part, optimizer, arguments = case
        golden_file.write(
            folder, name, single,
            part=part, optimizer=optimizer, optimizer_arguments=arguments, classes=_CLASSES, side=_SIDE,
            labels=_labels().tolist(), patch=_PATCH, batches=_batches(),
            damped=_DAMPED if part == "whole" else [], damping=float(_DAMPING),
            float64_deviation=golden_file.deviation(single, double))
    _write_differences(folder)


def _pictures():
    """Noise on coarse patches: pictures of noise alone are all the same once they are averaged."""
    noise = formula.tensor("noise", (_PICTURES, _SIDE, _SIDE, 3), "input")
    side = _SIDE // _PATCH
    patches = formula.tensor("patches", (_PICTURES, side, side, 3), "input")
    return np.float32(0.5) * (noise + patches.repeat(_PATCH, axis=1).repeat(_PATCH, axis=2))


def _labels():
    return np.arange(_PICTURES) * 7 % _CLASSES


def _batches():
    """Row numbers per step: the pictures in order, again and again."""
    return [[(step * _BATCH + place) % _PICTURES for place in range(_BATCH)] for step in range(_STEPS)]


def _model(part):
    base = keras.applications.MobileNetV2(
        (_SIDE, _SIDE, 3), alpha=0.35, include_top=False, weights=None, pooling="avg")
    head = keras.layers.Dense(_CLASSES, activation="softmax", name="predictions")
    model = keras.Model(base.input, head(base.output))
    formula.set_weights(model)
    if part == "whole":
        for name in _DAMPED:
            gamma = base.get_layer(name).gamma
            gamma.assign(formula.tensor(f"{name}/gamma", tuple(gamma.shape)) * _DAMPING)
    is_frozen = part != "whole"
    for layer in base.layers:
        is_frozen = is_frozen and layer.name != part
        # A frozen batch normalisation runs on its moving statistics in training, too.
        layer.trainable = part == "whole" or (
            not is_frozen and not isinstance(layer, keras.layers.BatchNormalization))
    return model


def _losses(model, part, optimizer, arguments):
    model.compile(
        optimizer=getattr(keras.optimizers, optimizer)(**arguments), loss="categorical_crossentropy",
        run_eagerly=False, jit_compile=False)
    pictures = _pictures()
    targets = keras.utils.to_categorical(_labels(), _CLASSES)
    losses = []
    for rows in _batches():
        model.reset_metrics()  # Keras averages over calls otherwise.
        losses.append(float(model.train_on_batch(pictures[rows], targets[rows], return_dict=True)["loss"]))
    return losses


def _train(floatx, part, optimizer, arguments):
    environment.fresh(floatx)
    model = _model(part)
    changing = {v.path for v in model.trainable_weights}
    if part == "whole":
        changing |= {v.path for v in model.weights if "moving_" in v.path}
    result = {"loss": _losses(model, part, optimizer, arguments)}
    for variable in model.weights:
        layer, name = variable.path.split("/")[-2:]
        if variable.path in changing and ("kernel" not in name or layer in _KERNELS or layer == "predictions"):
            result[f"final/{layer}/{name}"] = variable.numpy()
    return result


def _write_differences(folder):
    """How far Keras is from itself: with TensorFlow as it comes (oneDNN, all cores), twice, and as it is here."""
    first, second = _with_defaults(), _with_defaults()

    def difference(a, b):
        return [float(f"{abs(x - y) / abs(y):.2g}") for x, y in zip(a, b)]

    cases = {}
    for name, case in _CASES.items():
        environment.fresh()
        here = _losses(_model(case[0]), *case)
        cases[name] = {
            "loss": [float(f"{loss:.6g}") for loss in here],
            "defaults_from_run_to_run": difference(first[name], second[name]),
            "defaults_from_golden": [
                max(pair) for pair in zip(difference(first[name], here), difference(second[name], here))],
        }
    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(case)}" for name, case in cases.items())
    golden_file.write_text(folder, "keras_differences.json", "{\n" + lines + "\n}\n")


def _with_defaults():
    package = pathlib.Path(__file__).parent
    output = subprocess.run(
        [sys.executable, "-m", f"{package.name}.fine_tuning"], cwd=package.parent,
        env=os.environ | {"GOLDEN_ENGINE": "defaults"}, check=True, capture_output=True, text=True).stdout
    return json.loads(output.splitlines()[-1])


def _print_losses():
    result = {}
    for name, case in _CASES.items():
        environment.fresh()
        result[name] = _losses(_model(case[0]), *case)
    print(json.dumps(result))


if __name__ == "__main__":
    _print_losses()
