"""Makes what GraftImagesTests holds augmentation against: Keras's layers on one small picture.

    python3 -m venv venv && venv/bin/pip install keras==3.15.1 tensorflow==2.21.0 && venv/bin/python generate_augmentation.py

`augmentation.json` lists the cases. `operation` is Graft's text for the same layer with nothing left to chance; `step` and
`value` name arithmetic without chance. `augmentation.f32` holds the results in the cases' order, float32, height x width x
3, after the picture itself.
"""

import json
import os
import pathlib

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import numpy as np
import keras
from keras import layers

HERE = pathlib.Path(__file__).parent
WIDTH, HEIGHT = 13, 9
cases, results = [], []

# Whole numbers, gray pixels and pure colours among them; the rest is random, so that no pixel is like its neighbour.
picture = np.random.default_rng(7).integers(0, 256, (HEIGHT, WIDTH, 3)).astype(np.float32)
picture[0, :6] = [[0, 0, 0], [255, 255, 255], [90, 90, 90], [255, 0, 0], [0, 255, 0], [0, 0, 255]]
picture[1, :3] = [[200, 200, 10], [10, 200, 200], [200, 10, 200]]
batch = picture[None]


def add(result, **case):
    result = np.asarray(result, np.float32).reshape(HEIGHT, WIDTH, 3)
    cases.append(case)
    results.append(result)


def layer(operation, made, inputs=batch):
    add(made(inputs, training=True), operation=operation)


def step(name, value, made, transformation, unit=False):
    result = made.transform_images(keras.ops.convert_to_tensor(batch / 255 if unit else batch), transformation)
    add(np.asarray(result) * (255 if unit else 1), step=name, value=value)


def exactly(value):
    return (value, value)


fills = {"reflect": "reflect", "nearest": "nearest", "wrap": "wrap", "constant": "constant(37)"}
for mode, word in fills.items():
    fill = dict(fill_mode=mode, fill_value=37.0)
    layer(f"rotation=0.07..0.07:{word}", layers.RandomRotation(exactly(0.07), **fill))
    layer(f"rotation=-0.31..-0.31:{word}", layers.RandomRotation(exactly(-0.31), **fill))
    layer(f"zoom=0.37..0.37:-0.29..-0.29:{word}", layers.RandomZoom(exactly(0.37), exactly(-0.29), **fill))
    layer(f"zoom=0.83..0.83:{word}", layers.RandomZoom(exactly(0.83), **fill))
    layer(
        f"translation=0.213..0.213:-0.457..-0.457:{word}",
        layers.RandomTranslation(exactly(0.213), exactly(-0.457), **fill),
    )
    layer(
        f"translation=-0.9..-0.9:0.95..0.95:{word}", layers.RandomTranslation(exactly(-0.9), exactly(0.95), **fill)
    )
for mode in ["horizontal", "vertical", "horizontal_and_vertical"]:
    flip = layers.RandomFlip(mode)
    yes = {"flips": np.ones((1, 1, 1, 1), bool), "input_shape": batch.shape}
    add(flip.transform_images(keras.ops.convert_to_tensor(batch), yes), step="flip", word=mode)
for factor in [-0.7, 0.3, 1.0]:
    layer(f"brightness={factor}..{factor}", layers.RandomBrightness(exactly(factor)))
for factor in [0.0, 0.35, 1.8]:
    step("contrast", factor, layers.RandomContrast(0.5), {"contrast_factor": np.float32(factor)})
for factor in [0.0, 0.2, 0.5, 0.7, 0.95]:
    # In 0...255 the layer's clipping of the saturation does nothing, and colours leave the range.
    unit = layers.RandomSaturation(exactly(factor), value_range=(0, 1))(batch / 255, training=True)
    add(np.asarray(unit) * 255, operation=f"saturation={factor}..{factor}")
for turn in [-0.5, -0.21, 0.04, 0.13, 0.4]:
    step("hue", turn, layers.RandomHue(0.5, value_range=(0, 255)), {"factor": np.asarray([turn], np.float32)})
for factor in [0.0, 0.6, 1.7]:
    made = layers.RandomColorDegeneration(0.5)
    step("color", factor, made, {"factor": np.full((1, 1, 1, 1), 1 - factor, np.float32)})
for factor in [0.1, 1.9]:
    # Only the inside: the layer smooths the border with zeros from beyond it.
    step("sharpness", factor, layers.RandomSharpness(0.5), {"factor": np.asarray([factor / 2], np.float32)})
for bits in [1, 4, 7, 8]:
    layer_bits = layers.RandomPosterization(exactly(bits))
    step("posterize", bits, layer_bits, {"shift_factor": np.asarray([8 - bits], np.uint8)})
for threshold in [0.0, 97.0, 256.0]:
    four = np.full((1, 1, 1, 1), threshold, np.float32)
    step("solarize", threshold, layers.Solarization(), {"additions": 0 * four, "thresholds": four})
dull = batch * 0.4 + 60
for name, made in [("autoContrast", layers.AutoContrast()), ("equalize", layers.Equalization())]:
    add(made(batch, training=True), step=name)
    add(made(np.floor(dull), training=True), step=name, dull=True)
flat = np.stack([batch[..., 0], 0 * batch[..., 1] + 77, batch[..., 2]], -1)
add(layers.AutoContrast()(flat, training=True), step="autoContrast", flat=True)
add(layers.Equalization()(flat, training=True), step="equalize", flat=True)
boxes = [[2.0, 7.0, 1.0, 4.0], [0.0, 12.4, 3.2, 8.9], [5.5, 5.9, 0.0, 9.0]]
for box in boxes:
    made = layers.RandomErasing(fill_value=99.0)
    mask = made._generate_batch_mask(batch.shape, [np.asarray([edge], np.float32) for edge in box])
    chosen = {"apply_erasing": np.ones((1,), bool), "batch_masks": mask, "fill_value": np.full_like(batch, 99)}
    add(made.transform_images(keras.ops.convert_to_tensor(batch), chosen), step="erase", box=box)

(HERE / "augmentation.f32").write_bytes(np.stack([picture] + results).astype("<f4").tobytes())
manifest = dict(
    keras=keras.__version__, backend=keras.backend.backend(), width=WIDTH, height=HEIGHT, cases=cases
)
(HERE / "augmentation.json").write_text(json.dumps(manifest, indent=1) + "\n")
