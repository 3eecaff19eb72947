"""Makes what Keras's preprocess_input gives for every pixel value: `preprocessing.f32`, modes tf, caffe, torch.

    venv/bin/pip install keras==3.15.1 tensorflow-cpu==2.21.0 && venv/bin/python generate_preprocessing.py

The picture is 256 × 1; its red is 0…255, its green runs backwards, its blue is (7 × x + 3) mod 256.
"""

import pathlib

import numpy as np
from keras.applications.imagenet_utils import preprocess_input

x = np.arange(256)
picture = np.stack([x, 255 - x, (7 * x + 3) % 256], -1).astype(np.float32)[None]
results = [preprocess_input(picture.copy(), data_format="channels_last", mode=mode) for mode in ["tf", "caffe", "torch"]]
content = b"".join(np.asarray(result, "<f4").tobytes() for result in results)
(pathlib.Path(__file__).parent / "preprocessing.f32").write_bytes(content)
