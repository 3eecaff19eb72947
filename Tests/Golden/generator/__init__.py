"""Makes the golden files that Graft's tests compare themselves with. See ../README.md."""

from . import environment  # First of all: it sets what Keras and TensorFlow read when they are imported.
