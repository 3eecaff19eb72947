"""How far numbers are from those that they should be."""

import numpy as np


def output_distance(received, expected):
    """The largest distance: relative to the element where it is large, else to 1, or to the largest of all if less."""
    expected = np.asarray(expected, np.float64)
    floor = min(1.0, np.max(np.abs(expected)))
    return float(np.max(np.abs(received - expected) / np.maximum(floor, np.abs(expected))))


def step_distance(received, before, after):
    """The largest distance of a weight after the step, as a part of the longest move in its tensor; and where.

    Of tensors that hardly move nothing can be said: their number comes third.
    """
    worst = (0.0, "")
    still = 0
    for name, expected in after.items():
        move = np.max(np.abs(expected.astype(np.float64) - before[name]))
        # A weight is rounded when it is stored: that is not the step's.
        rounding = np.spacing(np.max(np.abs(expected)).astype(np.float32))
        if move < 1000 * rounding:
            still += 1
            continue
        away = np.max(np.abs(received[f"step/{name}"].astype(np.float64) - expected)) - rounding
        if away > 0:
            worst = max(worst, (float(away / move), name))
    return *worst, still


def whole_distance(received, before, after):
    """The distance of all trained weights together, as a part of the step's length."""
    def total(differences):
        return sum(float(np.sum(np.square(part, dtype=np.float64))) for part in differences) ** 0.5

    away = total(received[f"step/{name}"].astype(np.float64) - value for name, value in after.items())
    return away / total(value.astype(np.float64) - before[name] for name, value in after.items())


def number(value):
    """A distance for a table."""
    return "" if value is None else f"{value:.0e}"
