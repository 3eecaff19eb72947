"""Runs every SavedModel `x.saved` of a folder with TensorFlow on `x.in.npy` and writes `x.out.npy`. A test calls it."""

import pathlib
import sys

import numpy as np
import tensorflow as tf

for path in sorted(pathlib.Path(sys.argv[1]).glob("*.saved")):
    loaded = tf.saved_model.load(str(path))
    serve = loaded.signatures["serving_default"]
    (name,) = serve.structured_input_signature[1]
    result = serve(**{name: tf.constant(np.load(path.with_suffix(".in.npy")))})["output_0"]
    np.save(path.with_suffix(".out.npy"), result.numpy())
