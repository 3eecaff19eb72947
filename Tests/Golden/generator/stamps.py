#!/usr/bin/env python3
"""Features of pictures through the real pre-trained base, as Keras computes them.

    python -m generator.stamps --pixels pixels.npy --weights dog_breed_mobilenetv2.h5 \\
        --output data/stamps/stamps.safetensors

`pixels.npy` holds N×160×160×3 values 0…255, uint8 or float32, that Graft decoded and resized itself: only the network is
under test. The pictures are not ours to publish, so features and the SHA-256 of the pixels are stored, never pixels.
"""

import argparse
import hashlib
import pathlib

from . import environment, golden_file  # Before Keras.

import keras  # noqa: E402
import numpy as np  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pixels", type=pathlib.Path, required=True)
    parser.add_argument("--weights", type=pathlib.Path, required=True)
    parser.add_argument("--output", type=pathlib.Path, required=True)
    arguments = parser.parse_args()

    pixels = np.ascontiguousarray(np.load(arguments.pixels))
    if pixels.dtype not in (np.uint8, np.float32) or pixels.ndim != 4 or pixels.shape[-1] != 3:
        parser.error(f"expected N×H×W×3 of uint8 or float32, received {pixels.shape} of {pixels.dtype}")
    if pixels.min() < 0 or pixels.max() <= 1 or pixels.max() > 255:
        parser.error(f"expected values from 0 to 255, received {pixels.min()} to {pixels.max()}")
    single, double = _features("float32", arguments.weights, pixels), _features("float64", arguments.weights, pixels)
    golden_file.write(
        arguments.output.parent, arguments.output.name.removesuffix(".safetensors"), {"features": single},
        pixels={
            "shape": list(pixels.shape), "dtype": str(pixels.dtype),
            "sha256": hashlib.sha256(pixels.tobytes()).hexdigest()},
        weights_sha256=hashlib.sha256(arguments.weights.read_bytes()).hexdigest(),
        preprocessing="x / 127.5 - 1",
        float64_deviation=golden_file.deviation({"features": single}, {"features": double}))
    print(f"{single.shape[0]} × {single.shape[1]} features, mean {single.mean():.4f}, most {single.max():.4f}")


def _features(floatx, weights, pixels):
    """Everything of the file up to and with its global average pooling."""
    environment.fresh(floatx)
    whole = keras.models.load_model(weights, compile=False)
    # The file pins float32 layer by layer, so the trunk is built anew and takes the file's weights.
    trunk = next(layer for layer in whole.layers if isinstance(layer, keras.Model))
    base = keras.applications.MobileNetV2(input_shape=pixels.shape[1:], include_top=False, weights=None, pooling="avg")
    for layer in base.layers:
        if layer.weights:
            layer.set_weights(trunk.get_layer(layer.name).get_weights())
    features = base.predict(keras.applications.mobilenet_v2.preprocess_input(pixels.astype(floatx)), verbose=0)
    if floatx == "float32":
        pooled = next(layer for layer in whole.layers if isinstance(layer, keras.layers.GlobalAveragePooling2D))
        if pixels.shape[1:] == whole.input_shape[1:]:
            direct = keras.Model(whole.inputs, pooled.output).predict(
                keras.applications.mobilenet_v2.preprocess_input(pixels.astype(floatx)), verbose=0)
            np.testing.assert_array_equal(features, direct)
    return features


if __name__ == "__main__":
    main()
