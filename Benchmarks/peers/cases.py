"""The cases beside peers, as data."""

import pathlib

from case import Case, Floor, Program

HERE = pathlib.Path(__file__).resolve().parent
KERAS, TORCH, ONNX, OPENVINO = "Keras", "PyTorch", "ONNX Runtime", "OpenVINO"
OWN, INT8 = "Graft f32", "Graft int8"

# What is promised of a frozen forward pass, by network: against Keras, against the faster of the two runtimes, int8 against Keras.
FORWARD_FLOORS = {
    "mobilenet-v2": (2.8, (ONNX, OPENVINO), 1.3, 6),
    "mobilenet-v3-small": (2.5, (), None, None),
    "efficientnet-b0": (1.8, (OPENVINO,), 1.0, None),
    "resnet50": (1.2, (), None, 3),
}


def cases(setup):
    """All cases; `setup` has the paths of programs, networks, photos and weights."""
    yield _post(setup)
    for network in FORWARD_FLOORS:
        yield _forward(setup, network)
    yield _latency(setup)
    yield _predict(setup)
    yield _decode(setup)
    yield _head(setup)


def _peer(setup, name, *arguments, key):
    return Program([setup.python, HERE / f"{name}_peer.py", *arguments], key)


def _post(setup):
    job = ["--image-size", 224, "--epochs", 10]
    keras = [setup.python, HERE.parent / "post-job" / "keras_peer.py", setup.photos, "--weights", setup.weights,
             "--output", "{scratch}/model.keras", *job]
    own = [setup.graft, "train", setup.photos, "--base", setup.weights, *job, "--head", "dense", "--validation-split",
           0.2, "--json", "-o", "{scratch}/model.graft"]
    return Case(
        "post", "The post's job on 1,000 JPEGs of 500×375, 10 epochs, whole process", "s",
        {KERAS: Program(keras), OWN: Program(own), INT8: Program([*own, "--precision", "int8"])},
        [Floor(OWN, (KERAS,), 25), Floor(INT8, (KERAS,), 35), Floor(OWN, (KERAS,), 4, memory=True)],
        higher_is_better=False)


def _forward(setup, network):
    onnx = setup.networks / f"{network}.onnx"
    key = "images_per_second"
    keras, runtimes, runtime, int8 = FORWARD_FLOORS[network]
    programs = {
        KERAS: _peer(setup, "keras", "forward", network, key=key),
        TORCH: _peer(setup, "torch", "forward", network, key=key),
        ONNX: _peer(setup, "onnx", "forward", onnx, key=key),
        OPENVINO: _peer(setup, "openvino", "forward", onnx, key=key),
        OWN: Program([setup.benchmark, "forward", network], key),
        INT8: Program([setup.benchmark, "forward", network, "int8"], key),
    }
    floors = [Floor(OWN, (KERAS,), keras)]
    if runtimes:
        floors.append(Floor(OWN, runtimes, runtime))
    if int8:
        floors.append(Floor(INT8, (KERAS,), int8))
    return Case(network, f"Frozen {network} at 224, pictures in memory", "images/s", programs, floors)


def _latency(setup):
    onnx, key = setup.networks / "mobilenet-v2.onnx", "median_ms"
    return Case(
        "one", "One picture through mobilenet-v2 in a running process", "ms",
        {
            KERAS: _peer(setup, "keras", "one", "mobilenet-v2", key=key),
            TORCH: _peer(setup, "torch", "one", "mobilenet-v2", key=key),
            ONNX: _peer(setup, "onnx", "one", onnx, key=key),
            OPENVINO: _peer(setup, "openvino", "one", onnx, key=key),
            OWN: Program([setup.benchmark, "one", "mobilenet-v2"], key),
        },
        [Floor(OWN, (KERAS, TORCH, ONNX, OPENVINO), 1)], higher_is_better=False)


def _predict(setup):
    photo = next(iter(sorted(setup.photos.rglob("*.jpg"))))
    return Case(
        "predict", "One photo named by a process of its own, from start to exit", "s",
        {
            KERAS: Program([setup.python, HERE / "keras_peer.py", "predict", setup.weights, photo]),
            OWN: Program([setup.graft, "predict", setup.model, photo]),
        },
        [Floor(OWN, (KERAS,), 20)], higher_is_better=False)


def _decode(setup):
    return Case(
        "decode", "A JPEG's bytes to a 224×224 picture, one thread (Keras: tf.data, without and with antialiasing)",
        "images/s",
        {
            KERAS: _peer(setup, "keras", "decode", setup.photos, key="images_per_second"),
            "Keras, antialiased": _peer(setup, "keras", "decode", setup.photos, key="antialiased_images_per_second"),
            OWN: Program([setup.benchmark, "decode", setup.photos], "images_per_second"),
        },
        [Floor(OWN, (KERAS,), 1.3)])


def _head(setup):
    return Case(
        "head", "The post's head on 10,000 × 1,280 features, 10 epochs", "s",
        {
            KERAS: _peer(setup, "keras", "head", 10000, key="seconds"),
            TORCH: _peer(setup, "torch", "head", 10000, key="seconds"),
            OWN: Program([setup.benchmark, "head", 10000], "seconds"),
        },
        [Floor(OWN, (KERAS,), 3), Floor(OWN, (TORCH,), 1)], higher_is_better=False)
