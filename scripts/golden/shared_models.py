"""Functionals that call a layer, or a model, more than once."""

from golden.keras_here import keras, layers


def shared():
    x = keras.Input((4, 3))
    dense = layers.Dense(3, name="twice")
    return keras.Model(x, dense(dense(x)))


def shared_layers():
    """Of each kind; the first call of one reads what the second of another returns, and each call is an output."""
    x = keras.Input((5, 3), name="readings")
    memory = layers.LSTM(3, return_sequences=True, name="memory")
    bend = layers.Activation("tanh", name="bend")
    both = layers.Bidirectional(layers.GRU(3, return_sequences=True), merge_mode="sum", name="both")
    cells = layers.RNN([layers.LSTMCell(3), layers.GRUCell(2)], name="cells")
    first = memory(x)
    second = both(memory(bend(first)))
    third = layers.Add()([second, both(bend(x))])
    return keras.Model(x, [layers.Dense(2)(third), layers.Concatenate()([cells(third), cells(x)]), memory(third), first])


def shared_models():
    encoder = keras.Sequential([keras.Input((4, 3)), layers.LSTM(3, return_sequences=True)], name="encoder")
    y = keras.Input((4, 3))
    dense = layers.Dense(3, activation="tanh", name="dense")
    head = keras.Model(y, dense(layers.GRU(3, return_sequences=True)(dense(y))), name="head")
    x = keras.Input((4, 3), name="readings")
    last = layers.SimpleRNN(2)(encoder(encoder(x)))
    return keras.Model(x, [head(head(encoder(x))), last])


def shared_masked():
    """Of each call of a Bidirectional another half is read."""
    x = keras.Input((6, 3), name="readings")
    h = layers.Masking(0.5)(x)
    memory = layers.GRU(3, return_sequences=True, name="memory")
    two = layers.Bidirectional(layers.LSTM(2, return_sequences=True), merge_mode=None, name="two")
    forward, _ = two(memory(h))
    _, backward = two(memory(memory(h)))
    return keras.Model(x, [layers.SimpleRNN(3)(forward), backward])


def shared_stateful():
    x = keras.Input(batch_shape=(2, 4, 3))
    memory = layers.GRU(3, stateful=True, return_sequences=True, name="memory")
    return keras.Model(x, memory(memory(x)))


def of_keras_3(entry):
    whole = ("shared_layers", "layers of each kind that are called more than once", shared_layers, (2, 5, 3))
    models = ("shared_models", "models that are called more than once, one with such a layer", shared_models, (2, 4, 3))
    return [entry("shared", "a layer that is called on what it returns", shared, (2, 4, 3)),
            entry(*whole), entry(*whole, suffix="h5"), entry(*models), entry(*models, suffix="h5"),
            entry("shared_masked", "masked steps that such layers read; its summary has the operations", shared_masked,
                  (4, 6, 3), summary=False, mask_value=0.5)]


def refused_of_keras_3(refused):
    return [refused("shared_stateful", "a stateful layer that is called twice", shared_stateful)]


def of_keras_2(entry, version):
    prefix = f"keras-{version}-"
    if version in ("2.12", "2.13"):  # whose configs are as those of 2.15
        return []
    return [
        entry(prefix + "shared_layers", "layers that are called more than once by Keras 2", shared_layers, (2, 5, 3)),
        entry(prefix + "shared_models", "models that are called more than once by Keras 2", shared_models, (2, 4, 3),
              suffix="h5")]
