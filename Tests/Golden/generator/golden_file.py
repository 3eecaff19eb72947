"""Writes golden files: one `.safetensors` per case, float32, parameters as JSON under the metadata key `case`."""

import json
import pathlib

import numpy as np
from safetensors.numpy import save_file


def write(folder, name, tensors, versions=None, **case):
    """Writes `<folder>/<name>.safetensors`. Everything but tensors must be JSON."""
    if versions is None:
        # Not at the top: TensorFlow and torch's compiler do not live in one process.
        from . import environment

        versions = environment.versions()
    path = pathlib.Path(folder) / f"{name}.safetensors"
    path.parent.mkdir(parents=True, exist_ok=True)
    arrays = {key: np.ascontiguousarray(np.asarray(value), dtype=np.float32) for key, value in tensors.items()}
    case = {"name": name} | case | {"versions": versions}
    save_file(arrays, path, metadata={"case": json.dumps(case, sort_keys=True)})
    path.chmod(0o644)


def write_text(folder, name, text):
    """Writes a text file beside the cases."""
    path = pathlib.Path(folder) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def deviation(single, double):
    """The largest absolute distance of each float32 tensor from the same computation in float64."""
    return {key: float(np.max(np.abs(np.asarray(single[key], np.float64) - double[key]))) for key in double}


def write_bytes(folder, name, data):
    """Writes a file of its own kind beside the cases."""
    path = pathlib.Path(folder) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
