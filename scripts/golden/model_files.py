"""Model files as Keras saves them, and what Keras answers in double. Runs on Keras 3 and on Keras 2.12 to 2.15.

usage: python -m golden.model_files VERSION FOLDER
"""

import importlib.metadata
import pathlib
import sys
import zlib

import numpy as np
import tensorflow

from golden import handed_states, joined_models, several_inputs, shared_models, stacked_models, tensors
from golden.keras_here import keras, layers

VERSION, FOLDER = sys.argv[1], pathlib.Path(sys.argv[2])


def set_floatx(name):
    keras.backend.set_floatx(name)


def random_of(name):
    return np.random.Generator(np.random.PCG64(zlib.crc32(name.encode())))


def set_weights(model, random):
    """On the grid, so that float and double hold the same; the sums inside an activation near 1."""
    for variable in model.trainable_weights:
        shape = tuple(variable.shape)
        bound = 0.75 if len(shape) == 1 else 1.5 / shape[0] ** 0.5
        variable.assign(tensors.on_grid(random, shape, bound))


def summary_of(model):
    printed = []
    model.summary(print_fn=lambda text, **_: printed.append(text))
    return "".join(printed)


def outputs_of(model, x):
    takes = getattr(model, "input", None)  # which a Sequential of Keras 3 has not
    given = tensorflow.nest.pack_sequence_as(takes, x) if isinstance(takes, dict) else x
    results = tensorflow.nest.flatten(model(given))
    arrays = [np.asarray(result) for result in results]
    assert all(array.dtype == np.float64 for array in arrays), "Keras did not compute in double"
    return {f"output_{i}": tensors.real_json(array) for i, array in enumerate(arrays)}


def with_masked(x, mask_value):
    """Other steps of each sample are the value: the last ones, one in the middle, all; and one is so in part."""
    x[0, -2:] = x[1, :1] = x[1, 2] = x[2] = x[3, 1, :1] = mask_value
    return x


def given_of(inputs):
    return {f"input_{i}" if len(inputs) > 1 else "input": tensors.grid_json(x) for i, x in enumerate(inputs)}


def entry(name, why, build, shape, train=False, summary=True, dtype=None, suffix="keras", mask_value=None):
    """Saves the model that `build` makes in float32; `build` again, in double, gives what it answers. The shape is
    a list of those of several inputs, of which the first is masked."""
    random = random_of(name)
    inputs = [tensors.on_grid(random, one, 2.0) for one in (shape if isinstance(shape, list) else [shape])]
    if mask_value is not None:
        with_masked(inputs[0], mask_value)
    x = inputs if len(inputs) > 1 else inputs[0]
    keras.backend.clear_session()
    set_floatx("float32")
    model = build(dtype) if dtype else build()
    text = summary_of(model) if summary and VERSION == "3" else ""
    set_weights(model, random)
    if train:
        model.compile(optimizer="adam", loss="mse", metrics=[["mae"]] * len(model.outputs))
        narrow = [one.astype("float32") for one in inputs]
        narrow = narrow if len(inputs) > 1 else narrow[0]
        target = [np.zeros(output.shape, "float32") for output in tensorflow.nest.flatten(model(narrow))]
        model.fit(narrow, target, verbose=0)
    file = f"{name}.{suffix}"
    # Keras 2.12 makes a folder of it unless told otherwise.
    model.save(FOLDER / file, **({"save_format": "keras_v3"} if VERSION == "2.12" else {}))
    keras.backend.clear_session()
    set_floatx("float64")
    wide = build("float64") if dtype else build()
    for to, value in zip(wide.trainable_weights, model.trainable_weights, strict=True):
        to.assign(np.asarray(tensorflow.cast(value, "float64")))
    expected = outputs_of(wide, x)
    set_floatx("float32")
    return {"file": file, "why": why, "summary": text, "given": given_of(inputs), "expected": expected}


def refused(name, why, build):
    """Saves a model that this project does not compute."""
    keras.backend.clear_session()
    set_floatx("float32")
    file = f"{name}.keras"
    build().save(FOLDER / file)
    return {"file": file, "why": why}


def lstms():
    return keras.Sequential([keras.Input((None, 3)), layers.LSTM(4, return_sequences=True), layers.LSTM(3),
                             layers.Dense(2)])


def grus():
    return keras.Sequential([
        keras.Input((6, 3)), layers.GRU(4, return_sequences=True),
        layers.GRU(3, reset_after=False, return_sequences=True, go_backwards=True),
        layers.TimeDistributed(layers.Dense(5, activation="tanh")), layers.Activation("softmax")])


