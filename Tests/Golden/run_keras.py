"""Opens every `x.keras` of a folder with Keras, runs it on `x.in.npy`, writes `x.out.npy`. A test calls it."""

import os
import pathlib
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")

import keras  # noqa: E402
import numpy as np  # noqa: E402

for path in sorted(pathlib.Path(sys.argv[1]).glob("*.keras")):
    try:
        model = keras.models.load_model(path)
        result = model(np.load(path.with_suffix(".in.npy")), training=False)
        np.save(path.with_suffix(".out.npy"), np.asarray(result))
    except Exception as error:  # The test says which results are missing.
        print(path.name, repr(error)[:1000], file=sys.stderr)
