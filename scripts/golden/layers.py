"""Single layers, run by Keras in double."""

import zlib

import keras
import numpy as np
import tensorflow

from golden import problems, tensors

assert keras.backend.backend() == "tensorflow", "the other backends compute in float whatever floatx says"
keras.config.set_floatx("float64")

CLASSES = {"simple_rnn": keras.layers.SimpleRNN, "lstm": keras.layers.LSTM, "gru": keras.layers.GRU}
LARGEST = 16.0  # of an expected value


def versions():
    return {"keras": keras.__version__, "tensorflow": tensorflow.__version__, "numpy": np.__version__,
            "floatx": keras.config.floatx()}


def vector(problem, why):
    """One entry of a golden file: the first data from the problem's seed on that tell something."""
    text = problems.to_text(problem)
    for attempt in range(1000):
        random = np.random.Generator(np.random.PCG64(zlib.crc32(text.encode()) + attempt))
        given = tensors.draw_given(problem, random)
        expected = run(problem, given)
        if _is_telling(problem, given, expected):
            return {"problem": text, "why": why,
                    "given": {name: (tensors.mask_json if name == "mask" else tensors.grid_json)(array)
                              for name, array in given.items()},
                    "expected": {name: tensors.real_json(array) for name, array in expected.items()}}
    raise RuntimeError(f"{text}: no data found that tell something")


def run(problem, given):
    """Expected arrays by name: output, and the final states if asked for."""
    return _run_recurrent(problem, given) if problem["kind"] in problems.CELLS else _run_rows(problem, given)


def double(tensor):
    array = np.asarray(tensor)
    assert array.dtype == np.float64, f"Keras computed in {array.dtype}"
    return array


def make(problem, **named):
    """The layer that Keras has for the problem; `named` goes to its constructor."""
    kind = problem["kind"]
    if kind == "activation":
        return keras.layers.Activation(problem["act"], **named)
    if kind == "dense":
        options = {"activation": problem["act"], "use_bias": bool(problem["bias"])}
        if problem["style"] == "time_distributed":
            return keras.layers.TimeDistributed(keras.layers.Dense(problem["U"], **options), **named)
        return keras.layers.Dense(problem["U"], **options, **named)
    options = {"activation": problem["act"], "use_bias": bool(problem["bias"]),
               "return_sequences": bool(problem["seq"]), "return_state": bool(problem["final"]),
               "go_backwards": bool(problem["back"]), "zero_output_for_mask": bool(problem["zero_mask"])}
    if "rec_act" in problem:
        options["recurrent_activation"] = problem["rec_act"]
    if "reset_after" in problem:
        options["reset_after"] = bool(problem["reset_after"])
    return CLASSES[kind](problem["U"], **options, **named)


def _run_recurrent(problem, given):
    layer = make(problem)
    layer.build(given["input"].shape)
    _set_weights(layer, problem, given)
    states = [given[name] for name in ("initial_h", "initial_c") if name in given]
    results = layer(given["input"], initial_state=states or None,
                    mask=given["mask"].astype(bool) if "mask" in given else None)
    results = results if problem["final"] else [results]
    names = ["output", "final_h", "final_c"]
    expected = {name: double(result) for name, result in zip(names, results)}
    if not problem["seq"]:
        expected["output"] = expected["output"][:, np.newaxis, :]
    return expected


def _run_rows(problem, given):
    layer = make(problem)
    # The shape is given in full: with an unknown number of steps TimeDistributed goes wrong on TensorFlow.
    layer.build(given["input"].shape)
    _set_weights(layer, problem, given)
    return {"output": double(layer(given["input"]))}


def _set_weights(layer, problem, given):
    layer.set_weights([given[name] for name in problems.weight_shapes(problem)])


def _is_telling(problem, given, expected):
    """Whether a wrong layer would show: bounded, not mostly zero or saturated where steps count, not constant."""
    if any(np.abs(array).max() > LARGEST for array in expected.values()):
        return False
    output = expected["output"]
    counted = np.ones(output.shape[:2], bool)
    if "mask" in given:
        mask = given["mask"].astype(bool)
        mask = mask[:, ::-1] if problem["back"] else mask
        counted = mask if problem["seq"] else mask[:, -1:] if problem["zero_mask"] else mask.any(axis=1, keepdims=True)
    live = output[counted]
    if live.size == 0:  # a single padded row whose last output is zeroed: nothing else can be had
        return problem["B"] == 1 and problem["mask"] in ("right", "left")
    bends = problem["kind"] != "activation" and problem["act"] in ("tanh", "sigmoid", "softsign")
    saturated = (np.abs(live) > 0.99).mean() if bends else 0.0
    return (live != 0).mean() >= 0.4 and saturated <= 0.25 and (live.size == 1 or np.ptp(live) > 0.05)
