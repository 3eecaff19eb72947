#!/usr/bin/env python3
"""A network of whole numbers, and what LiteRT computes with it, for Graft's reading of it to be held against.

`generate_tflite.py GRAFT`; GRAFT is the built command. Keras makes a small network in which every operator occurs that Graft
writes for whole numbers (convolutions, a depthwise one, a sum with its residual, swish, hard swish), and layers that stay
float. `graft train --precision int8` calibrates it on pictures that follow a formula, and `graft export` writes it as TFLite.

`result` is LiteRT's as it runs by default, with XNNPACK; `other` is that of its own kernels, which round again inside of
additions and hard swish: what two programs that keep to the format may be apart.

    pip install keras==3.15.1 tensorflow-cpu==2.21.0 ai-edge-litert==2.3.0 numpy==2.4.6 pillow==12.0.0
    python Tests/GraftFormatsTests/Fixtures/generate_tflite.py .build/release/graft
"""

import pathlib
import subprocess
import sys
import tempfile

import keras
import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from PIL import Image

HERE = pathlib.Path(__file__).resolve().parent
SIDE = 12
# In the order of folders.
CLASSES = ["ant", "bee", "cat"]


def network():
    """The base."""
    keras.utils.set_random_seed(7)
    layers = keras.layers
    picture = keras.Input((SIDE, SIDE, 3), name="picture")
    x = layers.ZeroPadding2D(((2, 1), (1, 2)), name="pad")(picture)
    first = layers.Conv2D(8, 3, activation="relu", name="first")(x)
    x = layers.Conv2D(8, 3, padding="same", activation="swish", name="second")(first)
    x = layers.Add(name="sum")([layers.Conv2D(8, 1, name="third")(x), first])
    x = layers.DepthwiseConv2D(3, strides=2, padding="same", activation="relu6", name="deep")(x)
    x = layers.Conv2D(8, 3, padding="same", activation="hard_swish", name="fourth")(x)
    x = layers.Conv2D(8, 3, padding="same", activation="gelu", name="gelu")(x)
    x = layers.Conv2D(8, 3, padding="same", name="fifth")(x)
    model = keras.Model(picture, layers.GlobalAveragePooling2D(name="pool")(x), name="whole_numbers")
    for variable in model.weights:
        if variable.name == "bias":
            variable.assign(np.linspace(-0.2, 0.2, 8))
        else:
            # So that pictures stay told apart to the end.
            variable.assign(2 * variable)
    return model


def pixels(count):
    """Pictures by a formula, as bytes: of other contrast and brightness each."""
    noise = np.arange(count * SIDE * SIDE * 3).reshape(count, SIDE, SIDE, 3) * 89 % 251 / 250
    number = np.arange(count)[:, None, None, None]
    contrast, brightness = (1 + number * 7 % 5) / 5, number * 11 % 13 / 12
    return (255 * (contrast * noise + (1 - contrast) * brightness)).astype(np.uint8)


def write(graft, path):
    """Trains and exports."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        network().save(folder / "base.keras")
        for number, picture in enumerate(pixels(60)):
            # Classes go by brightness.
            place = folder / "photos" / CLASSES[number * 11 % 13 * 3 // 13]
            place.mkdir(parents=True, exist_ok=True)
            Image.fromarray(picture).save(place / f"{number:02}.png")
        train = ["train", "photos", "--base", "base.keras", "--preprocess", "tf", "--precision", "int8", "--head", "dense", "--epochs", "100"]
        for arguments in [[*train, "--seed", "1", "-o", "model.graft"], ["export", "model.graft", "--to", "tflite", "-o", path]]:
            subprocess.run([graft, *arguments], cwd=folder, check=True, stderr=subprocess.DEVNULL)


def run(path, pictures, kernels):
    """The network's results with some of LiteRT's kernels."""
    interpreter = Interpreter(str(path), experimental_op_resolver_type=kernels)
    place = interpreter.get_input_details()[0]["index"]
    interpreter.resize_tensor_input(place, pictures.shape)
    interpreter.allocate_tensors()
    interpreter.set_tensor(place, pictures)
    interpreter.invoke()
    return interpreter.get_tensor(interpreter.get_output_details()[0]["index"])


if __name__ == "__main__":
    path = HERE / "whole_numbers.tflite"
    write(str(pathlib.Path(sys.argv[1]).resolve()), path)
    pictures = (pixels(16) / np.float64(125) - 1).astype(np.float32)
    result = run(path, pictures, OpResolverType.AUTO)
    other = run(path, pictures, OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES)
    np.savez(HERE / "whole_numbers.npz", pictures=pictures, result=result, other=other)
    print("LiteRT's own are apart by", np.abs(result - other).max(), "of results between", np.ptp(result, axis=0))
