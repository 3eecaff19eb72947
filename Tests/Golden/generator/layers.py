"""Layers one by one: output, gradients of input and weights, and what training updates."""

import keras
import numpy as np
import tensorflow as tf
from keras.src.applications.convnext import LayerScale
from keras.src.applications.inception_resnet_v2 import CustomScaleLayer

from . import environment, formula, golden_file

L = keras.layers

# File → layer, shapes of the inputs (with batch), training.
_CASES = {
    "dense_linear": (lambda: L.Dense(5), [(4, 7)], False),
    "dense_relu": (lambda: L.Dense(6, activation="relu"), [(4, 7)], False),
    "dense_softmax": (lambda: L.Dense(6, activation="softmax"), [(4, 7)], False),
    "dense_no_bias": (lambda: L.Dense(3, use_bias=False), [(4, 7)], False),
    "dense_rank_3": (lambda: L.Dense(5, activation="tanh"), [(2, 3, 4)], False),
    "activation_softmax_rank_4": (lambda: L.Activation("softmax"), [(2, 3, 2, 5)], False),
    "softmax_axis_1": (lambda: L.Softmax(axis=1), [(2, 4, 3)], False),
    "relu_6": (lambda: L.ReLU(max_value=6.0), [(2, 3, 3, 4)], False),
    "flatten": (lambda: L.Flatten(), [(2, 3, 4, 5)], False),
    "reshape": (lambda: L.Reshape((2, -1, 3)), [(2, 4, 6)], False),
    "dropout_inference": (lambda: L.Dropout(0.5), [(3, 8)], False),
    "global_average_pooling2d": (lambda: L.GlobalAveragePooling2D(), [(2, 5, 4, 6)], False),
    "global_average_pooling2d_keepdims": (lambda: L.GlobalAveragePooling2D(keepdims=True), [(2, 5, 4, 6)], False),
    "global_max_pooling2d": (lambda: L.GlobalMaxPooling2D(), [(2, 5, 4, 6)], False),
    "global_max_pooling2d_keepdims": (lambda: L.GlobalMaxPooling2D(keepdims=True), [(2, 5, 4, 6)], False),
    "max_pooling2d": (lambda: L.MaxPooling2D(), [(2, 6, 7, 5)], False),
    "max_pooling2d_same_stride_2": (lambda: L.MaxPooling2D(3, strides=2, padding="same"), [(2, 8, 7, 16)], False),
    "max_pooling2d_uneven": (lambda: L.MaxPooling2D((3, 2), strides=(1, 2)), [(2, 6, 7, 4)], False),
    "average_pooling2d": (lambda: L.AveragePooling2D(2), [(2, 6, 7, 5)], False),
    "average_pooling2d_same_stride_1": (
        lambda: L.AveragePooling2D(3, strides=1, padding="same"), [(2, 5, 6, 16)], False),
    "average_pooling2d_same_stride_2": (
        lambda: L.AveragePooling2D(3, strides=2, padding="same"), [(2, 8, 7, 4)], False),
    "layer_normalization": (lambda: L.LayerNormalization(), [(4, 7)], False),
    "layer_normalization_rank_4": (lambda: L.LayerNormalization(epsilon=1e-6), [(2, 3, 4, 18)], False),
    "layer_normalization_plain": (lambda: L.LayerNormalization(center=False, scale=False), [(2, 3, 5)], False),
    "layer_normalization_no_gamma": (lambda: L.LayerNormalization(scale=False), [(3, 6)], False),
    "normalization_given": (
        lambda: L.Normalization(mean=[0.5, -1, 2, 0], variance=[4, 0.25, 1, 0]), [(2, 3, 2, 4)], False),
    "normalization_given_one": (lambda: L.Normalization(mean=0.5, variance=4.0), [(5, 3)], False),
    "normalization_adapted": (lambda: _adapted((3, 4, 2, 5)), [(2, 4, 2, 5)], False),
    "batch_normalization_training": (lambda: L.BatchNormalization(), [(8, 5)], True),
    "batch_normalization_training_rank_4": (lambda: L.BatchNormalization(), [(2, 3, 4, 5)], True),
    "batch_normalization_training_plain": (
        lambda: L.BatchNormalization(momentum=0.9, epsilon=1e-5, center=False, scale=False), [(8, 5)], True),
    "batch_normalization_inference": (lambda: L.BatchNormalization(), [(8, 5)], False),
    "batch_normalization_inference_rank_4": (lambda: L.BatchNormalization(), [(2, 3, 4, 5)], False),
    "batch_normalization_frozen": (lambda: L.BatchNormalization(trainable=False), [(8, 5)], True),
    "add_2": (lambda: L.Add(), [(2, 3, 4), (2, 3, 4)], False),
    "add_3": (lambda: L.Add(), [(3, 5), (3, 5), (3, 5)], False),
    "multiply_2": (lambda: L.Multiply(), [(2, 3, 4), (2, 3, 4)], False),
    "multiply_3": (lambda: L.Multiply(), [(3, 5), (3, 5), (3, 5)], False),
    "multiply_channels": (lambda: L.Multiply(), [(2, 3, 4, 6), (2, 1, 1, 6)], False),
    "multiply_channels_first": (lambda: L.Multiply(), [(2, 1, 1, 6), (2, 3, 4, 6)], False),
    "multiply_pixels": (lambda: L.Multiply(), [(2, 3, 4, 6), (2, 3, 4, 1)], False),
    "multiply_columns": (lambda: L.Multiply(), [(2, 3, 4, 6), (2, 1, 4, 6)], False),
    "spatial_dropout2d_inference": (lambda: L.SpatialDropout2D(0.5), [(2, 3, 4, 5)], False),
    "dropout_noise_shape_inference": (lambda: L.Dropout(0.5, noise_shape=(None, 1, 1, 1)), [(2, 3, 4, 5)], False),
    "separable_conv2d": (lambda: L.SeparableConv2D(7, 3, padding="same"), [(2, 6, 5, 4)], False),
    "separable_conv2d_multiplier_2": (
        lambda: L.SeparableConv2D(6, 3, strides=2, depth_multiplier=2, activation="relu6", use_bias=False),
        [(2, 8, 7, 4)], False),
    "concatenate": (lambda: L.Concatenate(), [(2, 3, 4), (2, 3, 1), (2, 3, 5)], False),
    "concatenate_axis_1": (lambda: L.Concatenate(axis=1), [(2, 3, 4), (2, 2, 4)], False),
    "zero_padding2d": (lambda: L.ZeroPadding2D(((0, 1), (2, 1))), [(2, 3, 4, 2)], False),
    "cropping2d": (lambda: L.Cropping2D(((1, 0), (2, 1))), [(2, 4, 6, 3)], False),
    "rescaling_channels": (lambda: L.Rescaling([0.5, 2.0, -1.0], offset=[1.0, 0.0, 0.25]), [(2, 3, 4, 3)], False),
    "layer_scale": (lambda: LayerScale(1e-6, 6, name="case_layer_scale"), [(2, 3, 4, 6)], False),
    "custom_scale_layer": (lambda: CustomScaleLayer(0.17), [(2, 3, 4, 5), (2, 3, 4, 5)], False),
    "conv2d_same": (lambda: L.Conv2D(4, 3, padding="same", activation="relu"), [(2, 6, 5, 3)], False),
    "conv2d_same_stride_2_even": (lambda: L.Conv2D(4, 3, strides=2, padding="same"), [(2, 6, 8, 3)], False),
    "conv2d_same_stride_2_odd": (lambda: L.Conv2D(4, 3, strides=2, padding="same"), [(2, 7, 5, 3)], False),
    "conv2d_valid_stride_2": (lambda: L.Conv2D(4, 3, strides=2, use_bias=False), [(2, 7, 8, 3)], False),
    "conv2d_pointwise": (lambda: L.Conv2D(5, 1, use_bias=False), [(2, 4, 3, 6)], False),
    "conv2d_same_stride_2_pointwise": (lambda: L.Conv2D(7, 1, strides=2, padding="same"), [(2, 5, 6, 6)], False),
    "conv2d_same_stride_2_even_wide": (
        lambda: L.Conv2D(32, 3, strides=2, padding="same", use_bias=False), [(2, 8, 8, 16)], False),
    "conv2d_valid_stride_3_rest": (lambda: L.Conv2D(4, (3, 2), strides=(3, 2)), [(2, 8, 7, 3)], False),
    "conv2d_same_5x3": (lambda: L.Conv2D(6, (5, 3), padding="same"), [(2, 6, 7, 4)], False),
    "conv2d_same_dilation_2": (lambda: L.Conv2D(5, 3, padding="same", dilation_rate=2), [(2, 7, 6, 4)], False),
    "conv2d_valid_dilation_2_3": (lambda: L.Conv2D(5, 3, dilation_rate=(2, 3)), [(2, 7, 9, 4)], False),
    "conv2d_groups": (lambda: L.Conv2D(6, 3, padding="same", groups=2), [(2, 5, 6, 4)], False),
    "conv2d_groups_stride_2": (
        lambda: L.Conv2D(32, 3, padding="same", strides=2, groups=4, use_bias=False), [(2, 6, 7, 16)], False),
    "conv2d_relu6": (lambda: L.Conv2D(8, 3, padding="same", activation="relu6"), [(2, 5, 5, 3)], False),
    "conv2d_silu": (lambda: L.Conv2D(8, 1, activation="silu"), [(2, 4, 5, 8)], False),
    "depthwise_conv2d_same": (lambda: L.DepthwiseConv2D(3, padding="same"), [(2, 5, 6, 4)], False),
    "depthwise_conv2d_valid_stride_2": (
        lambda: L.DepthwiseConv2D(3, strides=2, use_bias=False), [(2, 7, 9, 4)], False),
    "depthwise_conv2d_same_stride_2_even": (
        lambda: L.DepthwiseConv2D(3, strides=2, padding="same"), [(2, 6, 8, 4)], False),
    "depthwise_conv2d_same_stride_2_odd_wide": (
        lambda: L.DepthwiseConv2D(3, strides=2, padding="same", use_bias=False), [(2, 7, 5, 18)], False),
    "depthwise_conv2d_same_wide_relu6": (
        lambda: L.DepthwiseConv2D(3, padding="same", activation="relu6"), [(2, 5, 6, 32)], False),
    "depthwise_conv2d_5x5": (lambda: L.DepthwiseConv2D(5, strides=2, padding="same"), [(2, 8, 9, 6)], False),
    "depthwise_conv2d_multiplier_2": (
        lambda: L.DepthwiseConv2D(3, padding="same", depth_multiplier=2), [(2, 5, 6, 4)], False),
    "depthwise_conv2d_multiplier_2_stride_2": (
        lambda: L.DepthwiseConv2D(3, strides=2, depth_multiplier=2, use_bias=False), [(2, 7, 8, 8)], False),
    "conv2d_transpose_valid": (lambda: L.Conv2DTranspose(4, 3), [(2, 4, 5, 3)], False),
    "conv2d_transpose_same_stride_2": (
        lambda: L.Conv2DTranspose(16, 3, strides=2, padding="same", activation="relu"), [(2, 4, 5, 8)], False),
    "conv2d_transpose_same_stride_2_even": (
        lambda: L.Conv2DTranspose(5, 4, strides=2, padding="same", use_bias=False), [(2, 3, 4, 6)], False),
    "conv2d_transpose_valid_stride_3_gap": (lambda: L.Conv2DTranspose(4, 2, strides=3), [(2, 3, 4, 3)], False),
    "conv2d_transpose_output_padding": (
        lambda: L.Conv2DTranspose(4, (3, 5), strides=(2, 3), padding="same", output_padding=(1, 0)),
        [(2, 3, 4, 3)], False),
    "conv2d_transpose_valid_output_padding": (
        lambda: L.Conv2DTranspose(3, 3, strides=2, output_padding=1), [(2, 3, 4, 2)], False),
    "group_normalization": (lambda: L.GroupNormalization(groups=3), [(2, 3, 4, 6)], False),
    "group_normalization_one": (lambda: L.GroupNormalization(groups=1, epsilon=1e-5), [(2, 3, 2, 4)], False),
    "group_normalization_instance": (lambda: L.GroupNormalization(groups=-1, scale=False), [(2, 3, 4, 5)], False),
    "group_normalization_rows": (lambda: L.GroupNormalization(groups=2, center=False), [(3, 6)], False),
    "unit_normalization": (lambda: L.UnitNormalization(), [(4, 7)], False),
    "unit_normalization_axis_1": (lambda: L.UnitNormalization(axis=1), [(2, 3, 4, 5)], False),
    "unit_normalization_axes": (lambda: L.UnitNormalization(axis=[1, 3]), [(2, 3, 4, 5)], False),
    "average_2": (lambda: L.Average(), [(2, 3, 4), (2, 3, 4)], False),
    "average_3": (lambda: L.Average(), [(3, 5), (3, 5), (3, 5)], False),
    "maximum_3": (lambda: L.Maximum(), [(3, 5), (3, 5), (3, 5)], False),
    "minimum_3": (lambda: L.Minimum(), [(3, 5), (3, 5), (3, 5)], False),
    "minimum_repeated": (lambda: L.Minimum(), [(2, 3, 4, 5), (2, 1, 4, 1)], False),
    "subtract": (lambda: L.Subtract(), [(2, 3, 4), (2, 3, 4)], False),
    "subtract_repeated": (lambda: L.Subtract(), [(2, 3, 4, 5), (2, 5)], False),
    "add_repeated": (lambda: L.Add(), [(2, 3, 4, 5), (2, 1, 1, 5), (2, 4, 1)], False),
    "multiply_both_repeated": (lambda: L.Multiply(), [(2, 3, 1, 5), (2, 1, 4, 5)], False),
    "dot_rows": (lambda: L.Dot(axes=1), [(4, 7), (4, 7)], False),
    "dot_cosine": (lambda: L.Dot(axes=-1, normalize=True), [(4, 7), (4, 7)], False),
    "dot_matrices": (lambda: L.Dot(axes=(2, 1)), [(2, 3, 4), (2, 4, 5)], False),
    "dot_same_axis": (lambda: L.Dot(axes=1), [(2, 3, 4), (2, 3, 5)], False),
    "dot_of_ranks": (lambda: L.Dot(axes=(1, 3)), [(2, 4), (2, 3, 5, 4)], False),
    "permute": (lambda: L.Permute((2, 1, 3)), [(2, 3, 4, 5)], False),
    "permute_matrix": (lambda: L.Permute((2, 1)), [(2, 3, 4)], False),
    "permute_rank_5": (lambda: L.Permute((4, 1, 3, 2)), [(2, 3, 4, 2, 5)], False),
    "repeat_vector": (lambda: L.RepeatVector(3), [(2, 4)], False),
    "leaky_relu": (lambda: L.LeakyReLU(), [(2, 3, 3, 4)], False),
    "leaky_relu_0.1": (lambda: L.LeakyReLU(negative_slope=0.1), [(3, 7)], False),
    "elu_2": (lambda: L.ELU(alpha=2.0), [(2, 3, 3, 4)], False),
    "p_re_lu": (lambda: L.PReLU(), [(3, 2, 3, 4)], False),
    "p_re_lu_shared": (lambda: L.PReLU(shared_axes=[1, 2]), [(2, 3, 4, 5)], False),
    "p_re_lu_one": (lambda: L.PReLU(shared_axes=[1, 2, 3]), [(2, 3, 4, 5)], False),
    "relu_all": (lambda: L.ReLU(max_value=5.0, negative_slope=0.25, threshold=1.5), [(2, 3, 3, 4)], False),
    "relu_max": (lambda: L.ReLU(max_value=3.5), [(2, 3, 3, 4)], False),
    "relu_max_1000": (lambda: L.ReLU(max_value=1000.0, negative_slope=0.125), [(2, 3, 3, 4)], False),
    "relu_threshold": (lambda: L.ReLU(threshold=1.0), [(2, 3, 3, 4)], False),
    "relu_slope": (lambda: L.ReLU(negative_slope=0.5), [(2, 3, 3, 4)], False),
    "softmax": (lambda: L.Softmax(), [(3, 7)], False),
    "softmax_axes": (lambda: L.Softmax(axis=[1, 2]), [(2, 3, 4, 5)], False),
    "identity": (lambda: L.Identity(), [(2, 3, 4)], False),
    "max_pooling2d_same_stride_3": (lambda: L.MaxPooling2D((2, 3), strides=3, padding="same"), [(2, 7, 8, 5)], False),
    "average_pooling2d_valid_stride_3": (lambda: L.AveragePooling2D((2, 3), strides=3), [(2, 7, 8, 5)], False),
    "up_sampling2d": (lambda: L.UpSampling2D(), [(2, 3, 4, 5)], False),
    "up_sampling2d_2_3": (lambda: L.UpSampling2D((2, 3)), [(2, 3, 4, 2)], False),
    "up_sampling2d_bilinear": (lambda: L.UpSampling2D((2, 3), interpolation="bilinear"), [(2, 3, 4, 5)], False),
    "up_sampling2d_bicubic": (lambda: L.UpSampling2D(2, interpolation="bicubic"), [(2, 4, 3, 2)], False),
    "resizing_bilinear": (lambda: L.Resizing(5, 9), [(2, 7, 6, 3)], False),
    "resizing_nearest": (lambda: L.Resizing(5, 9, interpolation="nearest"), [(2, 7, 6, 3)], False),
    "resizing_bicubic": (lambda: L.Resizing(5, 9, interpolation="bicubic"), [(2, 7, 6, 3)], False),
    "resizing_lanczos3": (lambda: L.Resizing(5, 12, interpolation="lanczos3"), [(2, 9, 8, 3)], False),
    "resizing_lanczos5": (lambda: L.Resizing(11, 9, interpolation="lanczos5"), [(2, 12, 10, 2)], False),
    "resizing_antialias": (lambda: L.Resizing(4, 3, antialias=True), [(2, 9, 8, 3)], False),
    "resizing_bicubic_antialias": (
        lambda: L.Resizing(4, 3, interpolation="bicubic", antialias=True), [(2, 11, 8, 3)], False),
    "resizing_crop": (lambda: L.Resizing(4, 6, crop_to_aspect_ratio=True), [(2, 7, 8, 3)], False),
    "resizing_pad": (lambda: L.Resizing(6, 4, pad_to_aspect_ratio=True, fill_value=0.5), [(2, 4, 7, 3)], False),
    "adaptive_average_pooling2d": (lambda: L.AdaptiveAveragePooling2D((3, 2)), [(2, 7, 6, 3)], False),
    "adaptive_average_pooling2d_larger": (lambda: L.AdaptiveAveragePooling2D(5), [(2, 3, 4, 2)], False),
    "adaptive_max_pooling2d": (lambda: L.AdaptiveMaxPooling2D((3, 2)), [(2, 7, 6, 3)], False),
    "adaptive_max_pooling2d_larger": (lambda: L.AdaptiveMaxPooling2D(5), [(2, 3, 4, 2)], False),
    "adaptive_max_pooling2d_even": (lambda: L.AdaptiveMaxPooling2D((2, 3)), [(2, 8, 6, 16)], False),
    "center_crop": (lambda: L.CenterCrop(3, 4), [(2, 6, 7, 3)], False),
    "center_crop_larger": (lambda: L.CenterCrop(8, 6), [(2, 6, 9, 3)], False),
    "depthwise_conv2d_dilation_2": (
        lambda: L.DepthwiseConv2D(3, padding="same", dilation_rate=2), [(2, 7, 6, 4)], False),
}

