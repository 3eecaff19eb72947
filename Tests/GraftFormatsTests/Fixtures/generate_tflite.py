#!/usr/bin/env python3
"""What LiteRT computes with `whole_numbers.tflite`, for Graft's reading of it to be held against.

The model was written by `graft export`: a small network in int8 with every operator that Graft writes for whole numbers
(convolutions, a depthwise one, a sum with its residual, swish, hard swish), and layers that stay float. The pictures follow a
formula. `result` is LiteRT's as it runs by default, with XNNPACK; `other` is that of its own kernels, which round again inside of
additions and hard swish: what two programs that keep to the format may be apart.

    pip install ai-edge-litert==2.3.0 numpy==2.4.6
    python Tests/GraftFormatsTests/Fixtures/generate_tflite.py
"""

import pathlib

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType

HERE = pathlib.Path(__file__).resolve().parent


def run(pictures, kernels):
    """The network's results with some of LiteRT's kernels."""
    interpreter = Interpreter(str(HERE / "whole_numbers.tflite"), experimental_op_resolver_type=kernels)
    place = interpreter.get_input_details()[0]["index"]
    interpreter.resize_tensor_input(place, pictures.shape)
    interpreter.allocate_tensors()
    interpreter.set_tensor(place, pictures)
    interpreter.invoke()
    return interpreter.get_tensor(interpreter.get_output_details()[0]["index"])


if __name__ == "__main__":
    shape = (16, 12, 12, 3)
    pictures = (np.arange(np.prod(shape)) * 89 % 251 / np.float64(125) - 1).astype(np.float32).reshape(shape)
    result = run(pictures, OpResolverType.AUTO)
    other = run(pictures, OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES)
    np.savez(HERE / "whole_numbers.npz", pictures=pictures, result=result, other=other)
    print(np.abs(result - other).max(), np.ptp(result, axis=0))
