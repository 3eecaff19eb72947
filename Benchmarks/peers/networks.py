#!/usr/bin/env python3
"""The networks that the benchmarks run, as each peer reads them: a Keras file, and ONNX made from it.

All weights are random, from one seed: speed does not depend on them, and no download is needed.
"""

import os
import pathlib
import subprocess
import sys

# Keras's constructor and the name in torchvision.
NETWORKS = {
    "mobilenet-v2": ("MobileNetV2", "mobilenet_v2"),
    "mobilenet-v3-small": ("MobileNetV3Small", "mobilenet_v3_small"),
    "efficientnet-b0": ("EfficientNetB0", "efficientnet_b0"),
    "resnet50": ("ResNet50", "resnet50"),
}
SIZE = 224


def keras_network(name):
    """The trunk with its pooling: pictures to features."""
    import keras

    keras.utils.set_random_seed(1)
    constructor = getattr(keras.applications, NETWORKS[name][0])
    return constructor(weights=None, include_top=False, pooling="avg", input_shape=(SIZE, SIZE, 3))


def prepare(name, folder):
    """Writes NAME.onnx into the folder, unless it is there. In a process of its own: converters hold memory."""
    path = pathlib.Path(folder) / f"{name}.onnx"
    if not path.is_file():
        subprocess.run([sys.executable, __file__, name, path], check=True)
    return path


def _convert(name, path):
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"
    import tensorflow as tf
    import tf2onnx

    from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

    network = keras_network(name)
    function = tf.function(lambda pictures: network(pictures, training=False))
    traced = function.get_concrete_function(tf.TensorSpec((None, SIZE, SIZE, 3), tf.float32, name="pictures"))
    # Weights become constants of the graph, those of a Normalization layer too.
    frozen = convert_variables_to_constants_v2(traced)
    tf2onnx.convert.from_graph_def(
        frozen.graph.as_graph_def(), input_names=[tensor.name for tensor in frozen.inputs],
        output_names=[tensor.name for tensor in frozen.outputs], opset=17, output_path=str(path))


if __name__ == "__main__":
    _convert(sys.argv[1], pathlib.Path(sys.argv[2]))
