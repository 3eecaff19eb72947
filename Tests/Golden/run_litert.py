"""Runs every `x.tflite` of a folder with LiteRT on `x.in.npy` and writes `x.out.npy`. A test calls it."""

import pathlib
import sys

import numpy as np
from ai_edge_litert.interpreter import Interpreter

for path in sorted(pathlib.Path(sys.argv[1]).glob("*.tflite")):
    batch = np.load(path.with_suffix(".in.npy"))
    interpreter = Interpreter(str(path))
    place = interpreter.get_input_details()[0]["index"]
    interpreter.resize_tensor_input(place, batch.shape)
    interpreter.allocate_tensors()
    interpreter.set_tensor(place, batch)
    interpreter.invoke()
    np.save(path.with_suffix(".out.npy"), interpreter.get_tensor(interpreter.get_output_details()[0]["index"]))
