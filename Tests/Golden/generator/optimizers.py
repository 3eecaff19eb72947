"""Ten steps of every optimizer and option on three small variables: weights after each, and what is remembered at the end."""

import keras
import numpy as np

from . import environment, formula, golden_file, schedules

_SHAPES = {"kernel": (5, 4), "bias": (4,), "gamma": (4,)}
_STEPS = 10

# File → class, arguments. `spares` stands for exclude_from_weight_decay of all names but kernel.
_CASES = {
    "sgd": ("SGD", {"learning_rate": 0.01}),
    "sgd_momentum": ("SGD", {"learning_rate": 0.01, "momentum": 0.9}),
    "sgd_nesterov": ("SGD", {"learning_rate": 0.01, "momentum": 0.9, "nesterov": True}),
    "sgd_weight_decay": ("SGD", {"learning_rate": 0.1, "momentum": 0.5, "weight_decay": 0.2}),
    "sgd_clipnorm": ("SGD", {"learning_rate": 0.1, "clipnorm": 1.5}),
    "sgd_clipvalue": ("SGD", {"learning_rate": 0.1, "momentum": 0.9, "clipvalue": 0.5}),
    "sgd_global_clipnorm": ("SGD", {"learning_rate": 0.1, "momentum": 0.9, "global_clipnorm": 2.0}),
    "sgd_ema": ("SGD", {"learning_rate": 0.01, "use_ema": True, "ema_momentum": 0.8}),
    "rmsprop": ("RMSprop", {"learning_rate": 0.001}),
    "rmsprop_momentum": ("RMSprop", {"learning_rate": 0.01, "rho": 0.8, "momentum": 0.9, "epsilon": 1e-5}),
    "rmsprop_centered": ("RMSprop", {"learning_rate": 0.01, "centered": True, "clipnorm": 3.0}),
    "rmsprop_centered_momentum": ("RMSprop", {"learning_rate": 0.01, "momentum": 0.7, "centered": True}),
    "adam": ("Adam", {"learning_rate": 0.001}),
    "adam_betas": ("Adam", {"learning_rate": 0.01, "beta_1": 0.8, "beta_2": 0.95, "epsilon": 1e-3}),
    "adam_amsgrad": ("Adam", {"learning_rate": 0.01, "beta_2": 0.7, "amsgrad": True}),
    "adam_clipnorm": ("Adam", {"learning_rate": 0.01, "clipnorm": 0.5}),
    "adam_global_clipnorm": ("Adam", {"learning_rate": 0.01, "global_clipnorm": 0.5}),
    "adam_clipvalue": ("Adam", {"learning_rate": 0.01, "clipvalue": 0.1}),
    "adam_ema_overwrite": ("Adam", {
        "learning_rate": 0.01, "use_ema": True, "ema_momentum": 0.9, "ema_overwrite_frequency": 3}),
    "adamw": ("AdamW", {"learning_rate": 0.01}),
    "adamw_spared": ("AdamW", {"learning_rate": 0.01, "weight_decay": 0.5, "spares": True}),
    "adamw_cosine": ("AdamW", {"learning_rate": "cosine_warmup", "weight_decay": 0.1, "global_clipnorm": 1.0}),
    "sgd_exponential": ("SGD", {"learning_rate": "exponential", "momentum": 0.9}),
    "rmsprop_piecewise": ("RMSprop", {"learning_rate": "piecewise"}),
}


def generate(folder):
    for name, (class_name, arguments) in _CASES.items():
        single = _run("float32", class_name, arguments)
        double = _run("float64", class_name, arguments)
        golden_file.write(
            folder, name, single, optimizer=class_name, arguments=arguments, steps=_STEPS,
            float64_deviation=golden_file.deviation(single, double))


def _gradient(step, name):
    """The formula's numbers, with scales from 10⁻³ to 10³ among the elements; every third step is small as a whole."""
    values = formula.tensor(f"gradient {step}/{name}", _SHAPES[name], "input")
    scales = np.float32(10) ** (np.arange(values.size) % 7 - 3).astype(np.float32)
    factor = np.float32(0.001 if step % 3 == 2 else 1)
    return values * scales.reshape(values.shape) * factor


def _run(floatx, class_name, arguments):
    environment.fresh(floatx)
    arguments = dict(arguments)
    spares = arguments.pop("spares", False)
    if isinstance(arguments["learning_rate"], str):
        arguments["learning_rate"] = schedules.make(arguments["learning_rate"])
    optimizer = getattr(keras.optimizers, class_name)(**arguments)
    if spares:
        optimizer.exclude_from_weight_decay(var_names=["bias", "gamma"])
    variables = {
        name: keras.Variable(formula.tensor(f"weights/{name}", shape, "input"), dtype=floatx, name=name)
        for name, shape in _SHAPES.items()}
    weights = {f"weights/{name}": [] for name in variables}
    rates = []
    for step in range(_STEPS):
        rates.append(float(optimizer.learning_rate))
        optimizer.apply_gradients(
            [(keras.ops.convert_to_tensor(_gradient(step, name), dtype=floatx), v) for name, v in variables.items()])
        for name, variable in variables.items():
            weights[f"weights/{name}"].append(np.array(variable))
    tensors = {name: np.stack(values) for name, values in weights.items()} | {"learning_rate": np.array(rates)}
    for variable in optimizer.variables:
        for name in variables:
            if variable.name.startswith(f"{name}_"):
                tensors[f"slot/{variable.name.removeprefix(name + '_')}/{name}"] = np.array(variable)
    if arguments.get("use_ema"):
        optimizer.finalize_variable_values(list(variables.values()))
        tensors |= {f"final/{name}": np.array(variable) for name, variable in variables.items()}
    return tensors
