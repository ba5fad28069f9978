"""Models with several inputs, sequences and vectors, and with a vector alone."""

from golden.keras_here import keras, layers


def two_sequences():
    """Of any length, side by side at each step."""
    a, b = keras.Input((None, 3), name="sound"), keras.Input((None, 2), name="light")
    h = layers.LSTM(4, return_sequences=True)(layers.Concatenate()([a, b]))
    return keras.Model([a, b], [layers.Dense(2)(h), layers.GRU(3)(b)])


def sequence_and_vector():
    x, side = keras.Input((6, 3), name="readings"), keras.Input((4,), name="side")
    last = layers.Concatenate()([layers.LSTM(5)(x), side])
    return keras.Model([x, side], [layers.Dense(2)(layers.Dense(3, activation="tanh")(last)), layers.Dense(2)(side)])


def own_lengths():
    a, b = keras.Input((3, 2), name="short"), keras.Input((7, 3), name="long")
    ends = layers.Add()([layers.GRU(4)(a), layers.SimpleRNN(4)(b)])
    return keras.Model([a, b], [layers.Dense(2)(ends), layers.LSTM(2, return_sequences=True)(b)])


def any_lengths():
    a, b = keras.Input((None, 2), name="question"), keras.Input((None, 3), name="story")
    return keras.Model([a, b], layers.Dense(2)(layers.Concatenate()([layers.GRU(3)(a), layers.LSTM(4)(b)])))


def other_order():
    """In which the inputs are given is that of no list of layers."""
    a, b, c = keras.Input((5, 2), name="first"), keras.Input((3,), name="second"), keras.Input((5, 2), name="third")
    both = layers.LSTM(3)(layers.Add()([layers.SimpleRNN(2, return_sequences=True)(a), c]))
    return keras.Model([c, b, a], layers.Dense(2)(layers.Concatenate()([both, b])))


def nested_inputs():
    a, b = keras.Input((2,), name="side"), keras.Input((5, 4), name="steps")
    inner = keras.Model([b, a], layers.Dense(3)(layers.Concatenate()([layers.GRU(3)(b), a])), name="inner")
    x, y = keras.Input((5, 3), name="readings"), keras.Input((2,), name="place")
    h = layers.LSTM(4, return_sequences=True)(x)
    return keras.Model([y, x], layers.Dense(2)(inner([h, layers.Dense(2, activation="tanh")(y)])))


def masked_input():
    """One of two, of another length than the other one."""
    a, b = keras.Input((4, 2), name="whole"), keras.Input((6, 3), name="padded")
    h = layers.LSTM(4, return_sequences=True)(layers.Masking(0.5)(b))
    return keras.Model([b, a], layers.Dense(2)(layers.Concatenate()([layers.GRU(3)(h), layers.GRU(2)(a)])))


def masked_nested():
    """A model of two inputs that is called with a masked one."""
    a, b = keras.Input((6, 4), name="steps"), keras.Input((2,), name="side")
    inner = keras.Model([a, b], layers.Dense(3)(layers.Concatenate()([layers.GRU(3)(a), b])), name="inner")
    x, y = keras.Input((6, 3), name="padded"), keras.Input((2,), name="place")
    return keras.Model([x, y], inner([layers.LSTM(4, return_sequences=True)(layers.Masking(0.5)(x)), y]))


def called_by_name():
    """Models that are called with a dict, of which both inputs are alike, so that the numbers tell them apart: in the
    order of its keys and in another one, by keys that are no names of Inputs, and of a model whose inputs are a list."""
    def model(name, inputs_of):
        a, b = keras.Input((5, 3), name=f"{name}_later"), keras.Input((5, 3), name=f"{name}_earlier")
        ends = layers.Concatenate()([layers.LSTM(3)(a), layers.GRU(2)(b)])
        return keras.Model(inputs_of(a, b), layers.Dense(3, activation="tanh")(ends), name=name)

    of_dict = model("of_dict", lambda a, b: {"second": a, "first": b})
    of_list = model("of_list", lambda a, b: [a, b])
    x, y = keras.Input((5, 3), name="readings"), keras.Input((5, 3), name="others")
    one, other = of_dict({"first": x, "second": y}), of_dict({"second": x, "first": y})
    listed = of_list({"of_list_earlier": x, "of_list_later": y})
    return keras.Model([x, y], [layers.Dense(2)(layers.Concatenate()([one, other])), listed])