def options():
    return keras.Sequential([
        keras.Input((5, 3)),
        layers.LSTM(4, use_bias=False, activation="softsign", recurrent_activation="hard_sigmoid",
                    return_sequences=True, unroll=True, unit_forget_bias=False),
        layers.Dropout(0.25), layers.SpatialDropout1D(0.5),
        layers.GRU(3, activation="relu", recurrent_activation="tanh", dropout=0.1, recurrent_dropout=0.2,
                   return_sequences=True, zero_output_for_mask=True, kernel_regularizer="l2"),
        layers.GaussianNoise(0.1), layers.ActivityRegularization(l2=0.1),
        layers.SimpleRNN(4, activation="sigmoid", bias_constraint="non_neg"), layers.Dense(3, use_bias=False),
        layers.ReLU(), layers.Dense(3, activation="hard_sigmoid", trainable=True), layers.Softmax()])


def heads():
    x = keras.Input((4, 3), name="readings")
    h = layers.SimpleRNN(5, return_sequences=True, name="memory")(x)
    dense = layers.Dense(2, name="every_step")(h)
    distributed = layers.TimeDistributed(layers.Dense(2), name="one_by_one")(h)
    return keras.Model(x, [dense, distributed], name="heads")


def nested():
    encoder = keras.Sequential([keras.Input((5, 3)), layers.LSTM(4, return_sequences=True, name="memory"),
                                layers.Dense(3, activation="tanh")], name="encoder")
    y = keras.Input((5, 3))
    decoder = keras.Model(y, layers.Dense(2)(layers.GRU(4, name="memory")(y)), name="decoder")
    x = keras.Input((5, 3), name="readings")
    h = layers.LSTM(3, return_sequences=True, name="memory")(x)
    return keras.Model(x, decoder(encoder(h)), name="nested")


def many():
    return keras.Sequential([keras.Input((2, 2)), *[layers.Dense(2, activation="tanh") for _ in range(12)]])


def rnn_cells():
    return keras.Sequential([
        keras.Input((None, 3)), layers.RNN(layers.LSTMCell(3), return_sequences=True),
        layers.RNN(layers.GRUCell(2), return_sequences=True), layers.RNN(layers.SimpleRNNCell(4))])


def stateful():
    x = keras.Input(batch_shape=(2, 4, 3))
    sequence, _, _ = layers.LSTM(3, stateful=True, return_sequences=True, return_state=True)(x)
    return keras.Model(x, layers.GRU(2)(sequence))


def of_dtype(dtype):
    lstm = layers.LSTM(3, recurrent_initializer="zeros", dtype=dtype)  # no orthogonal one in bfloat16
    return keras.Sequential([keras.Input((4, 3)), lstm, layers.Dense(2, dtype=dtype)])


def masking():
    return keras.Sequential([
        keras.Input((None, 3)), layers.Dropout(0.5), layers.Masking(0.5), layers.LSTM(4, return_sequences=True),
        layers.Dense(3, activation="tanh"), layers.GRU(4, return_sequences=True, go_backwards=True),
        layers.TimeDistributed(layers.Dense(3)), layers.SimpleRNN(3), layers.Dense(2)])


def masked_sequence():
    return keras.Sequential([
        keras.Input((6, 3)), layers.Masking(),
        keras.Sequential([keras.Input((6, 3)), layers.SimpleRNN(4, return_sequences=True)], name="inner"),
        layers.GRU(4, return_sequences=True, reset_after=False),
        layers.LSTM(3, return_sequences=True, zero_output_for_mask=True), layers.Activation("softmax")])


def masked_graph():
    x = keras.Input((6, 3), name="readings")
    h = layers.Masking(-0.25)(layers.Dropout(0.1)(x))
    h = layers.Dense(3)(layers.LSTM(4, return_sequences=True)(h))
    inner = keras.Sequential([keras.Input((6, 3)), layers.GRU(4, return_sequences=True)], name="inner")
    return keras.Model(x, [layers.SimpleRNN(3)(h), layers.TimeDistributed(layers.Dense(2))(inner(h))])


def masked_by_another():
    x = keras.Input((4, 3))
    mask = keras.ops.any(keras.ops.not_equal(x, 1.0), axis=-1)
    return keras.Model(x, layers.LSTM(3, name="told")(x, mask=mask))


def masked_softmax():
    return keras.Sequential([keras.Input((4, 3)), layers.Masking(), layers.Softmax(name="of_mask"), layers.LSTM(3)])


def masked_twice():
    return keras.Sequential([keras.Input((4, 3)), layers.Masking(), layers.Dense(3), layers.Masking(name="again"),
                             layers.LSTM(3)])


