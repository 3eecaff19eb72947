"""Writes whole models, saved by Keras 3 and by Keras 2, with a batch and what the library makes of it.

Pinned: python 3.11, tensorflow-cpu 2.21.0, keras 3.15.1, tf-keras 2.21.0, numpy 2.4.6, safetensors 0.8.0.

    python generate_models.py    # in this folder; writes models/

Beside `<name>.keras` or `<name>.h5` lies `<name>.safetensors`: `input`, and a tensor for each of the model's outputs under
its layer's name. `gradients.safetensors` holds, for `keras3_functional` with moving statistics, the gradients of
Σ upstream · output by every weight (`<layer>/<variable>`).
"""

import os
import pathlib

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import keras
import numpy as np
import tensorflow as tf
import tf_keras
from safetensors.numpy import save_file

HERE = pathlib.Path(__file__).parent / "models"


def functional(k):
    """Branches, and one layer that is called twice."""
    L = k.layers
    x = i = k.Input((8, 8, 3), name="pictures")
    x = L.Conv2D(4, 3, padding="same", name="stem")(x)
    x = L.BatchNormalization(name="stem_bn")(x)
    x = L.LeakyReLU(name="leaky")(x)
    shared = L.Conv2D(4, 3, padding="same", activation="relu", name="shared")
    x = L.Average(name="mean")([shared(x), shared(shared(x))])
    x = L.Conv2DTranspose(5, 3, strides=2, padding="same", name="larger")(x)
    x = L.PReLU(shared_axes=[1, 2], name="slopes")(x)
    x = L.GlobalAveragePooling2D(name="pool")(x)
    return k.Model(i, L.Dense(3, activation="softmax", name="classes")(x), name="functional")


def sequential(k):
    """As tutorials have it: augmentation, scaling, a nested trunk, a top."""
    L = k.layers
    augmentation = k.Sequential([k.Input((8, 8, 3)), L.RandomFlip(), L.RandomRotation(0.2)], name="augmentation")
    trunk = k.Sequential(
        [k.Input((8, 8, 3)), L.Conv2D(4, 3, name="conv"), L.BatchNormalization(name="bn"), L.ReLU(6.0, name="relu6")],
        name="trunk")
    return k.Sequential(
        [k.Input((8, 8, 3)), augmentation, L.Rescaling(1 / 127.5, offset=-1, name="scale"), trunk,
         L.MaxPooling2D(name="smaller"), L.Flatten(name="flat"), L.Dropout(0.5, name="drop"), L.Dense(3, name="scores")],
        name="sequential")


def outputs(k):
    """Three outputs; one of them is of a layer that Graft does not know."""
    L = k.layers
    x = i = k.Input((8, 8, 3), name="pictures")
    x = L.Conv2D(4, 3, name="trunk")(x)
    pooled = L.GlobalAveragePooling2D(name="pool")(x)
    a = L.Dense(2, name="color")(pooled)
    b = L.Dense(3, activation="softmax", name="shape")(L.Dense(5, activation="relu", name="hidden")(pooled))
    c = L.LSTM(2, name="strange")(L.Reshape((36, 4), name="rows")(x))
    return k.Model(i, [c, a, b], name="outputs")


def inner_outputs(k):
    """A nested model with two results, of which one is read."""
    L = k.layers
    x = i = k.Input((8, 8, 3), name="inner")
    x = L.Conv2D(4, 3, name="first")(x)
    y = L.Conv2D(5, 3, name="second")(x)
    pyramid = k.Model(i, [x, y], name="pyramid")
    j = k.Input((8, 8, 3), name="pictures")
    z = L.GlobalMaxPooling2D(name="pool")(pyramid(j)[1])
    return k.Model(j, L.Dense(2, name="scores")(z), name="inner_outputs")


def functions(k):
    """Arithmetic between layers: what preprocess_input and operators leave in a model."""
    L = k.layers
    x = i = k.Input((8, 8, 3), name="pictures")
    x = k.ops.cast(x, "float32") if k is keras else tf.cast(x, tf.float32)
    x = k.ops.image.resize(x, (6, 10)) if k is keras else tf.image.resize(x, (6, 10))
    x = k.applications.mobilenet_v2.preprocess_input(x)
    x = L.Conv2D(4, 3, padding="same", name="stem")(x)
    y = 1.5 - (x * 2.0 + np.float32(1.0))
    y = k.ops.relu(y) if k is keras else tf.nn.relu(y)
    x = x - y
    x = L.Conv2D(4, 3, name="conv")(x)
    x = x * (k.ops.sigmoid(x) if k is keras else tf.sigmoid(x))
    x = k.ops.mean(x, axis=[1, 2]) if k is keras else tf.reduce_mean(x, axis=[1, 2])
    return k.Model(i, L.Dense(2, name="scores")(x), name="functions")


def caffe(k):
    """Red and blue exchanged, a mean taken off."""
    i = k.Input((8, 8, 3), name="pictures")
    x = k.applications.vgg16.preprocess_input(i)
    x = k.layers.Conv2D(4, 3, name="conv")(x)
    return k.Model(i, k.layers.GlobalAveragePooling2D(name="pool")(x), name="caffe")


def write(k, tag, make, suffix):
    k.backend.clear_session()
    k.utils.set_random_seed(3)
    model = make(k)
    name = f"{tag}_{make.__name__}"
    random = np.random.default_rng(5)
    model.set_weights([
        w if w.dtype != np.float32 else (np.abs if w.ndim == 1 else np.asarray)(random.normal(0, 0.4, w.shape))
        for w in model.get_weights()])
    takes_pixels = make in (sequential, functions, caffe)
    batch = (random.uniform(0, 255, (2, 8, 8, 3)) if takes_pixels else random.uniform(-1, 1, (2, 8, 8, 3)))
    batch = batch.astype(np.float32)
    results = model(batch, training=False)
    results = results if isinstance(results, (list, tuple)) else [results]
    names = [t._keras_history.layer.name if k is tf_keras else t._keras_history.operation.name for t in model.outputs]
    model.save(HERE / f"{name}{suffix}")
    save_file(
        {"input": batch} | {n: np.ascontiguousarray(r.numpy()) for n, r in zip(names, results)},
        HERE / f"{name}.safetensors")


def gradients():
    """Of the model that was written: one file for all of its weights."""
    model = keras.models.load_model(HERE / "keras3_functional.keras")
    batch = np.random.default_rng(9).uniform(-1, 1, (3, 8, 8, 3)).astype(np.float32)
    upstream = np.random.default_rng(10).uniform(-1, 1, (3, 3)).astype(np.float32)
    with tf.GradientTape() as tape:
        total = tf.reduce_sum(model(batch, training=False) * upstream)
    values = tape.gradient(total, [v.value for v in model.trainable_variables])
    named = {"/".join(v.path.split("/")[-2:]): g.numpy() for v, g in zip(model.trainable_variables, values)}
    save_file(
        {"input": batch, "upstream": upstream} | {f"gradient/{n}": np.ascontiguousarray(g) for n, g in named.items()},
        HERE / "gradients.safetensors")


def main():
    assert keras.__version__ == "3.15.1" and tf_keras.__version__ == "2.21.0"
    HERE.mkdir(exist_ok=True)
    for make in [functional, sequential, outputs, inner_outputs, functions, caffe]:
        write(keras, "keras3", make, ".keras")
        write(tf_keras, "keras2", make, ".h5")
    for make in [functional, sequential, functions]:
        write(keras, "keras3_h5", make, ".h5")
    gradients()


main()
