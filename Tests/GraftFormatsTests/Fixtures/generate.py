"""Makes the fixtures of GraftFormatsTests with the real libraries.

Pinned: python 3.11, tensorflow-cpu 2.21.0, keras 3.15.1, tf-keras 2.21.0, h5py 3.14.0, numpy 2.4.6, safetensors 0.8.0.

    python generate.py    # in this folder; writes the files beside it

Beside every file of weights lies `<name>.expected.safetensors`: each variable as the library itself gives it, under
the name `<layer path>|<variable>`, layers in the model's order (see `expected`).
"""

import json
import os
import pathlib
import subprocess
import sys
import zipfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import h5py
import numpy as np
from safetensors.numpy import save_file

HERE = pathlib.Path(__file__).parent


def randomise(model, seed):
    rng = np.random.default_rng(seed)
    model.set_weights([rng.standard_normal(w.shape).astype("float32") for w in model.get_weights()])


def leaves(model, prefix=""):
    for layer in model.layers:
        path = prefix + layer.name
        if hasattr(layer, "layers"):
            yield from leaves(layer, path + "/")
        else:
            yield path, layer


def variable_name(variable):
    return variable.name.split("/")[-1].split(":")[0]


def expected(model, name):
    """Every variable in Keras's order of creation, trainable ones first."""
    tensors, layers = {}, []
    for path, layer in leaves(model):
        names = []
        for variable in layer.trainable_variables + layer.non_trainable_variables:
            if "seed" in variable.name:
                continue
            short = variable_name(variable)
            names.append(short)
            tensors[f"{path}|{short}"] = np.ascontiguousarray(variable.numpy())
        layers.append([path, layer.__class__.__name__, names])
    save_file(tensors, HERE / f"{name}.expected.safetensors", {"layers": json.dumps(layers)})


def plain(k):
    L = k.layers
    x = i = k.Input((8, 8, 3), name="in")
    x = L.Conv2D(4, 3, strides=2, padding="same", use_bias=False, name="Conv1")(x)
    x = L.BatchNormalization(name="bn_Conv1")(x)
    x = L.ReLU(6.0, name="Conv1_relu")(x)
    x = L.DepthwiseConv2D(3, padding="same", name="expanded_conv_depthwise")(x)
    x = L.BatchNormalization(name="expanded_conv_depthwise_BN", center=False)(x)
    x = L.Conv2D(6, 1, name="expanded_conv_project")(x)
    x = L.GlobalAveragePooling2D(name="pool")(x)
    x = L.Dropout(0.3, name="dropout")(x)
    x = L.Dense(5, activation="relu", name="zeta")(x)
    x = L.Dense(3, name="alpha")(x)
    return k.Model(i, x, name="plain")


def trunk(k, name, prefix=""):
    L = k.layers
    x = i = k.Input((8, 8, 3), name=prefix + "inner_in")
    x = L.Conv2D(4, 3, name=prefix + "Conv1")(x)
    x = L.BatchNormalization(name=prefix + "bn")(x)
    x = L.DepthwiseConv2D(3, name=prefix + "depthwise")(x)
    return k.Model(i, x, name=name)


def nested(k):
    """A trunk and a small top, as people who transfer-learn save it, its last batch norm thawed."""
    L = k.layers
    base = trunk(k, "trunk_1.00_8")
    for layer in base.layers[:-1]:
        layer.trainable = False
    x = i = k.Input((8, 8, 3), name="in")
    x = base(x)
    x = L.GlobalAveragePooling2D(name="pool")(x)
    x = L.Dropout(0.3, name="dropout")(x)
    x = L.Dense(5, name="dense")(x)
    x = k.Sequential([k.Input((5,)), L.Dense(4, name="hidden"), L.Dense(2, name="out")], name="top")(x)
    return k.Model(i, x, name="nested")


def twins(k):
    """Two nested models whose layers have the same names."""
    L = k.layers
    x = i = k.Input((8, 8, 3), name="in")
    a = L.GlobalAveragePooling2D(name="pool_a")(trunk(k, "left")(x))
    b = L.GlobalAveragePooling2D(name="pool_b")(trunk(k, "right")(x))
    return k.Model(i, L.Dense(2, name="dense")(L.Concatenate(name="join")([a, b])), name="twins")


def train_once(model):
    """Gives the file an optimizer's state and metrics, which no reader must take for weights."""
    model.compile("adam", "mse", metrics=["mae"])
    out = model.output_shape[-1]
    model.fit(np.zeros((2, 8, 8, 3), "float32"), np.zeros((2, out), "float32"), verbose=0)


