"""Tensors from a formula that this generator and Graft's tests both compute, bit for bit.

The Swift twin is Tests/GraftTestSupport/FormulaTensor.swift. ../README.md states the formula.
"""

import math

import numpy as np

_GOLDEN_RATIO = np.uint64(0x9E3779B97F4A7C15)


def key(name):
    """FNV-1a, 64 bits, of the UTF-8 name."""
    value = 0xCBF29CE484222325
    for byte in name.encode("utf-8"):
        value = ((value ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return value


def uniform(name, count):
    """`count` float64 values in [-1, 1): splitmix64 of a counter that starts at the name's key."""
    with np.errstate(over="ignore"):
        z = np.uint64(key(name)) + np.arange(1, count + 1, dtype=np.uint64) * _GOLDEN_RATIO
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(40)).astype(np.float64) * 2.0**-23 - 1.0


def role(name):
    """The role of a variable, from its name `<layer>/<variable>`."""
    layer, _, variable = name.rpartition("/")
    is_depthwise = layer.endswith(("depthwise", "dwconv", "dwconv2")) or layer.startswith("conv_dw_")
    if variable == "depthwise_kernel" or (variable == "kernel" and is_depthwise):
        return "depthwise_kernel"
    if variable == "bias" and layer.endswith(("se_expand", "squeeze_excite_conv_1")):
        return "gate_bias"
    return "kernel" if variable == "pointwise_kernel" else variable


def center_and_scale(role, shape, gain=1.0):
    """The middle and the half width of the interval that a role's values fill; `gain` multiplies that of kernels.

    With 6 for 4 (He's bound) a random MobileNetV2 amplifies float32 rounding to 3e-4 in its output, more than the
    tests allow; with 4 activations keep their spread, relu6 still clips, and rounding stays near 1e-5.
    """
    match role:
        case "kernel":
            return 0.0, gain * math.sqrt(4.0 / math.prod(shape[:-1]))
        case "depthwise_kernel":
            return 0.0, gain * math.sqrt(4.0 / math.prod(shape[:-2]))
        case "alpha":
            return 0.25, 0.2
        case "bias" | "beta" | "moving_mean":
            return 0.0, 0.1
        case "gate_bias":
            return 2.0, 0.1
        case "gamma":
            return 1.0, 0.2
        case "moving_variance" | "variance":
            return 1.0, 0.4
        case "mean":
            return 0.4, 0.1
        case "input":
            return 0.0, 1.0
        case "pixels":
            return 127.5, 127.5
    raise ValueError(f"No formula for the role {role!r}.")


def tensor(name, shape, role_name=None, gain=1.0):
    """The tensor of that name as float32; its role follows from the name unless given."""
    center, scale = center_and_scale(role_name or role(name), shape, gain)
    return (center + scale * uniform(name, math.prod(shape))).astype(np.float32).reshape(shape)


def pictures(count, height, width, takes_pixels=False, patch=8):
    """Noise on coarse patches: pictures of noise alone are all alike once they are averaged."""
    role = "pixels" if takes_pixels else "input"
    rows, columns = -(-height // patch), -(-width // patch)
    noise = tensor("noise", (count, height, width, 3), role)
    patches = tensor("patches", (count, rows, columns, 3), role).repeat(patch, axis=1).repeat(patch, axis=2)
    return np.float32(0.5) * (noise + patches[:, :height, :width])


def set_weights(model, gain=1.0):
    """Gives every variable of a model its formula's value, whatever layer it lies in."""
    for variable in model.weights:
        name = variable_name(variable)
        if not name.endswith("/count"):  # Of Normalization: nothing reads it.
            variable.assign(tensor(name, tuple(variable.shape), gain=gain))


def variable_name(variable):
    """`<layer>/<variable>`."""
    layer, name = variable.path.split("/")[-2:]
    # Keras gives LayerScale's only variable no name.
    return f"{layer}/gamma" if layer.endswith("_layer_scale") else f"{layer}/{name}"
