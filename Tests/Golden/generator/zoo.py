"""One small network of every family of keras.applications, with weights from the formula: layers' names, pooled features, and
of some the weights after a training step. Tests/Fidelity has all of them."""

from . import environment

import keras
import numpy as np

from . import formula, golden_file

CLASSES = 5
RATE = 0.1

# (constructor, side, whether it takes pixels, gain of kernels, further arguments, first layer that is trained for a step).
# The gains keep values near 1 and pictures told apart, without statistics that would have to be stored.
_CASES = [
    ("MobileNet", 64, False, 1.25, dict(alpha=0.25), None),
    ("MobileNetV3Small", 64, True, 1.2, {}, "expanded_conv_10_expand"),
    ("EfficientNetB0", 64, True, 1.22, {}, "block7a_expand_conv"),
    ("EfficientNetV2B0", 64, True, 1.03, {}, None),
    ("ResNet50", 64, False, 0.9, {}, None),
    ("ResNet50V2", 64, False, 0.9, {}, None),
    ("DenseNet121", 64, False, 1.1, {}, None),
    ("VGG16", 64, False, 1.1, {}, None),
    ("InceptionV3", 107, False, 1.2, {}, None),
    ("InceptionResNetV2", 107, False, 1.05, {}, None),
    ("Xception", 71, False, 0.9, {}, None),
    ("NASNetMobile", 64, False, 0.9, {}, None),
    ("ConvNeXtTiny", 64, True, 1.0, {}, "convnext_tiny_stage_3_block_2_depthwise_conv"),
]
# So many elements of each trained weight are stored, the first ones.
_STORED = 300


def generate(folder):
    for constructor, side, takes_pixels, gain, arguments, first in _CASES:
        images = formula.pictures(2, side, side, takes_pixels)
        single, names, parameters = _outputs("float32", constructor, side, gain, arguments, images, first)
        double, _, _ = _outputs("float64", constructor, side, gain, arguments, images, first)
        golden_file.write(
            folder, constructor, single, constructor=constructor, side=side, takes_pixels=takes_pixels, gain=gain,
            arguments=arguments, layers=names, parameters=parameters, first=first, classes=CLASSES,
            learning_rate=RATE, labels=labels(2), float64_deviation=golden_file.deviation(single, double))


def _outputs(floatx, constructor, side, gain, arguments, images, first):
    environment.fresh(floatx)
    base = getattr(keras.applications, constructor)(
        weights=None, include_top=False, pooling="avg", input_shape=(side, side, 3), **arguments)
    formula.set_weights(base, gain)
    finalize(base)
    images = images.astype(floatx)
    tensors = {"output": base.predict(images, verbose=0)}
    if first:
        _, after = one_step(base, images, first)
        tensors |= {f"step/{name}": value.ravel()[:_STORED] for name, value in after.items()}
    return tensors, [operation.name for operation in base.operations], base.count_params()


def leaves(model):
    """All layers that are no models."""
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            yield from leaves(layer)
        else:
            yield layer


def finalize(model):
    """Normalization computes with what it made of its variables when it was last told so."""
    for layer in leaves(model):
        if isinstance(layer, keras.layers.Normalization) and layer.input_mean is None:
            layer.finalize_state()


def labels(count):
    return [index * 7 % CLASSES for index in range(count)]


def one_step(base, images, first):
    """The trained weights before and after one step of SGD, by `<layer>/<variable>`.

    All from the layer `first` on is trained, batch normalisations left out, under a new head; nothing is dropped.
    """
    head = keras.layers.Dense(CLASSES, activation="softmax", name="fidelity_head")
    model = keras.Model(base.input, head(base.output))
    for variable in head.weights:
        name = formula.variable_name(variable)
        variable.assign(formula.tensor(name, tuple(variable.shape)))
    is_frozen = True
    for layer in leaves(base):
        is_frozen = is_frozen and layer.name != first
        layer.trainable = not is_frozen and not isinstance(layer, keras.layers.BatchNormalization)
        if isinstance(layer, keras.layers.Dropout):
            layer.rate = 0.0
    model.compile(
        optimizer=keras.optimizers.SGD(RATE), loss="sparse_categorical_crossentropy", jit_compile=False)
    before = {formula.variable_name(v): v.numpy().copy() for v in model.trainable_variables}
    model.train_on_batch(images, np.array(labels(len(images))))
    return before, {formula.variable_name(v): v.numpy() for v in model.trainable_variables}
