"""What Keras's callbacks do, epoch by epoch, and what its files and TensorBoard's look like."""

import pathlib
import tempfile

import keras
import numpy as np

from . import environment, golden_file

_FALLING = [1.0, 0.8, 0.7, 0.71, 0.72, 0.69, 0.7, 0.75, 0.8, 0.9, 0.95, 0.6]
_STAIRS = [0.9, 0.9, 0.8999, 0.8, 0.79, 0.795, 0.79, 0.78, 0.785, 0.9, 0.91, 0.92]
_RISING = [0.1, 0.3, 0.5, 0.49, 0.5, 0.6, 0.55, 0.58, 0.59, 0.6, 0.6, 0.6]

_EARLY_STOPPING = {
    "defaults": ("val_loss", _FALLING, {}),
    "patience": ("val_loss", _FALLING, {"patience": 2}),
    "patience_3": ("val_loss", _FALLING, {"patience": 3, "restore_best_weights": True}),
    "restore_without_stop": ("val_loss", _FALLING[:-1], {"patience": 20, "restore_best_weights": True}),
    "min_delta": ("val_loss", _STAIRS, {"patience": 2, "min_delta": 0.05, "restore_best_weights": True}),
    "baseline": ("val_loss", _FALLING, {"patience": 4, "baseline": 0.65, "restore_best_weights": True}),
    "baseline_reached": ("val_loss", _FALLING, {"patience": 3, "baseline": 0.75, "restore_best_weights": True}),
    "start_from_epoch": (
        "val_loss", _FALLING, {"patience": 1, "start_from_epoch": 3, "restore_best_weights": True}),
    "accuracy_auto": ("val_accuracy", _RISING, {"patience": 3, "restore_best_weights": True}),
    "accuracy_max": ("accuracy", _RISING, {"patience": 3, "mode": "max", "min_delta": 0.02}),
    "loss_max": ("val_loss", _FALLING, {"patience": 2, "mode": "max"}),
    "near_float32": ("val_loss", [0.5, 0.5 - 1e-9, 0.5 - 2e-9, 0.5 - 1e-6, 0.4], {"patience": 2}),
}
_REDUCE = {
    "defaults": ("val_loss", _STAIRS + [0.9] * 14, {}),
    "patience": ("val_loss", _FALLING, {"patience": 2, "factor": 0.5}),
    "cooldown": ("val_loss", _FALLING + [0.9] * 8, {"patience": 2, "factor": 0.5, "cooldown": 2}),
    "minimum": ("val_loss", [1.0] * 12, {"patience": 1, "factor": 0.2, "min_lr": 0.001}),
    "min_delta": ("val_loss", _STAIRS, {"patience": 2, "factor": 0.3, "min_delta": 0.05}),
    "accuracy": ("val_accuracy", _RISING, {"patience": 2, "factor": 0.1}),
    "accuracy_min": ("val_accuracy", _RISING, {"patience": 3, "factor": 0.1, "mode": "min"}),
}


def generate(folder):
    environment.fresh()
    for name, (monitor, values, arguments) in _EARLY_STOPPING.items():
        _early_stopping(folder, f"early_stopping_{name}", monitor, values, arguments)
    for name, (monitor, values, arguments) in _REDUCE.items():
        _reduce(folder, f"reduce_on_plateau_{name}", monitor, values, arguments)
    _csv(folder)
    _tensorboard(folder)


def _model():
    """One weight, so that it can be seen which epoch's weights are there."""
    inputs = keras.Input((1,))
    model = keras.Model(inputs, keras.layers.Dense(1, use_bias=False)(inputs))
    model.compile(optimizer=keras.optimizers.SGD(0.01), loss="mse", metrics=["accuracy"])
    model.train_on_batch(np.zeros((1, 1)), np.zeros((1, 1)))
    return model


def _early_stopping(folder, name, monitor, values, arguments):
    model = _model()
    callback = keras.callbacks.EarlyStopping(monitor=monitor, **arguments)
    callback.set_model(model)
    model.stop_training = False
    callback.on_train_begin()
    wait, best = [], []
    for epoch, value in enumerate(values):
        model.set_weights([np.array([[epoch + 1]])])
        callback.on_epoch_end(epoch, {monitor: value})
        wait.append(callback.wait)
        best.append(np.nan if callback.best is None else callback.best)
        if model.stop_training:
            break
    callback.on_train_end()
    golden_file.write(
        folder, name, {"wait": wait, "best": np.nan_to_num(best, nan=-1)}, monitor=monitor, values=values,
        arguments=arguments, epochs_run=len(wait), stopped=bool(model.stop_training),
        weights_of_epoch=int(model.get_weights()[0][0, 0]))


def _reduce(folder, name, monitor, values, arguments):
    model = _model()
    callback = keras.callbacks.ReduceLROnPlateau(monitor=monitor, **arguments)
    callback.set_model(model)
    callback.on_train_begin()
    rates, wait, cooldown = [], [], []
    for epoch, value in enumerate(values):
        callback.on_epoch_end(epoch, {monitor: value})
        rates.append(float(model.optimizer.learning_rate))
        wait.append(callback.wait)
        cooldown.append(callback.cooldown_counter)
    golden_file.write(
        folder, name, {"learning_rate": rates, "wait": wait, "cooldown": cooldown}, monitor=monitor, values=values,
        arguments=arguments, initial_learning_rate=float(np.float32(0.01)))


def _csv(folder):
    first = [{"loss": 0.5, "accuracy": 0.25}, {"loss": 1e-05, "accuracy": 0.1 + 0.2, "late": 3.0}]
    second = [{"val_loss": 1.5, "loss": 0.125, "val_accuracy": 1.0, "accuracy": 12345678.0}, {"loss": 2.0}]

    def run(path, logs, start=0, **arguments):
        callback = keras.callbacks.CSVLogger(str(path), **arguments)
        callback.set_model(_model())
        callback.on_train_begin()
        for epoch, values in enumerate(logs, start):
            callback.on_epoch_end(epoch, values)
        callback.on_train_end()

    with tempfile.TemporaryDirectory() as directory:
        path = pathlib.Path(directory) / "log.csv"
        run(path, second)
        golden_file.write_bytes(folder, "csv_with_validation.csv", path.read_bytes())
        run(path, first)
        golden_file.write_bytes(folder, "csv.csv", path.read_bytes())
        run(path, first, start=2, append=True)
        golden_file.write_bytes(folder, "csv_appended.csv", path.read_bytes())
        run(path, second, separator=";")
        golden_file.write_bytes(folder, "csv_semicolon.csv", path.read_bytes())


def _tensorboard(folder):
    """An event file as TensorFlow's own writer frames it, of events that protobuf itself encodes."""
    import tensorflow as tf
    from tensorboard.compat.proto import event_pb2, summary_pb2

    events = [event_pb2.Event(wall_time=1700000000.25, file_version="brain.Event:2")]
    for step, tag, value in [
            (0, "epoch_loss", 0.75), (0, "epoch_accuracy", 0.1), (1, "epoch_loss", -1.5e-8), (300, "batch_loss", 1e30)]:
        summary = summary_pb2.Summary(value=[summary_pb2.Summary.Value(tag=tag, simple_value=value)])
        events.append(event_pb2.Event(wall_time=1700000001.5 + step, step=step, summary=summary))
    with tempfile.TemporaryDirectory() as directory:
        path = str(pathlib.Path(directory) / "events")
        with tf.io.TFRecordWriter(path) as writer:
            for event in events:
                writer.write(event.SerializeToString())
        golden_file.write_bytes(folder, "tensorboard.tfevents", pathlib.Path(path).read_bytes())
