"""Makes the small files that Graft's readers are fed with at first (Tests/Fuzz/corpus), with the real libraries.

Pinned: keras 3.15.1, tf-keras 2.21.0, numpy 2.4.6, h5py 3.14.0, safetensors 0.8.0, onnx 1.23.2.
TFLite files and SavedModels are Graft's own: `graft-fuzz seeds .`.

    python Tests/Fuzz/generate.py
"""

import io
import json
import os
import pathlib
import zipfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import h5py
import keras
import numpy as np
import onnx
import tf_keras
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import save as st

HERE = pathlib.Path(__file__).parent
CORPUS = HERE / "corpus"


def save(target, name, content):
    folder = CORPUS / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())


def documents():
    save("json", "all", r'{"a":[1,-2.5e3,0.1E-2,true,false,null,"\u00e9\ud83d\udc1d\n\"\\/é"],"":{},"b":{"c":[[],[{}]]}}')
    save("json", "numbers", "[0,-0,9223372036854775807,-9223372036854775808,1e308,123456789012345678901234567890]")
    save("json", "space", ' \t\r\n{ "a" : [ 1 , 2 ] , "b" : { } } \n')
    save("json", "word", "null")
    # What takes the most memory for its size.
    save("json", "elements", "[" + "0," * 8000 + "0]")
    save("json", "objects", "[" + '{"a":0},' * 2000 + "{}]")
    save("json", "arrays", "[" + "[0]," * 4000 + "[]]")
    save("json", "text", '"text"')


def archives():
    arrays = {"a/kernel": np.arange(6, dtype="<f4").reshape(2, 3), "count": np.array(3, "<i8"), "f": np.ones((2, 2), order="F")}
    for name, write in [("stored", np.savez), ("deflated", np.savez_compressed)]:
        file = io.BytesIO()
        write(file, **arrays)
        save("npz", name, file.getvalue())
    file = io.BytesIO()
    np.savez_compressed(file, zeros=np.zeros((64, 64), "u1"))
    save("npz", "dense", file.getvalue())
    # As much as deflate can hold: 1,030 bytes in one.
    file = io.BytesIO()
    np.savez_compressed(file, zeros=np.zeros((1024, 1024), "u1"))
    save("npz", "zeros", file.getvalue())
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("zeros"), bytes(1 << 20), zipfile.ZIP_DEFLATED)
    save("zip", "zeros", file.getvalue())
    with h5py.File(HERE / "zeros.h5", "w") as file:
        file.create_dataset("zeros", data=np.zeros((1024, 1024), "u1"), chunks=(1024, 1024), compression="gzip")
    save("hdf5", "zeros", (HERE / "zeros.h5").read_bytes())
    (HERE / "zeros.h5").unlink()
    save("safetensors", "empty", st({f"{n}": np.zeros((0, 1), "i1") for n in range(60)}))
    save("safetensors", "bytes", st({"bytes": np.zeros(8192, "i1")}))
    file = io.BytesIO()
    np.save(file, np.zeros(8192, "i1"))
    save("npy", "bytes", file.getvalue())


def features(k, x):
    """Layers of every group."""
    L = k.layers
    x = L.Rescaling(1 / 255.0, offset=-0.5, name="scale")(x)
    x = L.ZeroPadding2D(((0, 1), (0, 1)), name="pad")(x)
    x = L.Conv2D(4, 3, strides=2, use_bias=False, name="conv")(x)
    x = L.BatchNormalization(name="bn")(x)
    x = L.ReLU(6.0, name="relu")(x)
    y = L.DepthwiseConv2D(3, padding="same", activation="swish", name="depthwise")(x)
    y = L.SeparableConv2D(4, 3, padding="same", name="separable")(y)
    x = L.Add(name="add")([x, y])
    x = L.Concatenate(name="join")([L.MaxPooling2D(2, name="max")(x), L.AveragePooling2D(2, name="mean")(x)])
    x = L.Cropping2D(1, name="crop")(L.SpatialDropout2D(0.1, name="drop_maps")(L.ZeroPadding2D(1, name="pad2")(x)))
    x = L.Multiply(name="multiply")([x, L.Reshape((1, 1, -1), name="reshape")(L.GlobalAveragePooling2D(name="squeeze")(x))])
    x = L.LayerNormalization(name="ln")(x)
    return L.Dropout(0.3, name="drop")(L.Flatten(name="flat")(L.Activation("gelu", name="act")(x)))


def configurations():
    for k, tag in [(keras, "keras3"), (tf_keras, "keras2")]:
        L = k.layers
        i = k.Input((8, 8, 3), name="in")
        model = k.Model(i, L.Dense(3, activation="softmax", name="out")(features(k, i)), name="functional")
        save("keras-configuration", f"{tag}-functional", model_text(model))
        top = k.Sequential([k.Input((5,)), L.Dense(4, name="hidden"), L.Dense(2, name="out")], name="top")
        save("keras-configuration", f"{tag}-sequential", model_text(top))
        i = k.Input((5,), name="in")
        shared = L.Dense(5, name="shared")
        nested = k.Model(i, top(L.Add(name="add")([shared(shared(i)), i])), name="nested")
        save("keras-configuration", f"{tag}-nested", model_text(nested))


def model_text(model):
    return json.dumps(json.loads(model.to_json()), separators=(",", ":"))


def network():
    """A convolution with a residual and a head, all constants inside."""
    rng = np.random.default_rng(1)

    def constant(name, *shape):
        return numpy_helper.from_array(rng.standard_normal(shape).astype("float32"), name)

    nodes = [
        helper.make_node("Conv", ["x", "kernel", "bias"], ["a"], kernel_shape=[3, 3], pads=[1, 1, 1, 1], strides=[2, 2]),
        helper.make_node("BatchNormalization", ["a", "gamma", "beta", "mean", "variance"], ["b"], epsilon=1e-3),
        helper.make_node("Clip", ["b", "low", "high"], ["c"]),
        helper.make_node("Conv", ["c", "depthwise"], ["d"], kernel_shape=[3, 3], pads=[1, 1, 1, 1], group=4),
        helper.make_node("Add", ["c", "d"], ["e"]),
        helper.make_node("GlobalAveragePool", ["e"], ["f"]),
        helper.make_node("Flatten", ["f"], ["g"], axis=1),
        helper.make_node("Gemm", ["g", "weights", "offset"], ["h"], transB=1),
        helper.make_node("Softmax", ["h"], ["y"], axis=-1),
    ]
    constants = [
        constant("kernel", 4, 3, 3, 3), constant("bias", 4), constant("gamma", 4), constant("beta", 4),
        constant("mean", 4), numpy_helper.from_array(np.ones(4, "float32"), "variance"),
        numpy_helper.from_array(np.array(0, "float32"), "low"), numpy_helper.from_array(np.array(6, "float32"), "high"),
        constant("depthwise", 4, 1, 3, 3), constant("weights", 2, 4), constant("offset", 2),
    ]  # fmt: skip
    graph = helper.make_graph(
        nodes, "network", [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", 3, 8, 8])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["batch", 2])], constants,
    )  # fmt: skip
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.helper.set_model_props(model, {"classes": '["a","b"]'})
    onnx.checker.check_model(model)
    save("onnx-check", "network", model.SerializeToString())


if __name__ == "__main__":
    documents()
    archives()
    configurations()
    network()
