"""Sets Keras up so that a run gives the same bits every time. The package imports this before all else.

oneDNN is switched off in TensorFlow: Graft computes on oneDNN itself, and an oracle should not share the library that it
judges. What remains is Eigen, one thread, deterministic operations, no XLA (Keras turns it off with determinism on).

With GOLDEN_ENGINE=defaults TensorFlow stays as it comes: for measuring what that changes, never for golden data.
"""

import os

os.environ["KERAS_BACKEND"] = "tensorflow"
_IS_DEFAULT = os.environ.get("GOLDEN_ENGINE") == "defaults"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "1" if _IS_DEFAULT else "0"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras  # noqa: E402
import numpy  # noqa: E402
import tensorflow  # noqa: E402

if not _IS_DEFAULT:
    tensorflow.config.threading.set_intra_op_parallelism_threads(1)
    tensorflow.config.threading.set_inter_op_parallelism_threads(1)
    tensorflow.config.experimental.enable_op_determinism()


def versions():
    """What made a file: written into its metadata."""
    return {"keras": keras.__version__, "tensorflow": tensorflow.__version__, "numpy": numpy.__version__}


def fresh(floatx="float32"):
    """Forgets all layers, so that automatic names start again, and sets seed and precision."""
    keras.utils.clear_session()
    keras.utils.set_random_seed(1)
    keras.config.set_floatx(floatx)
