"""Small ONNX networks with every operator that Graft reads, and what ONNX Runtime makes of them.

`operators_<opset>` are built node by node: one output for each operator or way of writing it. `torch_*` are what PyTorch's two
exporters make of small modules in the manner of torchvision. Pictures are (samples, height, width, channels) in the golden
files, inputs and outputs, as Graft has them; channels_last says which files have them so as well.
"""

import math
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from . import formula, golden_file


class Builder:
    """An ONNX graph of one input and many outputs."""

    def __init__(self, opset):
        self.opset = opset
        self.nodes, self.constants, self.outputs = [], [], []

    def constant(self, name, values, kind=np.float32):
        self.constants.append(numpy_helper.from_array(np.asarray(values, kind), name))
        return name

    def weight(self, name, shape, role):
        return self.constant(name, formula.tensor(name, shape, role))

    def node(self, kind, inputs, name, **attributes):
        self.nodes.append(helper.make_node(kind, inputs, [name + "_result"], name, **attributes))
        return name + "_result"

    def output(self, *arguments, **attributes):
        self.outputs.append(self.node(*arguments, **attributes))

    def squeeze(self, kind, x, axes, name):
        """Axes are an attribute up to opset 12 and an input since."""
        if self.opset < 13:
            return self.node(kind, [x], name, axes=axes)
        return self.node(kind, [x, self.constant(name + "_axes", axes, np.int64)], name)

    def mean(self, x, axes, name, keepdims, kind="ReduceMean"):
        if self.opset < 18:
            return self.node(kind, [x], name, axes=axes, keepdims=keepdims)
        return self.node(kind, [x, self.constant(name + "_axes", axes, np.int64)], name, keepdims=keepdims)

    def model(self, shape):
        graph = helper.make_graph(
            self.nodes, "operators", [helper.make_tensor_value_info("picture", TensorProto.FLOAT, ["batch", *shape])],
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in self.outputs], self.constants)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", self.opset)], ir_version=8)


