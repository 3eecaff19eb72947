"""Makes the golden files that Graft's tests compare themselves with. See ../README.md."""

import os

# TensorFlow and torch's compiler do not live in one process: what needs the latter says so.
if os.environ.get("GOLDEN_ENGINE") != "torch":
    from . import environment  # First of all: it sets what Keras and TensorFlow read when they are imported.
