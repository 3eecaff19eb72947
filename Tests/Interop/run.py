#!/usr/bin/env python3
"""Runs interop.py with what requirements.txt pins, in a virtual environment of its own beside it."""

import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "Benchmarks"))

from environment import python_with  # noqa: E402

if __name__ == "__main__":
    python = python_with(HERE / "requirements.txt", HERE / ".venv")
    sys.exit(subprocess.run([python, HERE / "interop.py", *sys.argv[1:]], check=False).returncode)
