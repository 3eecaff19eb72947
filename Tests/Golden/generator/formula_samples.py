"""A few values of the formula, so that its Swift twin can be held against it."""

from . import formula, golden_file

_TENSORS = {
    "Conv1/kernel": (3, 3, 3, 32),
    "expanded_conv_depthwise/kernel": (3, 3, 32, 1),
    "predictions/kernel": (1280, 1000),
    "predictions/bias": (1000,),
    "bn_Conv1/gamma": (32,),
    "bn_Conv1/beta": (32,),
    "bn_Conv1/moving_mean": (32,),
    "bn_Conv1/moving_variance": (32,),
    "input": (2, 4, 4, 3),
}


def generate(folder):
    shapes = {name: list(shape) for name, shape in _TENSORS.items()}
    keys = {name: f"{formula.key(name):016x}" for name in _TENSORS}
    samples = {name: formula.tensor(name, shape).ravel()[:16] for name, shape in _TENSORS.items()}
    golden_file.write(folder, "formula_samples", samples, shapes=shapes, keys=keys)
