"""The models that the project started from, with Keras' summaries, weights on the grid, and outputs in double."""

import zlib

import keras
import numpy as np

from golden import layers, tensors

GRID_HEAD = 0.5  # bound of the heads' weights


def models():
    return [*_lstm5_dense2(), *_gru16(), *_rnn200_dense()]


def _random(name):
    return np.random.Generator(np.random.PCG64(zlib.crc32(name.encode())))


def _recurrent_weights(random, features, units, gates, kernel, recurrent, bias, reset_after=False):
    columns = gates * units
    return {"kernel": tensors.on_grid(random, (features, columns), kernel),
            "recurrent_kernel": tensors.on_grid(random, (units, columns), recurrent),
            "bias": tensors.on_grid(random, (2, columns) if reset_after else (columns,), bias)}


def _summary(build):
    """The text of the model as users build it, in float; `build` is called on a Keras that counts names anew."""
    keras.config.set_floatx("float32")
    keras.backend.clear_session()
    printed = []
    build().summary(print_fn=lambda text, **_: printed.append(text))
    keras.config.set_floatx("float64")
    return "".join(printed)


def _outputs(build, weights, inputs):
    """name -> array of every output layer, with the weights set layer by layer."""
    keras.backend.clear_session()
    model = build()
    for name in {key.split("/")[0]: None for key in weights}:
        model.get_layer(name).set_weights(
            [weights[key] for key in weights if key.startswith(name + "/")])
    results = model(inputs)
    if isinstance(model, keras.Sequential):
        return {model.layers[-1].name: layers.double(results)}
    return dict(zip(model.output_names, map(layers.double, results)))


def _entry(model, why, summary, weights, given, expected, **fields):
    def written(array):
        on_grid = np.array_equal(array * tensors.SCALE, np.rint(array * tensors.SCALE))
        return tensors.grid_json(array) if on_grid else tensors.real_json(array)

    return {"model": model, "why": why, **fields, "summary": summary,
            "weights": {name: written(array) for name, array in weights.items()},
            "given": {name: tensors.grid_json(array) for name, array in given.items()},
            "expected": expected}


def _real(outputs):
    return {name: tensors.real_json(array) for name, array in outputs.items()}


def _lstm5_dense2():
    def build(time_steps=None, with_states=False):
        constant = keras.initializers.Constant(0.1)
        x = keras.Input((time_steps, 4), name="input_layer")
        states = [keras.Input((5,), name=name) for name in ("initial_h", "initial_c")] if with_states else []
        h = keras.layers.LSTM(5, return_sequences=True, name="lstm")(x, initial_state=states or None)
        dense = keras.layers.Dense(2, kernel_initializer=constant, name="dense")(h)
        distributed = keras.layers.TimeDistributed(
            keras.layers.Dense(2, kernel_initializer=constant), name="time_distributed")(h)
        return keras.Model([x, *states] if states else x, [dense, distributed])

    name = "seed:lstm5-dense2"
    random = _random(name)
    weights = {f"lstm/{key}": array
               for key, array in _recurrent_weights(random, 4, 5, 4, 0.75, 0.7, 0.75).items()}
    for head in ("dense", "time_distributed"):
        # 0.1 is on no grid of halves: this is the float nearest to it, which double holds as well.
        weights[f"{head}/kernel"] = np.full((5, 2), np.float64(np.float32(0.1)))
        weights[f"{head}/bias"] = np.zeros(2)
    x = np.ones((1, 3, 4))
    states = {key: tensors.on_grid(random, (1, 5), bound) for key, bound in (("initial_h", 1.0), ("initial_c", 1.5))}
    summary = _summary(build)
    # The number of steps is given: TimeDistributed with an unknown one goes wrong on TensorFlow.
    yield _entry(name, "Two heads on one LSTM, from zero states.", summary, weights, {"input": x},
                 _real(_outputs(lambda: build(3), weights, x)))
    yield _entry(name, "Two heads on one LSTM, from given states.", summary, weights, {"input": x, **states},
                 _real(_outputs(lambda: build(3, True), weights, [x, *states.values()])))


def _gru16():
    def builder(style, reset_after):
        def build():
            head = keras.layers.TimeDistributed(keras.layers.Dense(8), name="time_distributed") \
                if style == "td" else keras.layers.Dense(8, name="dense")
            return keras.Sequential([
                keras.Input((64, 15), name="input_layer"),
                keras.layers.GRU(16, return_sequences=style != "last", reset_after=reset_after, name="gru"),
                head, keras.layers.Activation("softmax", name="activation")])
        return build

    whys = {"td": "TimeDistributed(Dense) on every step: the same numbers as seed:gru16-dense.",
            "dense": "Dense on every step: the same numbers as seed:gru16-td.",
            "last": "Dense on the last step of the same GRU."}
    for reset_after in (True, False):
        # Kernels, biases and input are those of all three styles, so that the styles can be compared.
        random = _random(f"seed:gru16/reset_after:{int(reset_after)}")
        gru = _recurrent_weights(random, 15, 16, 3, 0.4, 0.4, 0.5, reset_after)
        head = {"kernel": tensors.on_grid(random, (16, 8), 3 * GRID_HEAD),
                "bias": tensors.on_grid(random, (8,), GRID_HEAD)}
        x = tensors.on_grid(random, (4, 64, 15), 2.0)
        for style, why in whys.items():
            head_name = "time_distributed" if style == "td" else "dense"
            weights = {**{f"gru/{key}": array for key, array in gru.items()},
                       **{f"{head_name}/{key}": array for key, array in head.items()}}
            build = builder(style, reset_after)
            yield _entry(f"seed:gru16-{style}", why, _summary(build), weights, {"input": x},
                         _real(_outputs(build, weights, x)), reset_after=reset_after)


def _rnn200_dense():
    def build(with_hidden=False):
        x = keras.Input((700, 1), name="input_layer")
        h = keras.layers.SimpleRNN(200, return_sequences=True, name="simple_rnn")(x)
        distributed = keras.layers.TimeDistributed(keras.layers.Dense(1), name="time_distributed")(h)
        dense = keras.layers.Dense(1, name="dense")(h)
        return keras.Model(x, [distributed, dense, *([h] if with_hidden else [])])

    name = "seed:rnn200-dense"
    random = _random(name)
    # 0.1 bounds the spectral radius near 0.1 * sqrt(200 / 3) = 0.8: it forgets, as trained networks do.
    weights = {f"simple_rnn/{key}": array
               for key, array in _recurrent_weights(random, 1, 200, 1, 0.5, 0.1, 0.3).items()}
    kernel, bias = tensors.on_grid(random, (200, 1), GRID_HEAD / 5), tensors.on_grid(random, (1,), GRID_HEAD)
    for head in ("time_distributed", "dense"):
        weights |= {f"{head}/kernel": kernel, f"{head}/bias": bias}
    x = tensors.on_grid(random, (2, 700, 1), 2.0)
    outputs = _outputs(lambda: build(True), weights, x)
    hidden = outputs.pop("simple_rnn")
    # All of it would be 280,000 numbers.
    expected = {**_real(outputs),
                "simple_rnn": {"shape": list(hidden.shape), "last_step_of_first_sample": hidden[0, -1].tolist()}}
    yield _entry(name, "Both heads with the same weights on one long SimpleRNN.", _summary(build), weights,
                 {"input": x}, expected)