def quantized():
    model = keras.Sequential([keras.Input((4, 8)), layers.Dense(8, name="small")])
    model.quantize("int8")
    return model


def hard_sigmoid():
    return keras.Sequential([keras.Input((4, 3)), layers.LSTM(3, recurrent_activation="hard_sigmoid", name="old")])


def of_keras_3():
    return [
        entry("lstms", "two LSTMs and a Dense, of any length", lstms, (2, 7, 3)),
        entry("grus", "both resets, backwards, TimeDistributed and softmax", grus, (2, 6, 3)),
        entry("options", "every option that a layer has, and the identities of inference", options, (2, 5, 3)),
        entry("heads", "a Functional with two outputs, trained: with an optimizer and metrics", heads, (2, 4, 3),
              train=True),
        entry("nested", "models within a model, whose layers have the same names", nested, (2, 5, 3)),
        entry("many", "twelve layers of one class: HDF5 has dense_10 before dense_2", many, (2, 2, 2)),
        entry("rnn_cells", "RNN of the three cells", rnn_cells, (2, 5, 3)),
        entry("stateful", "stateful, with states that nobody reads; its summary has the batch", stateful, (2, 4, 3),
              summary=False),
        entry("masking", "Masking, whose mask goes through every layer", masking, (4, 6, 3), mask_value=0.5),
        entry("masked_sequence", "masked steps that are returned", masked_sequence, (4, 6, 3), mask_value=0.0),
        entry("masked_graph", "a Functional with masks; its summary has the operations that make them", masked_graph,
              (4, 6, 3), summary=False, mask_value=-0.25),
        *[entry(dtype, f"computed and stored in {dtype}", of_dtype, (2, 4, 3), summary=False, dtype=dtype)
          for dtype in ("float16", "bfloat16", "mixed_float16", "float64")],
        entry("lstms", "the legacy format by Keras 3", lstms, (2, 7, 3), suffix="h5"),
        entry("heads", "a trained Functional in the legacy format", heads, (2, 4, 3), train=True, suffix="h5"),
        entry("nested", "models within a model in the legacy format", nested, (2, 5, 3), suffix="h5"),
        *joined_models.of_keras_3(entry), *stacked_models.of_keras_3(entry),
        *shared_models.of_keras_3(entry), *several_inputs.of_keras_3(entry), *handed_states.of_keras_3(entry),
    ], [
        refused("masked_softmax", "a Softmax that takes a mask", masked_softmax),
        refused("masked_by_another", "a mask that is no Masking's", masked_by_another),
        refused("masked_twice", "a Masking of what a layer returns", masked_twice),
        refused("quantized", "int8 weights", quantized),
        *joined_models.refused_of_keras_3(refused), *stacked_models.refused_of_keras_3(refused),
        *shared_models.refused_of_keras_3(refused), *handed_states.refused_of_keras_3(refused),
    ]


def of_keras_2():
    prefix = f"keras-{VERSION}-"
    accepted = [entry(prefix + "lstms", f"two LSTMs and a Dense by Keras {VERSION}", lstms, (2, 7, 3)),
                *joined_models.of_keras_2(entry, VERSION), *stacked_models.of_keras_2(entry, VERSION),
                *shared_models.of_keras_2(entry, VERSION), *several_inputs.of_keras_2(entry, VERSION),
                *handed_states.of_keras_2(entry, VERSION)]
    if VERSION == "2.12":
        return accepted, []
    accepted.append(entry(prefix + "nested", f"models within a model by Keras {VERSION}", nested, (2, 5, 3)))
    if VERSION == "2.13":
        return accepted, []
    accepted += [entry(prefix + "grus", "the legacy format by Keras 2", grus, (2, 6, 3), suffix="h5"),
                 entry(prefix + "heads", "two outputs in the legacy format", heads, (2, 4, 3), train=True, suffix="h5"),
                 entry(prefix + "nested", "models within a model in it", nested, (2, 5, 3), suffix="h5")]
    return accepted, [refused(prefix + "hard_sigmoid", "hard_sigmoid as Keras 2 had it", hard_sigmoid),
                      *handed_states.refused_of_keras_2(refused, VERSION),
                      *several_inputs.refused_of_keras_2(refused, VERSION)]


def main():
    accepted, rejected = of_keras_3() if VERSION == "3" else of_keras_2()
    made_by = {"keras": importlib.metadata.version("keras"), "tensorflow": tensorflow.__version__, "numpy": np.__version__}
    path = FOLDER / f"keras-{VERSION}.json"
    tensors.write_index(path, made_by, accepted, rejected)
    print(f"{path}: {len(accepted)} files and {len(rejected)} to be refused")


if __name__ == "__main__":
    main()
