#!/usr/bin/env python3
"""Runs interop.py, or the script beside it that is named, with what its requirements pin, in a virtual environment of its own."""

import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "Benchmarks"))

from environment import python_with  # noqa: E402

if __name__ == "__main__":
    if sys.argv[1:2] == ["onnx_bases.py"]:
        script, requirements, venv = "onnx_bases.py", "requirements-onnx.txt", ".venv-onnx"
        arguments = sys.argv[2:]
    else:
        script, requirements, venv, arguments = "interop.py", "requirements.txt", ".venv", sys.argv[1:]
    python = python_with(HERE / requirements, HERE / venv)
    sys.exit(subprocess.run([python, HERE / script, *arguments], check=False).returncode)
