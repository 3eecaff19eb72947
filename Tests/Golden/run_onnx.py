"""Runs every `x.onnx` of a folder with ONNX Runtime on `x.in.npy` and writes `x.out.npy`. A test calls it."""

import pathlib
import sys

import numpy as np
import onnxruntime

for path in sorted(pathlib.Path(sys.argv[1]).glob("*.onnx")):
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    result = session.run(None, {session.get_inputs()[0].name: np.load(path.with_suffix(".in.npy"))})[0]
    np.save(path.with_suffix(".out.npy"), result)