def keras_files():
    import keras
    import tf_keras

    assert keras.__version__ == "3.15.1" and tf_keras.__version__ == "2.21.0"
    for k, tag, saved in [
        (tf_keras, "keras2", [("plain", ".h5"), ("plain", ".weights.h5")]),
        (keras, "keras3", [("plain", ".weights.h5"), ("nested", ".weights.h5")]),
    ]:
        for number, (kind, suffix) in enumerate(saved):
            k.backend.clear_session()
            model = {"plain": plain, "nested": nested, "twins": twins}[kind](k)
            randomise(model, number)
            name = f"{tag}_{kind}_weights" + ("_v3" if tag == "keras2" and suffix != ".h5" else "")
            path = HERE / f"{name}{suffix}"
            model.save_weights(path)
            expected(model, name)
        for kind in ["nested"] if k is tf_keras else ["nested", "twins"]:
            k.backend.clear_session()
            model = {"plain": plain, "nested": nested, "twins": twins}[kind](k)
            randomise(model, 10)
            if kind == "nested":
                train_once(model)
            model.save(HERE / f"{tag}_{kind}_model.h5")
            expected(model, f"{tag}_{kind}_model")

    # A model with so many layers that their names do not fit into one attribute of 64,512 bytes would be a large file;
    # Keras's own function, with a smaller limit, splits the names of a small one.
    from keras.src.legacy.saving import legacy_h5_format

    keras.backend.clear_session()
    model = nested(keras)
    randomise(model, 20)
    legacy_h5_format.HDF5_OBJECT_HEADER_LIMIT = 64
    with h5py.File(HERE / "chunked_attributes.h5", "w") as file:
        legacy_h5_format.save_weights_to_hdf5_group(file, model)
        assert "layer_names" not in file.attrs and "layer_names1" in file.attrs
        assert "weight_names0" in file["trunk_1.00_8"].attrs
    expected(model, "chunked_attributes")


def plain_hdf5():
    """Element types, layouts and attributes that h5py can write."""
    rng = np.random.default_rng(7)
    tensors = {}
    with h5py.File(HERE / "types.h5", "w") as file:

        def add(name, array, **options):
            file.create_dataset(name, data=array, **options)
            tensors[name] = np.array(array, "float32", order="C")

        values = rng.standard_normal((6, 5)) * 100
        for code in ["<f2", ">f2", "<f4", ">f4", "<f8", ">f8", "i1", "<i2", ">i4", "<i8", "u1", ">u2", "<u4", "<u8"]:
            array = values if "f" in code else np.abs(values)
            add(f"types/{code}", array.astype(code))
        add("gzip", rng.integers(0, 3, (40, 30)).astype("float32"), chunks=(16, 16), compression="gzip", shuffle=True)
        add("chunked", rng.standard_normal((9, 7)).astype("float32"), chunks=(4, 4), fletcher32=True)
        add("scalar", np.float32(2.5))
        add("empty", np.zeros((0, 3), "float32"))
        file["text"] = "not a weight"
        file["soft"] = h5py.SoftLink("/scalar")
        file["external"] = h5py.ExternalLink("other.h5", "/scalar")
        bf16 = np.array([1.0, -2.5, 3.140625, 0.0], "float32")
        raw = (bf16.view("uint32") >> 16).astype("<u2").view("V2")
        file.create_dataset("bfloat16", data=raw).attrs["dtype"] = "bfloat16"
        tensors["bfloat16"] = bf16
        file.attrs["fixed"] = np.bytes_("grün".encode())
        file.attrs["variable"] = "größer"
        file.attrs["fixed_list"] = np.array([b"a", b"bcd", b""])
        file.attrs.create("variable_list", ["x", "yz"], dtype=h5py.string_dtype())
        file.attrs["empty_list"] = []
        file.attrs["number"] = 3
        for index, part in enumerate([[b"a", b"b"], [b"c"]]):
            file.attrs[f"split{index}"] = np.array(part)
    save_file(tensors, HERE / "types.expected.safetensors")
    # The newest file format (superblock 3, version-2 groups), after a user block.
    with h5py.File(HERE / "latest.h5", "w", libver="latest", userblock_size=512) as file:
        file["deep/er/kernel"] = values.astype("float32")
        file.attrs["layer_names"] = np.array([b"deep"])
        file["deep"].attrs["weight_names"] = np.array([b"er/kernel"])
    save_file({"deep/er/kernel": values.astype("float32")}, HERE / "latest.expected.safetensors")
    many()
    # Old Keras's names, which say nothing: the order decides.
    with h5py.File(HERE / "keras1_names.h5", "w") as file:
        file.attrs["layer_names"] = np.array([b"conv1", b"dense_3"])
        for layer, weights in {"conv1": ["conv1_W_1:0", "conv1_b_1:0"], "dense_3": ["dense_3_1/kernel:0"]}.items():
            file.create_group(layer).attrs["weight_names"] = np.array([w.encode() for w in weights])
        file["conv1/conv1_W_1:0"] = np.arange(12, dtype="float32").reshape(1, 1, 3, 4)
        file["conv1/conv1_b_1:0"] = np.arange(4, dtype="float32")
        file["dense_3/dense_3_1/kernel:0"] = np.ones((2, 2), "float32")


def many():
    """So many members and attributes that trees list them: of the old format, and of the new one's heaps."""
    for name, version in [("many_old", "earliest"), ("many_new", "latest")]:
        with h5py.File(HERE / f"{name}.h5", "w", libver=version) as file:
            group = file.create_group("group")
            for number in range(60):
                # Of the new format's members some have names that fill more than one block of the heap.
                group[f"member_{number}_{'x' * (number % 40)}"] = np.float32(number)
            for number in range(20):
                group.attrs[f"list{number}"] = np.array([f"a{number}".encode(), b"b" * number])


