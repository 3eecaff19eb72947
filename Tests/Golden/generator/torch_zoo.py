"""Starts torch_cases.py in a process of its own: TensorFlow and torch's compiler do not live in one."""

import os
import pathlib
import subprocess
import sys


def generate(folder):
    subprocess.run(
        [sys.executable, "-m", "generator.torch_cases", str(folder)], check=True,
        cwd=pathlib.Path(__file__).parent.parent, env=os.environ | {"GOLDEN_ENGINE": "torch"})
