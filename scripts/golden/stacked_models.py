"""Models with RNNs of several cells, which Keras saves as StackedRNNCells."""

from golden.keras_here import keras, layers


def stacked_cells():
    """Of each cell, and two of one kind, given as a list."""
    cells = [layers.LSTMCell(3), layers.GRUCell(2), layers.SimpleRNNCell(4)]
    return keras.Sequential([
        keras.Input((None, 3)), layers.RNN(layers.StackedRNNCells(cells), return_sequences=True, name="stack"),
        layers.RNN([layers.LSTMCell(3), layers.LSTMCell(2, name="mine"), layers.GRUCell(3)], name="listed"),
        layers.Dense(2)])


def stacked_options():
    first = layers.RNN([layers.GRUCell(4, reset_after=False), layers.LSTMCell(3, use_bias=False)],
                       return_sequences=True, go_backwards=True)
    second = layers.RNN([layers.SimpleRNNCell(3, activation="relu"), layers.GRUCell(3, recurrent_activation="tanh")],
                        return_sequences=True, unroll=True)
    third = layers.RNN([layers.LSTMCell(4), layers.SimpleRNNCell(2)], go_backwards=True)
    return keras.Sequential([keras.Input((5, 3)), first, second, third])


def stacked_states():
    """Stateful, and with states that nobody reads."""
    x = keras.Input(batch_shape=(2, 4, 3))
    cells = [layers.LSTMCell(3), layers.GRUCell(2)]
    sequence = layers.RNN(cells, stateful=True, return_sequences=True, return_state=True)(x)[0]
    return keras.Model(x, layers.RNN([layers.GRUCell(3), layers.SimpleRNNCell(2)])(sequence))


def stacked_return_state():
    x = keras.Input((4, 3))
    return keras.Model(x, layers.RNN([layers.LSTMCell(3), layers.GRUCell(2)], return_state=True, name="cells")(x)[0])


def stacked_masked():
    def stack(**options):
        return layers.RNN([layers.LSTMCell(4), layers.GRUCell(3), layers.SimpleRNNCell(3)], **options)
    return keras.Sequential([
        keras.Input((6, 3)), layers.Masking(0.5), stack(return_sequences=True), layers.Dense(3),
        stack(return_sequences=True, go_backwards=True), stack(return_sequences=True), stack(go_backwards=True)])


def stacked_masked_sequence():
    return keras.Sequential([
        keras.Input((6, 3)), layers.Masking(0.5),
        layers.RNN([layers.GRUCell(4), layers.LSTMCell(3)], return_sequences=True, zero_output_for_mask=True,
                   go_backwards=True)])


def stacked_bidirectional():
    """Behind a Masking; one with a backward layer of one cell."""
    return keras.Sequential([
        keras.Input((6, 3)), layers.Masking(0.5),
        layers.Bidirectional(layers.RNN([layers.LSTMCell(3), layers.GRUCell(2)], return_sequences=True)),
        layers.Bidirectional(layers.RNN([layers.SimpleRNNCell(3), layers.LSTMCell(4)], name="there"), merge_mode="sum",
                             backward_layer=layers.GRU(4, go_backwards=True, name="back")),
        layers.Dense(2)])


def stacked_once():
    cell = layers.LSTMCell(3)
    return keras.Sequential([keras.Input((4, 3)), layers.RNN([cell, cell], name="same")])


def of_keras_3(entry):
    whole = ("stacked_cells", "RNN of several cells, of any length", stacked_cells, (2, 5, 3))
    bidirectional = ("stacked_bidirectional", "Bidirectional of such, behind a Masking", stacked_bidirectional, (4, 6, 3))
    return [
        entry(*whole), entry(*whole, suffix="h5"),
        entry("stacked_options", "RNN of several cells that goes backwards, or is unrolled", stacked_options, (2, 5, 3)),
        entry("stacked_states", "RNN of several cells that is stateful; its summary has the batch", stacked_states,
              (2, 4, 3), summary=False),
        entry("stacked_return_state", "states of several cells, in their order", stacked_return_state, (2, 4, 3)),
        entry("stacked_masked", "RNN of several cells behind a Masking", stacked_masked, (4, 6, 3), mask_value=0.5),
        entry("stacked_masked_sequence", "masked steps that such an RNN returns as zeros", stacked_masked_sequence,
              (4, 6, 3), mask_value=0.5),
        entry(*bidirectional, mask_value=0.5), entry(*bidirectional, mask_value=0.5, suffix="h5"),
    ]


def refused_of_keras_3(refused):
    return [refused("stacked_once", "one cell that stands twice in a stack", stacked_once)]


def of_keras_2(entry, version):
    prefix = f"keras-{version}-"
    whole = (prefix + "stacked_cells", f"RNN of several cells by Keras {version}", stacked_cells, (2, 5, 3))
    if version == "2.13":  # whose files are laid out as those of 2.12
        return []
    if version == "2.12":
        return [entry(*whole)]
    return [
        entry(*whole), entry(*whole, suffix="h5"),
        entry(prefix + "stacked_bidirectional", "Bidirectional of such by Keras 2", stacked_bidirectional, (4, 6, 3),
              suffix="h5", mask_value=0.5),
    ]