def masked_by_name():
    """A model that is called with a dict of which one is masked."""
    a, b = keras.Input((6, 3), name="padded"), keras.Input((6, 3), name="whole")
    ends = layers.Concatenate()([layers.GRU(3)(a), layers.LSTM(2)(b)])
    inner = keras.Model({"padded": a, "whole": b}, layers.Dense(3)(ends), name="inner")
    x, y = keras.Input((6, 3), name="readings"), keras.Input((6, 3), name="others")
    return keras.Model([x, y], inner({"whole": y, "padded": layers.Masking(0.5)(x)}))


def one_by_name():
    """Models of one input, called with a dict and with a list; one of them answers with a dict."""
    a, b = keras.Input((5, 3), name="steps"), keras.Input((5, 4), name="steps")
    sequence, h = layers.GRU(4, return_sequences=True, return_state=True)(a)
    encoder = keras.Model({"steps": a}, {"last": h, "all": sequence}, name="encoder")
    head = keras.Model([b], layers.SimpleRNN(3)(b), name="head")
    x = keras.Input((5, 3), name="readings")
    encoded = encoder({"steps": x})
    return keras.Model(x, [head([encoded["all"]]), layers.Dense(2)(encoded["last"])])


def inner_length():
    """Keras 2 builds it and answers nothing: the inner model takes five steps. Keras 3 does not build it."""
    a = keras.Input((5, 3), name="words")
    inner = keras.Model(a, layers.GRU(3)(a), name="inner")
    x = keras.Input((7, 3), name="readings")
    return keras.Model(x, inner(x))


def vector():
    return keras.Sequential([keras.Input((5,)), layers.Dense(4, activation="tanh"), layers.Dense(2)])


def of_keras_3(entry):
    return [
        entry("two_sequences", "two sequences, side by side at each step", two_sequences, [(2, 7, 3), (2, 7, 2)]),
        entry("sequence_and_vector", "a vector beside the last step", sequence_and_vector, [(2, 6, 3), (2, 4)],
              train=True),
        entry("own_lengths", "inputs of other lengths", own_lengths, [(2, 3, 2), (2, 7, 3)]),
        entry("any_lengths", "inputs of any length that have other ones", any_lengths, [(2, 3, 2), (2, 5, 3)]),
        entry("other_order", "inputs in another order than the layers", other_order, [(2, 5, 2), (2, 3), (2, 5, 2)]),
        entry("other_order", "the same in the legacy format", other_order, [(2, 5, 2), (2, 3), (2, 5, 2)], suffix="h5"),
        entry("nested_inputs", "a model of two inputs in a model of two", nested_inputs, [(2, 2), (2, 5, 3)]),
        entry("masked_input", "a Masking of one of two inputs; its summary has operations", masked_input,
              [(4, 6, 3), (4, 4, 2)], summary=False, mask_value=0.5),
        entry("masked_nested", "a model of two inputs called with a masked one", masked_nested, [(4, 6, 3), (4, 2)],
              summary=False, mask_value=0.5),
        entry("called_by_name", "models that are called with a dict; its summary has the order of that", called_by_name,
              [(2, 5, 3), (2, 5, 3)], summary=False),
        entry("masked_by_name", "the same of which one is masked", masked_by_name, [(4, 6, 3), (4, 6, 3)],
              summary=False, mask_value=0.5),
        entry("one_by_name", "models of one input, in a dict and in a list", one_by_name, (2, 5, 3)),
        entry("vector", "a Sequential on vectors", vector, (3, 5)),
    ]


def of_keras_2(entry, version):
    if version != "2.15":
        return []
    prefix = f"keras-{version}-"
    return [
        entry(prefix + "sequence_and_vector", "a vector beside the last step by Keras 2", sequence_and_vector,
              [(2, 6, 3), (2, 4)]),
        entry(prefix + "other_order", "inputs in another order than the layers by Keras 2", other_order,
              [(2, 5, 2), (2, 3), (2, 5, 2)], suffix="h5"),
        entry(prefix + "called_by_name", "models that are called with a dict by Keras 2", called_by_name,
              [(2, 5, 3), (2, 5, 3)], suffix="h5"),
        entry(prefix + "masked_by_name", "the same of which one is masked by Keras 2", masked_by_name,
              [(4, 6, 3), (4, 6, 3)], mask_value=0.5),
        entry(prefix + "one_by_name", "models of one input, in a dict and in a list by Keras 2", one_by_name, (2, 5, 3)),
        entry(prefix + "nested_inputs", "a model of two inputs in a model of two by Keras 2", nested_inputs,
              [(2, 2), (2, 5, 3)], suffix="h5"),
    ]


def refused_of_keras_2(refused, version):
    return [refused(f"keras-{version}-inner_length", "a model that is called with another shape", inner_length)]
