#!/usr/bin/env python3
"""The post's whole job as a Keras user writes it: photos in class folders, MobileNetV2 frozen, a new top, ten epochs.

Prints one JSON document. Keras's and TensorFlow's defaults are left as they are.
"""

import argparse
import contextlib
import json
import os
import sys
import time

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

started = time.monotonic()

import keras  # noqa: E402
import tensorflow as tf  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos")
    parser.add_argument("--weights", required=True, help="a whole Keras model (.h5) with a MobileNetV2 in it")
    parser.add_argument("--output", required=True, help="the model that is saved, .keras")
    parser.add_argument("--image-size", type=int, default=224)
    parser.add_argument("--epochs", type=int, default=10)
    arguments = parser.parse_args()
    with contextlib.redirect_stdout(sys.stderr):  # Keras prints here and there whatever `verbose` says.
        document = job(arguments)
    print(json.dumps(document))


def job(arguments):
    imported = time.monotonic()
    keras.utils.set_random_seed(1)
    size = (arguments.image_size, arguments.image_size)
    train, validation = keras.utils.image_dataset_from_directory(
        arguments.photos, label_mode="categorical", image_size=size, batch_size=32, validation_split=0.2,
        subset="both", seed=1, verbose=False)
    classes = train.class_names

    def preprocess(images, labels):
        return keras.applications.mobilenet_v2.preprocess_input(images), labels

    train = train.map(preprocess, num_parallel_calls=tf.data.AUTOTUNE).prefetch(tf.data.AUTOTUNE)
    validation = validation.map(preprocess, num_parallel_calls=tf.data.AUTOTUNE).prefetch(tf.data.AUTOTUNE)

    base = keras.applications.MobileNetV2(weights=None, include_top=False, input_shape=(*size, 3))
    load_trunk(base, arguments.weights)
    x = base.output
    x = keras.layers.GlobalAveragePooling2D()(x)
    x = keras.layers.Dense(256, activation="relu")(x)
    predictions = keras.layers.Dense(len(classes), activation="softmax")(x)
    model = keras.Model(inputs=base.input, outputs=predictions)
    for layer in base.layers:
        layer.trainable = False

    model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
    history = model.fit(train, epochs=arguments.epochs, validation_data=validation, verbose=0).history
    model.save(arguments.output)
    return {
        "classes": classes,
        "epochs": len(history["loss"]),
        "loss": history["loss"][-1], "accuracy": history["accuracy"][-1],
        "val_loss": history["val_loss"][-1], "val_accuracy": history["val_accuracy"][-1],
        "seconds": {"import": imported - started, "job": time.monotonic() - imported},
        "versions": {"keras": keras.__version__, "tensorflow": tf.__version__},
    }


def load_trunk(base, path):
    """The trunk is fully convolutional: weights saved at one size fit every other."""
    saved = keras.models.load_model(path, compile=False)
    trunk = next(layer for layer in saved.layers if isinstance(layer, keras.Model))
    for layer in base.layers:
        if layer.weights:
            layer.set_weights(trunk.get_layer(layer.name).get_weights())


if __name__ == "__main__":
    main()
