"""How far numbers are from those that they should be."""

import numpy as np

STEP_DIFFERS = "the step is another one"
# Of an output, and of a step ten times this.
TOLERANCE = 1e-4


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


def check_step(received, before, after, truth, peer, row, wrong):
    """Judges a training step: adds its numbers to a row, and what is wrong to a list.

    `truth` gives the weights before and after the same step in float64; it is called only where the step differs. `peer` is
    who took it.
    """
    names = {name.removeprefix("step/") for name in received if name.startswith("step/")}
    if names != set(after):
        wrong.append(f"other weights are trained: {sorted(names ^ set(after))[:4]}")
        return
    row["step"], where, still = step_distance(received, before, after)
    if still > len(after) / 4:
        wrong.append(f"{still} of {len(after)} tensors hardly move")
    if row["step"] > 10 * TOLERANCE:
        _, exact = truth()
        theirs = whole_distance({f"step/{key}": value for key, value in after.items()}, before, exact)
        ours = whole_distance(received, before, exact)
        row["step64"] = f"{theirs:.0e}, {ours:.0e}"
        if ours > max(10 * TOLERANCE, 3 * theirs):
            wrong.append(f"{STEP_DIFFERS}, {where}: {row['step64']} from {peer} in float64")


def says_nothing(output):
    """Whether all pictures look the same at the end of a network."""
    return np.max(np.abs(output - output[:1])) < 1e-3 * np.max(np.abs(output))
