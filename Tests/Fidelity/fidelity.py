#!/usr/bin/env python3
"""Holds every constructor of Graft's zoo that Keras has against keras.applications, through the .h5 that Keras writes.

`fidelity.py PROGRAM [--only NAME…] [--list] [--output FILE]`; PROGRAM is the built `zoo-fidelity`. Of each case Keras makes the
network with random weights and statistics, saves it, and computes a batch. Graft makes its own network, reads the weights
from the file, and computes the same. Where a base is made, its last stage is trained for one step of SGD on both sides, batch
normalisations frozen and nothing dropped. Large files are deleted case by case. README.md explains the columns.
"""

import functools
import json
import logging
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "Golden"))
from generator import environment, formula  # noqa: E402
from generator.zoo import CLASSES, RATE, finalize, labels, leaves, one_step  # noqa: E402

import absl.logging  # noqa: E402
import keras  # noqa: E402
import numpy as np  # noqa: E402
import report  # noqa: E402
from distances import STEP_DIFFERS, TOLERANCE, check_step, output_distance, says_nothing  # noqa: E402
from report import number  # noqa: E402
from safetensors.numpy import load_file, save_file  # noqa: E402

# That .h5 is an old format, and that every network is traced anew.
absl.logging.set_verbosity(absl.logging.ERROR)
logging.getLogger("tensorflow").setLevel(logging.ERROR)
_BATCH = 4
# Branches beside a shortcut are this strong, much as trained networks have it: at full strength every block of a random
# network doubles what rounding has done before it.
_DAMPING = 0.3

# Keras's module, then its constructors with the first layer that is trained for a step.
_FAMILIES = {
    "mobilenet": {"MobileNet": "conv_dw_12"},
    "mobilenet_v2": {"MobileNetV2": "block_13_expand"},
    "mobilenet_v3": {"MobileNetV3Small": "expanded_conv_8_expand", "MobileNetV3Large": "expanded_conv_12_expand"},
    "efficientnet": {f"EfficientNetB{n}": "block7a_expand_conv" for n in range(8)},
    "efficientnet_v2": {
        **{f"EfficientNetV2{v}": "block6a_expand_conv" for v in ("B0", "B1", "B2", "B3", "S")},
        **{f"EfficientNetV2{v}": "block7a_expand_conv" for v in ("M", "L")},
    },
    "resnet": {f"ResNet{n}": "conv5_block1_1_conv" for n in (50, 101, 152)},
    "resnet_v2": {f"ResNet{n}V2": "conv5_block1_preact_bn" for n in (50, 101, 152)},
    "densenet": {f"DenseNet{n}": "conv5_block1_0_bn" for n in (121, 169, 201)},
    "vgg16": {"VGG16": "block5_conv1"},
    "vgg19": {"VGG19": "block5_conv1"},
    "inception_v3": {"InceptionV3": "mixed8"},
    "inception_resnet_v2": {"InceptionResNetV2": "mixed_7a"},
    "xception": {"Xception": "block14_sepconv1"},
    "nasnet": {"NASNetMobile": "reduction_conv_1_reduce_8", "NASNetLarge": "reduction_conv_1_reduce_12"},
    "convnext": {
        f"ConvNeXt{v}": f"convnext_{v.lower()}_stage_3_block_0_depthwise_conv"
        for v in ("Tiny", "Small", "Base", "Large", "XLarge")
    },
}
_SMALLEST = {"xception": 71, "inception_v3": 107, "inception_resnet_v2": 107}
# Networks that scale pixels themselves.
_TAKES_PIXELS = {"mobilenet_v3", "efficientnet", "efficientnet_v2", "convnext"}

# Options that only some constructors have, beside the two cases of every constructor.
_OPTIONS = [
    ("MobileNet", dict(alpha=0.5, depth_multiplier=2, include_top=True)),
    ("MobileNetV2", dict(alpha=1.4, include_top=True)),
    ("MobileNetV3Small", dict(minimalistic=True, include_top=True)),
    ("MobileNetV3Large", dict(alpha=0.75, include_preprocessing=False, include_top=False, pooling="max")),
    ("MobileNetV3Large", dict(minimalistic=True, alpha=1.25, include_top=True, classifier_activation="linear")),
    ("EfficientNetV2B0", dict(include_preprocessing=False, include_top=False, pooling="max")),
    ("EfficientNetV2S", dict(include_preprocessing=False, include_top=True, classifier_activation="linear")),
    ("ConvNeXtTiny", dict(include_preprocessing=False, include_top=False)),
    ("ResNet50", dict(include_top=False)),
]