def safetensors_files():
    rng = np.random.default_rng(3)
    values = rng.standard_normal((3, 4)) * 50
    types = ["float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
    tensors = {t: (values if "float" in t else np.abs(values)).astype(t) for t in types}
    tensors["bool"] = values > 0
    tensors["empty"] = np.zeros((0, 2), "float32")
    tensors["scalar"] = np.array(7.5, "float32")
    save_file(tensors, HERE / "real.safetensors", {"who": "safetensors", "quoted": 'a "b" \\ ü'})
    save_file({n: np.array(t, "float32", order="C") for n, t in tensors.items()}, HERE / "real.expected.safetensors")


def npy_files():
    rng = np.random.default_rng(5)
    values = rng.standard_normal((2, 3, 4)) * 50
    expected = {}
    for code in ["<f2", ">f2", "<f4", ">f4", "<f8", ">f8", "|i1", "<i2", ">i2", "<i4", ">i4", "<i8", ">i8", "|u1", "<u2",
                 ">u2", "<u4", ">u4", "<u8", ">u8", "|b1"]:
        array = (values if "f" in code or "i" in code else np.abs(values)).astype(code)
        name = "npy_" + code.replace("<", "little_").replace(">", "big_").replace("|", "")
        np.save(HERE / f"{name}.npy", array)
        expected[name] = np.ascontiguousarray(array.astype("<f4"))
        if code in ["<f4", ">i2"]:
            np.save(HERE / f"{name}_fortran.npy", np.asfortranarray(array))
            expected[f"{name}_fortran"] = expected[name]
    save_file(expected, HERE / "npy.expected.safetensors")
    np.save(HERE / "npy_scalar.npy", np.float32(1.5))
    for version in [(2, 0), (3, 0)]:
        with open(HERE / f"npy_version{version[0]}.npy", "wb") as file:
            np.lib.format.write_array(file, values.astype("<f4"), version=version)
    np.save(HERE / "npy_structured.npy", np.zeros(2, dtype=[("a", "<f4"), ("b", "<i4")]))
    np.save(HERE / "npy_complex.npy", np.zeros(2, dtype="complex64"))


def keras_archive():
    """A whole model of Keras 3 as `.keras`, with a batch and what Keras makes of it."""
    import keras as k
    L = k.layers
    i = k.Input((6, 6, 3), name="pictures")
    x = L.Conv2D(4, 3, strides=2, padding="same", use_bias=False, name="stem")(i)
    x = L.BatchNormalization(name="stem_bn")(x)
    x = L.ReLU(6.0, name="stem_relu")(x)
    inner = k.Model(i, x, name="base")
    y = j = k.Input((6, 6, 3), name="outer")
    y = L.Rescaling(1 / 127.5, -1, name="scaled")(y)
    y = inner(y)
    z = L.DepthwiseConv2D(3, padding="same", name="depthwise")(y)
    y = L.Add(name="sum")([y, z])
    y = L.Dropout(0.2, name="dropout")(y)
    y = L.GlobalAveragePooling2D(name="pool")(y)
    model = k.Model(j, L.Dense(3, activation="softmax", name="classes")(y), name="network")
    rng = np.random.default_rng(11)
    model.set_weights([np.abs(rng.standard_normal(w.shape)).astype("float32") / 2 for w in model.get_weights()])
    inner.trainable = False
    model.save(HERE / "network.keras")
    batch = rng.uniform(0, 255, (2, 6, 6, 3)).astype("float32")
    save_file({"x": batch, "y": np.asarray(model(batch))}, HERE / "network.expected.safetensors")


def python_zip():
    """An archive as Python writes it, with a date that does not change."""
    with zipfile.ZipFile(HERE / "python.zip", "w") as archive:
        for name, content in [("a.txt", b"hello"), ("folder/\u00fc.bin", bytes(range(256))), ("empty", b"")]:
            info = zipfile.ZipInfo(name)
            info.create_system = 3
            info.external_attr = 0o100644 << 16
            archive.writestr(info, content)
    with zipfile.ZipFile(HERE / "deflated.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("a.txt"), b"hello " * 20, zipfile.ZIP_DEFLATED)
    np.save(HERE / "npy_text.npy", np.array(["ant", "b\u00e9e", "hornet \U0001f41d"]))


if __name__ == "__main__":
    for old in HERE.glob("*"):
        if old.suffix in {".h5", ".keras", ".npy", ".safetensors", ".zip"}:
            old.unlink()
    keras_files()
    plain_hdf5()
    safetensors_files()
    npy_files()
    subprocess.run([sys.executable, HERE / "generate_torch.py"], check=True)
    keras_archive()
    python_zip()
    total = sum(f.stat().st_size for f in HERE.glob("*") if f.suffix != ".py")
    assert total < 400_000, total
    print(total, "bytes")
