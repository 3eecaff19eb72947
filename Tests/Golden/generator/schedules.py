"""Learning rates step by step: Keras's schedules, and PyTorch's one-cycle, which Keras does not have."""

import json
import pathlib
import subprocess
import sys

import keras
import numpy as np

from . import environment, golden_file

# File → class of keras.optimizers.schedules, arguments, steps.
_CASES = {
    "piecewise": ("PiecewiseConstantDecay", {"boundaries": [3, 5, 6], "values": [0.1, 0.03, 0.3, 0.01]}, 10),
    "exponential": ("ExponentialDecay", {"initial_learning_rate": 0.1, "decay_steps": 4, "decay_rate": 0.6}, 24),
    "exponential_staircase": ("ExponentialDecay", {
        "initial_learning_rate": 0.1, "decay_steps": 4, "decay_rate": 0.6, "staircase": True}, 24),
    "cosine": ("CosineDecay", {"initial_learning_rate": 0.1, "decay_steps": 20}, 26),
    "cosine_alpha": ("CosineDecay", {"initial_learning_rate": 0.1, "decay_steps": 20, "alpha": 0.05}, 26),
    "cosine_warmup": ("CosineDecay", {
        "initial_learning_rate": 0.001, "decay_steps": 20, "alpha": 0.1, "warmup_target": 0.05, "warmup_steps": 5}, 32),
    "restarts": ("CosineDecayRestarts", {"initial_learning_rate": 0.1, "first_decay_steps": 5}, 40),
    "restarts_equal": ("CosineDecayRestarts", {
        "initial_learning_rate": 0.1, "first_decay_steps": 7, "t_mul": 1.0, "m_mul": 0.8, "alpha": 0.1}, 40),
    "restarts_longer": ("CosineDecayRestarts", {
        "initial_learning_rate": 0.1, "first_decay_steps": 4, "t_mul": 1.5, "m_mul": 0.5, "alpha": 0.01}, 40),
}

_ONE_CYCLES = {
    "one_cycle": {"max_lr": 0.1, "total_steps": 40},
    "one_cycle_linear": {
        "max_lr": 0.5, "total_steps": 33, "pct_start": 0.4, "anneal_strategy": "linear", "div_factor": 10.0,
        "final_div_factor": 100.0},
    "one_cycle_two_steps": {"max_lr": 0.1, "total_steps": 10, "pct_start": 0.2},
}


def make(name):
    class_name, arguments, _ = _CASES[name]
    return getattr(keras.optimizers.schedules, class_name)(**arguments)


def generate(folder):
    environment.fresh()
    for name, (class_name, arguments, steps) in _CASES.items():
        schedule = make(name)
        rates = np.array([float(schedule(step)) for step in range(steps)])
        golden_file.write(folder, name, {"learning_rate": rates}, schedule=class_name, arguments=arguments)
    for name, arguments in _ONE_CYCLES.items():
        result = _one_cycle(arguments)
        golden_file.write(
            folder, name, {"learning_rate": np.array(result["learning_rate"])}, schedule="OneCycleLR",
            arguments=arguments, torch=result["torch"])


def _one_cycle(arguments):
    program = pathlib.Path(__file__).with_name("one_cycle.py")
    return json.loads(subprocess.check_output([sys.executable, program, json.dumps(arguments)], text=True))