# What does nothing outside of training: result of the same values.
_TRAINING_ONLY = {
    "ActivityRegularization": lambda: L.ActivityRegularization(0.1), "AlphaDropout": lambda: L.AlphaDropout(0.5),
    "AugMix": lambda: L.AugMix(), "CutMix": lambda: L.CutMix(),
    "Equalization": lambda: L.Equalization(), "Solarization": lambda: L.Solarization(),
    "GaussianDropout": lambda: L.GaussianDropout(0.5),
    "GaussianNoise": lambda: L.GaussianNoise(0.5), "MixUp": lambda: L.MixUp(), "RandAugment": lambda: L.RandAugment(),
    "RandomBrightness": lambda: L.RandomBrightness(0.3),
    "RandomColorDegeneration": lambda: L.RandomColorDegeneration(0.5),
    "RandomColorJitter": lambda: L.RandomColorJitter(), "RandomContrast": lambda: L.RandomContrast(0.3),
    "RandomElasticTransform": lambda: L.RandomElasticTransform(), "RandomErasing": lambda: L.RandomErasing(),
    "RandomFlip": lambda: L.RandomFlip(), "RandomGaussianBlur": lambda: L.RandomGaussianBlur(),
    "RandomGrayscale": lambda: L.RandomGrayscale(), "RandomHue": lambda: L.RandomHue(0.2),
    "RandomInvert": lambda: L.RandomInvert(), "RandomPerspective": lambda: L.RandomPerspective(),
    "RandomPosterization": lambda: L.RandomPosterization(4), "RandomRotation": lambda: L.RandomRotation(0.2),
    "RandomSaturation": lambda: L.RandomSaturation(0.3), "RandomSharpness": lambda: L.RandomSharpness(0.3),
    "RandomShear": lambda: L.RandomShear(0.2), "RandomTranslation": lambda: L.RandomTranslation(0.2, 0.2),
    "RandomZoom": lambda: L.RandomZoom(0.2),
}