def cases():
    """(module, constructor, arguments, first trained layer or None)."""
    result = []
    for module, constructors in _FAMILIES.items():
        # At Keras's smallest side of 32 the last pictures would be single pixels, and kernels' borders never used.
        small = _SMALLEST.get(module, 64)
        # With a top: odd and even sides, so that every kind of padding occurs, and pictures that are not square.
        large = (small + 3, small + 30)
        for name, first in constructors.items():
            result.append((module, name, dict(include_top=False, pooling="avg", input_shape=(small, small, 3)), first))
            result.append((module, name, dict(include_top=True, input_shape=(*large, 3)), None))
    modules = {name: module for module, names in _FAMILIES.items() for name in names}
    for name, arguments in _OPTIONS:
        result.append((modules[name], name, dict(arguments, input_shape=(67, 94, 3)), None))
    return result


def build(module, name, arguments, floatx="float32"):
    environment.fresh(floatx)
    arguments = dict(arguments)
    if arguments.get("classifier_activation") == "linear":
        arguments["classifier_activation"] = None
    return getattr(keras.applications, name)(weights=None, **arguments)


def fill(module, arguments, model, attempt=0):
    """Random weights by the formula, and random statistics about those that pictures really have.

    With statistics of chance alone the values of deep networks vanish or explode, and nothing could be compared. With those
    of the pictures themselves every layer makes rounding larger. A quarter of the mean lies between: rounding stays
    rounding, and pictures stay told apart.
    """
    formula.set_weights(model)
    finalize(model)
    for layer in leaves(model):
        if isinstance(layer, keras.layers.BatchNormalization):
            if feeds_sum(layer):
                layer.gamma.assign(layer.gamma * _DAMPING)
            layer.call = calibrating(layer)
    model(batch(module, arguments, attempt), training=False)
    for layer in leaves(model):
        if isinstance(layer, keras.layers.BatchNormalization):
            del layer.call


def calibrating(layer):
    """A call of a batch normalisation that first sets its statistics by its argument."""

    def call(x, training=None, mask=None):
        values = np.asarray(x, np.float64).reshape(-1, x.shape[-1])
        count = values.shape[-1]
        mean = 0.25 * values.mean(0) + 0.1 * values.std(0) * formula.uniform(f"{layer.name}/mean", count)
        variance = ((values - mean) ** 2).mean(0)
        variance = np.maximum(variance, max(0.2 * np.median(variance), 1e-2))
        layer.moving_mean.assign(mean)
        layer.moving_variance.assign(variance * (1 + 0.3 * formula.uniform(f"{layer.name}/variance", count)))
        return type(layer).call(layer, x, training=False)

    return call


def feeds_sum(layer):
    """Whether a layer ends a branch beside a shortcut."""
    for node in layer._outbound_nodes:
        following = node.operation
        if isinstance(following, keras.layers.Add):
            return True
        if isinstance(following, keras.layers.Dropout):
            return feeds_sum(following)
    return False


def batch(module, arguments, attempt=0):
    """Pictures, others for every attempt."""
    takes_pixels = module in _TAKES_PIXELS and arguments.get("include_preprocessing", True)
    return formula.pictures(_BATCH * (attempt + 1), *arguments["input_shape"][:2], takes_pixels)[-_BATCH:]


def layer_names(model):
    """The names of layers and of the operations between them, in order."""
    return [operation.name for operation in model.operations]


def preprocessing_differs(module, arguments, configuration):
    """Whether Graft's preprocessing makes other numbers of pixels than Keras's preprocess_input."""
    pixels = formula.tensor("preprocessing", (8, 8, 3), "pixels")
    if not arguments.get("include_preprocessing", True):
        return False  # Keras leaves it to the user.
    expected = getattr(keras.applications, module).preprocess_input(pixels.copy())
    ours = pixels[..., ::-1] if configuration["channel_order"] == "bgr" else pixels
    ours = (ours / configuration["divisor"] - configuration["mean"]) / configuration["deviation"]
    return not np.allclose(ours, expected, rtol=1e-5, atol=1e-4)


def check(program, case):
    """One case on both sides: a row of numbers and a list of what is wrong.

    Rounding that sends a rectifier another way does so on some pictures, a wrong gradient is wrong on all: where a step is not
    Keras's it is taken with other pictures, twice at most.
    """
    for attempt in range(3):
        row, wrong = check_once(program, case, attempt)
        if not any(reason.startswith(STEP_DIFFERS) for reason in wrong):
            break
    row["attempts"] = attempt + 1
    return row, wrong