def operators(opset):
    """Every operator on a picture of 3 channels, 9 rows and 8 columns."""
    b = Builder(opset)
    x = "picture"
    # Convolutions.
    for name, filters, groups, size, options in [
        ("pads", 4, 1, (3, 2), dict(pads=[1, 0, 2, 1], strides=[2, 1])),
        ("dilated", 2, 1, (3, 3), dict(dilations=[2, 2], pads=[2, 2, 2, 2])),
        ("grouped", 6, 3, (3, 3), dict(group=3, pads=[1, 1, 1, 1])),
        ("same_upper", 2, 1, (3, 2), dict(auto_pad="SAME_UPPER", strides=[2, 2])),
        ("same_lower", 2, 1, (3, 3), dict(auto_pad="SAME_LOWER")),
        ("valid", 2, 1, (2, 2), dict(auto_pad="VALID", kernel_shape=[2, 2])),
    ]:
        w = b.weight(f"{name}.weight", (filters, 3 // groups, *size), "beta")
        b.output("Conv", [x, w, b.weight(f"{name}.bias", (filters,), "bias")], name, **options)
    w = b.weight("no_bias.weight", (4, 3, 1, 1), "beta")
    plain = b.node("Conv", [x, w], "no_bias")
    b.output("Add", [plain, b.weight("added", (1, 4, 1, 1), "bias")], "added_bias")
    # Two groups of two channels.
    four = b.node("Conv", [x, b.weight("four.weight", (4, 3, 1, 1), "beta")], "four")
    b.output("Conv", [four, b.weight("two.weight", (6, 2, 3, 3), "beta")], "two_groups", group=2, pads=[1, 1, 1, 1])
    # Poolings, of values of both signs.
    for kind in ("MaxPool", "AveragePool"):
        for name, options in [
            ("plain", dict(kernel_shape=[2, 3], strides=[2, 1])),
            ("centered", dict(kernel_shape=[3, 3], pads=[1, 1, 1, 1])),
            ("stepping", dict(kernel_shape=[3, 3], pads=[1, 1, 1, 1], strides=[2, 2])),
            ("uneven", dict(kernel_shape=[3, 2], pads=[0, 0, 1, 1], strides=[2, 3])),
            ("same", dict(kernel_shape=[3, 3], auto_pad="SAME_UPPER", strides=[2, 2])),
            ("whole", dict(kernel_shape=[9, 8])),
            ("up", dict(kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1)),
        ]:
            b.output(kind, [x], f"{kind}_{name}", **options)
    for name, options in [
        ("centered", dict(kernel_shape=[3, 3], pads=[1, 1, 1, 1])),
        ("stepping", dict(kernel_shape=[2, 3], pads=[1, 1, 0, 1], strides=[2, 2])),
    ]:
        b.output("AveragePool", [x], f"counting_{name}", count_include_pad=1, **options)
    rectified = b.node("Relu", [x], "rectified")
    b.output("MaxPool", [rectified], "rectified_pool", kernel_shape=[3, 3], pads=[1, 1, 1, 1], strides=[2, 2])
    b.output("GlobalAveragePool", [x], "global_mean")
    b.output("GlobalMaxPool", [x], "global_largest")
    for keepdims in (0, 1):
        b.outputs.append(b.mean(x, [2, 3], f"mean_{keepdims}", keepdims))
        b.outputs.append(b.mean(x, [-1, -2], f"largest_{keepdims}", keepdims, "ReduceMax"))
    # Normalisations.
    batch_norm = [
        b.weight(f"bn.{name}", (3,), role) for name, role in
        [("weight", "gamma"), ("bias", "beta"), ("mean", "moving_mean"), ("variance", "moving_variance")]]
    b.output("BatchNormalization", [x, *batch_norm], "normalized", epsilon=2e-3)
    last = b.node("Transpose", [x], "channels_last", perm=[0, 2, 3, 1])
    gamma, beta = b.weight("ln.weight", (3,), "gamma"), b.weight("ln.bias", (3,), "beta")
    if opset >= 17:
        b.output("LayerNormalization", [last, gamma, beta], "layer_norm", axis=-1, epsilon=1e-3)
    two, epsilon = b.constant("two", 2), b.constant("epsilon", 1e-3)
    centered = b.node("Sub", [last, b.mean(last, [-1], "ln_mean", 1)], "centered")
    variance = b.mean(b.node("Pow", [centered, two], "square"), [-1], "variance", 1)
    root = b.node("Sqrt", [b.node("Add", [variance, epsilon], "sum")], "root")
    scaled = b.node("Mul", [b.node("Div", [centered, root], "quotient"), gamma], "ln_scaled")
    decomposed = b.node("Add", [scaled, beta], "ln_decomposed")
    b.outputs.append(decomposed)
    # A product along the channels, and back to where they were.
    product = b.node("MatMul", [decomposed, b.weight("pointwise.weight", (3, 5), "beta")], "pointwise")
    biased = b.node("Add", [b.weight("pointwise.bias", (5,), "bias"), product], "pointwise_bias")
    b.output("Transpose", [biased], "channels_first", perm=[0, 3, 1, 2])
    # Arithmetic with one number, and with one for each channel.
    half, channel = b.constant("half", 0.5), b.constant("channel", [[[0.5]], [[-1.5]], [[2]]])
    four_axes = b.constant("four_axes", np.float32([0.25, 1.5, -3]).reshape(1, 3, 1, 1))
    for kind in ("Add", "Sub", "Mul", "Div"):
        for name, number in [("one", half), ("each", channel), ("four", four_axes)]:
            b.output(kind, [x, number], f"{kind}_{name}")
        if kind != "Div":
            b.output(kind, [channel, x], f"{kind}_turned")
    b.output("Neg", [x], "negative")
    doubled = b.node("Mul", [x, two], "doubled")
    for kind in ("Add", "Sub", "Mul"):
        b.output(kind, [doubled, x], f"{kind}_both")
    gate = b.node("Sigmoid", [b.node("GlobalAveragePool", [x], "gate_mean")], "gate")
    b.output("Mul", [gate, x], "gated")
    b.output("Add", [x, x], "twice")
    # Functions.
    wide = b.node("Mul", [x, b.constant("eight", 8)], "wide")
    for kind in ("Relu", "Sigmoid", "Tanh", "Softplus", "Softsign", "Elu", "Selu", "HardSigmoid"):
        b.output(kind, [wide], kind)
    b.output("Exp", [x], "Exp")
    b.output("HardSigmoid", [wide], "hard_sigmoid_sixth", alpha=1 / 6, beta=0.5)
    b.output("LeakyRelu", [wide], "leaky", alpha=0.3)
    b.output("LeakyRelu", [wide], "leaky_of_keras", alpha=0.2)
    b.output("PRelu", [wide, b.constant("slopes", [[[0.1]], [[-0.5]], [[0.9]]])], "prelu")
    if opset >= 14:
        b.output("HardSwish", [wide], "HardSwish")
    if opset >= 18:
        b.output("Mish", [wide], "Mish")
    b.output("Mul", [wide, b.node("Sigmoid", [wide], "swish_gate")], "swish")
    b.output("Mul", [b.node("HardSigmoid", [wide], "hard_gate", alpha=1 / 6, beta=0.5), wide], "hard_swish")
    b.output("Mul", [wide, b.node("Tanh", [b.node("Softplus", [wide], "softplus")], "mish_gate")], "mish")
    three, six = b.constant("three", 3), b.constant("six", 6)
    zero = b.constant("zero", 0)
    shifted = b.node("Clip", [b.node("Add", [wide, three], "plus_three"), zero, six], "relu6")
    b.output("Mul", [wide, b.node("Div", [shifted, six], "sixth")], "hard_swish_written_out")
    for name, low, high in [("both", -1.5, 2.5), ("low", -1.5, None), ("high", None, 2.5), ("six", 0, 6)]:
        bounds = [b.constant(f"{name}_min", low) if low is not None else "",
                  b.constant(f"{name}_max", high) if high is not None else ""]
        b.output("Clip", [wide, *bounds], f"clip_{name}")
    b.output("Max", [wide, three], "bound_below")
    b.output("Min", [three, wide], "bound_above")
    root_two, one = b.constant("root_two", math.sqrt(2)), b.constant("one", 1)
    erf = lambda name: b.node(  # noqa: E731
        "Add", [b.node("Erf", [b.node("Div", [wide, root_two], name + "_quotient")], name + "_erf"), one], name + "_sum")
    b.output("Mul", [b.node("Mul", [wide, erf("gelu_a")], "gelu_a_product"), half], "gelu_a")
    b.output("Mul", [wide, b.node("Mul", [erf("gelu_b"), half], "gelu_b_half")], "gelu_b")
    b.output("Mul", [b.node("Mul", [wide, half], "gelu_c_half"), erf("gelu_c")], "gelu_c")
    if opset >= 20:
        b.output("Gelu", [wide], "Gelu")
    # Shapes.
    pads = [0, 0, 1, 2, 0, 0, 0, 3]
    b.output("Pad", [x, b.constant("pads_", pads, np.int64)], "padded")
    ints = lambda name, values: b.constant(name, values, np.int64)  # noqa: E731
    b.output("Slice", [x, ints("s1", [1, -6]), ints("e1", [np.iinfo(np.int64).max, -1]), ints("a1", [2, 3])], "sliced")
    b.output("Slice", [x, ints("s2", [0, 0]), ints("e2", [9, 5])
                       , ints("a2", [-2, -1]), ints("t2", [1, 1])], "sliced_columns")
    b.output("Concat", [x, doubled, wide], "together", axis=1)
    b.output("Concat", [x, doubled], "below", axis=-2)
    b.output("Identity", [b.node("Dropout", [b.node("Cast", [x], "cast", to=TensorProto.FLOAT)], "dropped")], "same")
    # Rows of features: a picture that is flattened channel by channel, and products with it.
    features = b.node("Flatten", [b.node("MaxPool", [x], "small", kernel_shape=[3, 3], strides=[3, 3])], "flat")
    dense = b.node(
        "Gemm", [b.node("Relu", [features], "flat_relu"), b.weight("fc.weight", (4, 18), "beta"),
                 b.weight("fc.bias", (4,), "bias")], "fc", transB=1)
    b.outputs.append(dense)
    b.output("Gemm", [features, b.weight("fc2.weight", (18, 2), "beta")], "fc2", alpha=0.5)
    b.output("Gemm", [features, "fc2.weight", b.constant("fc3.bias", [[2.0]])], "fc3", beta=0.25)
    b.output("MatMul", [features, "fc2.weight"], "product")
    b.output("Softmax", [dense], "softmax", axis=1)
    b.output("Softmax", [x] if opset >= 13 else [dense], "softmax_of_channels", axis=1)
    rows = [b.weight(f"rows.{name}", (4,), role) for name, role in
            [("weight", "gamma"), ("bias", "beta"), ("mean", "moving_mean"), ("variance", "moving_variance")]]
    b.output("BatchNormalization", [dense, *rows], "rows_normalized")
    pooled = b.node("GlobalAveragePool", [x], "pooled")
    b.outputs.append(b.squeeze("Squeeze", pooled, [2, 3], "squeezed"))
    vector = b.squeeze("Squeeze", pooled, [-1, -2], "vector")
    again = b.squeeze("Unsqueeze", vector, [2, 3], "unsqueezed")
    b.output("Mul", [x, again], "weighed")
    b.output("Reshape", [vector, ints("as_picture", [0, 3, 1, 1])], "picture_of_vector")
    b.output("Reshape", [pooled, ints("as_row", [-1, 3])], "row_of_picture")
    b.output("Flatten", [pooled], "flat_pooled", axis=1)
    # The batch's length, looked up: a flattening as PyTorch writes x.view(x.size(0), -1).
    length = b.node("Gather", [b.node("Shape", [pooled], "lengths"), ints("zero_", 0)], "length", axis=0)
    target = b.node("Concat", [b.squeeze("Unsqueeze", length, [0], "length_list"), ints("rest", [-1])], "target", axis=0)
    b.output("Reshape", [pooled, target], "viewed")
    part = b.node("Slice", [b.node("Shape", [vector], "lengths2"), ints("s3", [0]), ints("e3", [1])], "part")
    b.output("Reshape", [vector, b.node("Concat", [part, ints("thrice", [1, 1, 3])], "target2", axis=0)], "viewed_last")
    # Constants that are computed first.
    turned = b.node("Transpose", [b.weight("turned", (3, 4, 1, 1), "beta")], "turned_weight", perm=[1, 0, 2, 3])
    flat = b.node("Reshape", [turned, ints("weight_shape", [4, -1])], "flat_weight")
    whole = b.node("Unsqueeze", [b.node("Unsqueeze", [flat], "w1", axes=[2]), ], "w2", axes=[3]) if opset < 13 else (
        b.node("Unsqueeze", [flat, ints("w_axes", [2, 3])], "w2"))
    scaled = b.node("Mul", [whole, b.node("Sqrt", [b.constant("nine", 9)], "three_")], "w3")
    b.output("Conv", [x, scaled], "computed_weight")
    b.output("Add", [x, b.node("Constant", [], "quarter", value=helper.make_tensor("v", TensorProto.FLOAT, [], [0.25]))],
             "constant_node")
    return b.model((3, 9, 8))


def channels_last():
    """A picture that comes with its channels last, as tf2onnx and Graft write it, with the same constant in another file's type."""
    b = Builder(15)
    shifted = b.node("Sub", ["picture", b.constant("means", [0.1, 0.2, 0.3])], "shifted")
    first = b.node("Transpose", [shifted], "first", perm=[0, 3, 1, 2])
    half = numpy_helper.from_array(formula.tensor("half.weight", (4, 3, 3, 3), "beta").astype(np.float16), "half_numbers")
    b.constants.append(half)
    weight = b.node("Cast", ["half_numbers"], "half_weight", to=TensorProto.FLOAT)
    y = b.node("Relu", [b.node("Conv", [first, weight], "conv", auto_pad="SAME_UPPER", strides=[2, 2])], "relu")
    last = b.node("Transpose", [y], "last", perm=[0, 2, 3, 1])
    b.outputs.append(last)
    flat = b.node("Reshape", [last, b.constant("shape", [-1, 80], np.int64)], "reshape")
    b.output("MatMul", [flat, b.weight("dense.weight", (80, 3), "beta")], "dense")
    b.outputs.append(b.mean(last, [1, 2], "mean", 0))
    return b.model((9, 8, 3))


def write(folder, name, model, channels_last=False):
    """The network, and what ONNX Runtime makes of a batch of two."""
    golden_file.write_bytes(folder, f"{name}.onnx", model.SerializeToString())
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(model.SerializeToString(), options)
    x = formula.tensor("input", (2, 9, 8, 3), "input")
    results = session.run(None, {session.get_inputs()[0].name: x if channels_last else x.transpose(0, 3, 1, 2)})
    names = [output.name for output in session.get_outputs()]
    tensors = {"input": x}
    for key, value in zip(names, results):
        # Two outputs are written as (samples, height, width, channels) themselves.
        is_last = channels_last or key in ("ln_decomposed_result", "layer_norm_result", "viewed_last_result")
        tensors[key] = value.transpose(0, 2, 3, 1) if value.ndim == 4 and not is_last else value
    golden_file.write(
        folder, name, tensors, outputs=names,
        versions_of_onnx={"onnx": onnx.__version__, "onnxruntime": onnxruntime.__version__})


def generate(folder):
    for opset in (11, 13, 20):
        write(folder, f"operators_{opset}", operators(opset))
    write(folder, "channels_last", channels_last(), channels_last=True)
    # PyTorch's newer exporter and TensorFlow cannot live in one process.
    with tempfile.TemporaryDirectory() as exported:
        program = pathlib.Path(__file__).with_name("onnx_exporters.py")
        subprocess.run([sys.executable, program, exported], check=True)
        for path in sorted(pathlib.Path(exported).glob("*.onnx")):
            write(folder, path.stem, onnx.load(path))
    # Weights in a file beside the network.
    folder.joinpath("external.data").unlink(missing_ok=True)
    model = onnx.load(folder / "torch_gated_17.onnx")
    onnx.save_model(
        model, folder / "external.onnx", save_as_external_data=True, location="external.data", size_threshold=16)
    for name in ("external.onnx", "external.data"):
        folder.joinpath(name).chmod(0o644)