def _adapted(shape):
    layer = L.Normalization()
    layer.adapt(3 * formula.tensor("adapt", shape, "input") + 1)
    return layer


def generate(folder):
    for name, (make, shapes, training) in _CASES.items():
        environment.fresh()
        _write(folder, name, make(), shapes, training)
    for class_name, make in _TRAINING_ONLY.items():
        environment.fresh()
        layer = make()
        x = np.abs(formula.tensor(class_name, (2, 4, 6, 3), "input"))
        golden_file.write(
            folder, f"training_only_{class_name}", {"input/0": x, "output": layer(x, training=False)},
            class_name=class_name, config=_config(layer), training=False)


def _write(folder, name, layer, shapes, training):
    spread = 8 if isinstance(layer, (L.ReLU, L.LeakyReLU, L.PReLU)) else 2  # So that a clip at 6 is met.
    inputs = [
        tf.Variable(spread * formula.tensor(f"{name}/{index}", shape, "input")) for index, shape in enumerate(shapes)]
    value = (lambda xs: xs[0] + 0 if len(xs) == 1 else [x + 0 for x in xs])
    if not layer.built:
        layer.build(shapes[0] if len(shapes) == 1 else shapes)
    if not isinstance(layer, L.Normalization):
        formula.set_weights(layer)
    tensors = {f"input/{index}": x.numpy() for index, x in enumerate(inputs)}
    tensors |= {f"weight/{_name(v)}": v.numpy() for v in layer.weights}
    with tf.GradientTape() as tape:
        output = layer(value(inputs), training=training)
    upstream = formula.tensor("upstream", tuple(output.shape), "input")
    trainable = layer.trainable_variables
    input_gradients, gradients = tape.gradient(
        output, [inputs, [v.value for v in trainable]], output_gradients=upstream)
    tensors |= {"output": output, "upstream": upstream}
    tensors |= {f"input_gradient/{index}": gradient for index, gradient in enumerate(input_gradients)}
    tensors |= {f"gradient/{_name(v)}": gradient for v, gradient in zip(trainable, gradients)}
    tensors |= {f"updated/{v.name}": v.numpy() for v in layer.weights if v.name.startswith("moving_")}
    golden_file.write(
        folder, name, tensors, class_name=type(layer).__name__, config=_config(layer), training=training)


def _name(variable):
    return formula.variable_name(variable).split("/")[-1]


def _config(layer):
    """The layer's configuration without what no test builds from: initialisers, regularisers, constraints."""
    left_out = ("_initializer", "_regularizer", "_constraint", "dtype", "seed", "synchronized")
    return {key: value for key, value in layer.get_config().items() if not key.endswith(left_out) and value is not None}