def check_once(program, case, attempt):
    module, name, arguments, first = case
    wrong = []
    with tempfile.TemporaryDirectory(prefix="graft-fidelity-") as folder:
        folder = pathlib.Path(folder)
        model = build(module, name, arguments)
        fill(module, arguments, model, attempt)
        names, parameters, network = layer_names(model), model.count_params(), model.name
        images = batch(module, arguments, attempt)
        expected = model.predict(images, batch_size=_BATCH, verbose=0)
        model.save(folder / "weights.h5")
        description = dict(arguments, constructor=name)
        if first:
            description["step"] = {
                "from": first, "labels": labels(_BATCH), "classes": CLASSES, "learning_rate": RATE}
        (folder / "case.json").write_text(json.dumps(description))
        save_file({"input": images}, folder / "batch.safetensors")
        run = subprocess.run([program, folder], capture_output=True, text=True)
        if run.returncode != 0:
            return {"parameters": parameters}, [run.stderr.strip() or f"ended with {run.returncode}"]
        received = load_file(folder / "graft.safetensors")
        graft = json.loads((folder / "graft.json").read_text())
    if graft["layers"] != names:
        pair = next(((a, b) for a, b in zip(graft["layers"], names) if a != b), ("…", "…"))
        wrong.append(f"layers: {len(graft['layers'])} for {len(names)}, first {pair[0]} for {pair[1]}")
    if graft["name"] != network:
        wrong.append(f"named {graft['name']} for {network}")
    if graft["parameters"] != parameters:
        wrong.append(f"{graft['parameters']} parameters for {parameters}")
    is_plain = not set(arguments) & {"alpha", "minimalistic", "depth_multiplier"}
    # Flattened pictures have as many weights as pixels, and this NASNet fits one cell's pictures to another's where sizes are odd.
    depends_on_size = name in ("VGG16", "VGG19") and arguments["include_top"] or name == "NASNetLarge"
    if is_plain and not depends_on_size and graft["entry_parameters"] != parameters:
        wrong.append(f"the catalogue says {graft['entry_parameters']} parameters, not {parameters}")
    if preprocessing_differs(module, arguments, graft["preprocessing"]):
        wrong.append("another preprocessing")
    row = {"parameters": parameters, "output": output_distance(received["output"], expected)}
    if says_nothing(expected):
        wrong.append("all pictures look the same: the case says nothing")
    weights = model.get_weights()
    if row["output"] > TOLERANCE / 4:
        truth = rebuild(case, weights, "float64")
        truth = truth.predict(images.astype(np.float64), batch_size=_BATCH, verbose=0)
        row["keras64"] = output_distance(expected, truth)
        row["graft64"] = output_distance(received["output"], truth)
    # Where float32 itself is less exact, both are about as far from the truth, each in its own direction.
    if row["output"] > TOLERANCE and row["graft64"] > 2 * row["keras64"]:
        wrong.append("the output is too far from Keras's")
    if first:
        def truth():
            return one_step(rebuild(case, weights, "float64"), images.astype(np.float64), first)

        before, after = one_step(rebuild(case, weights, "float32"), images, first)
        check_step(received, before, after, truth, "Keras", row, wrong)
    return row, wrong


def rebuild(case, weights, floatx):
    module, name, arguments, _ = case
    model = build(module, name, arguments, floatx)
    model.set_weights(weights)
    finalize(model)
    return model


def shown(case):
    """A case's arguments for a table."""
    return " ".join(
        f"{key}={'×'.join(map(str, value)) if isinstance(value, tuple) else value}" for key, value in case[2].items())


_COLUMNS = [
    ("constructor", 18, lambda case, row: case[1]),
    ("arguments", 52, lambda case, row: shown(case)),
    ("parameters:", 11, lambda case, row: f"{row['parameters']:,}"),
    ("output:", 6, lambda case, row: number(row.get("output"))),
    ("step:", 5, lambda case, row: number(row.get("step"))),
    ("Keras f32–f64:", 13, lambda case, row: number(row.get("keras64"))),
    ("Graft f32–Keras f64:", 19, lambda case, row: number(row.get("graft64"))),
    ("steps of both:", 13, lambda case, row: row.get("step64", "") + f" ({row['attempts']})" * (row.get("attempts", 1) > 1)),
]


def main():
    arguments = report.arguments(__doc__, "constructors")
    chosen = [case for case in cases() if not arguments.only or case[1] in arguments.only]
    if arguments.list:
        return print("\n".join(f"{name} {options}" for _, name, options, _ in chosen))
    steps = sum(1 for case in chosen if case[3])
    constructors = len({case[1] for case in chosen})
    report.run(
        "Held against Keras", chosen, functools.partial(check, arguments.program), _COLUMNS,
        {"Keras": keras.__version__, "TensorFlow": environment.versions()["tensorflow"]},
        f"{constructors} constructors, {len(chosen)} networks, {steps} training steps", "Keras", arguments.output)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
