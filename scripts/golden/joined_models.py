"""Models with layers that join what others return: Bidirectional, and the merges."""

from golden.keras_here import keras, layers


def bidirectionals():
    return keras.Sequential([
        keras.Input((None, 3)), layers.Bidirectional(layers.LSTM(4, return_sequences=True)),
        layers.Bidirectional(layers.GRU(3, return_sequences=True), merge_mode="sum", name="added"),
        layers.Bidirectional(layers.SimpleRNN(2)), layers.Dense(2)])


def bidirectional_sequences():
    return keras.Sequential([
        keras.Input((6, 3)), layers.Bidirectional(layers.SimpleRNN(4, return_sequences=True), merge_mode="mul"),
        layers.Bidirectional(layers.LSTM(3, return_sequences=True), merge_mode="ave"),
        layers.Bidirectional(layers.GRU(3, return_sequences=True, reset_after=False))])


def bidirectional_last():
    """Each cell and way to merge without return_sequences."""
    x = keras.Input((5, 3), name="readings")
    cells = (layers.LSTM, layers.GRU, layers.SimpleRNN)
    modes = ("concat", "sum", "mul", "ave")
    return keras.Model(x, [layers.Bidirectional(cells[i % 3](3), merge_mode=mode)(x) for i, mode in enumerate(modes)])


def bidirectional_own():
    """Of another cell, or going forwards while the first goes backwards, or of another activation."""
    return keras.Sequential([
        keras.Input((5, 3)),
        layers.Bidirectional(layers.LSTM(4, return_sequences=True, name="there"),
                             backward_layer=layers.GRU(4, return_sequences=True, go_backwards=True, name="back")),
        layers.Bidirectional(layers.SimpleRNN(3, return_sequences=True, go_backwards=True), merge_mode="sum",
                             backward_layer=layers.SimpleRNN(3, return_sequences=True, activation="relu")),
        layers.Bidirectional(layers.GRU(2, use_bias=False), backward_layer=layers.GRU(2, go_backwards=True))])


def bidirectional_none():
    x = keras.Input((5, 3), name="readings")
    forward, backward = layers.Bidirectional(layers.LSTM(4, return_sequences=True), merge_mode=None, name="two")(x)
    last_forward, last_backward = layers.Bidirectional(layers.GRU(3), merge_mode=None, name="ends")(backward)
    return keras.Model(x, [layers.Dense(2)(forward), backward, last_backward, layers.Dense(2)(last_forward)])


def bidirectional_half():
    """Of one the first half alone is read, of others the second; that of sequences is read by a layer."""
    x = keras.Input((5, 3), name="readings")
    first, _ = layers.Bidirectional(layers.LSTM(4, return_sequences=True), merge_mode=None, name="first")(x)
    _, second = layers.Bidirectional(layers.GRU(3, return_sequences=True), merge_mode=None, name="second")(first)
    _, last = layers.Bidirectional(layers.SimpleRNN(2), merge_mode=None, name="last")(second)
    return keras.Model(x, [layers.Dense(2)(second), last])


def bidirectional_state():
    x = keras.Input((5, 3))
    sequence = layers.Bidirectional(layers.LSTM(3, return_sequences=True, return_state=True))(x)[0]
    return keras.Model(x, layers.Bidirectional(layers.GRU(2, return_state=True))(sequence)[0])


def bidirectional_cells():
    return keras.Sequential([
        keras.Input((5, 3)), layers.Bidirectional(layers.RNN(layers.LSTMCell(3), return_sequences=True)),
        layers.Bidirectional(layers.RNN(layers.GRUCell(2)), merge_mode="sum")])


def bidirectional_nested():
    encoder = keras.Sequential([keras.Input((5, 3)), layers.Bidirectional(layers.LSTM(3, return_sequences=True)),
                                layers.Bidirectional(layers.GRU(2, return_sequences=True), merge_mode="ave")],
                               name="encoder")
    return keras.Sequential([keras.Input((5, 3)), encoder, layers.Bidirectional(layers.LSTM(2)), layers.Dense(2)])


def bidirectional_masked():
    """Masked steps are zeros in what is returned of each step; the last is not, whatever its own flag says."""
    return keras.Sequential([
        keras.Input((6, 3)), layers.Masking(0.5), layers.Bidirectional(layers.LSTM(4, return_sequences=True)),
        layers.Bidirectional(layers.GRU(3, return_sequences=True), merge_mode="sum"), layers.Dense(3),
        layers.Bidirectional(layers.SimpleRNN(3)), layers.Dense(2)])


def bidirectional_masked_sequence():
    return keras.Sequential([
        keras.Input((6, 3)), layers.Masking(0.5), layers.LSTM(3, return_sequences=True),
        layers.Bidirectional(layers.GRU(3, return_sequences=True), merge_mode="ave")])


def bidirectional_masked_graph():
    x = keras.Input((6, 3), name="readings")
    h = layers.Masking(0.5)(x)
    forward, backward = layers.Bidirectional(layers.LSTM(3, return_sequences=True), merge_mode=None)(h)
    last = layers.Bidirectional(layers.LSTM(3, zero_output_for_mask=True), merge_mode="mul")(backward)
    return keras.Model(x, [layers.GRU(2)(forward), backward, last])


def masked_merges():
    """Masks that go through merges of what is masked alike, and through merges of those."""
    x = keras.Input((6, 3), name="readings")
    h = layers.Masking(0.5)(x)
    a = layers.LSTM(3, return_sequences=True)(h)
    b = layers.GRU(3, return_sequences=True)(h)
    added = layers.Add()([a, b])
    averaged = layers.Average()([a, added, layers.Dense(3, activation="tanh")(h)])
    joined = layers.Concatenate()([averaged, b, layers.Dropout(0.1)(h)])
    inner = keras.Sequential([keras.Input((6, 3)), layers.GRU(2, return_sequences=True)], name="inner")
    return keras.Model(x, [layers.LSTM(2)(added), layers.Bidirectional(layers.GRU(2))(joined),
                           layers.LSTM(2, return_sequences=True)(joined), inner(averaged)])


def masked_in_part():
    x = keras.Input((4, 3))
    h = layers.LSTM(3, return_sequences=True)(layers.Masking()(x))
    return keras.Model(x, layers.LSTM(3, name="partly")(layers.Concatenate()([h, x])))


def masked_apart():
    x = keras.Input((4, 3))
    a, b = layers.Masking(0.5)(x), layers.Masking(0.25)(x)
    return keras.Model(x, layers.LSTM(3, name="either")(layers.Add()([a, b])))


def merges():
    x = keras.Input((5, 3), name="readings")
    a = layers.Dense(4, activation="tanh")(x)
    b = layers.LSTM(4, return_sequences=True)(x)
    c = layers.GRU(4, return_sequences=True, go_backwards=True)(x)
    added, averaged = layers.Add()([a, b, c]), layers.Average()([a, b, c])
    joined = layers.Concatenate()([layers.Multiply()([a, b]), added, x])
    ends = layers.Concatenate(name="ends")([layers.LSTM(3)(joined), layers.SimpleRNN(2)(averaged)])
    return keras.Model(x, [joined, layers.Dense(2)(ends)])


def flattened():
    x = keras.Input((4, 3), name="readings")
    h = layers.Reshape((2, 6))(layers.LSTM(3, return_sequences=True)(x))
    h = layers.Reshape((-1, 4))(layers.Dense(8, activation="tanh")(layers.GRU(6, return_sequences=True)(h)))
    return keras.Model(x, [h, layers.Dense(2)(layers.Flatten()(h)), layers.Reshape((8,))(layers.Dense(2)(h))])


def subtracted():
    x = keras.Input((4, 3))
    return keras.Model(x, layers.Subtract(name="difference")([layers.Dense(2)(x), layers.Dense(2)(x)]))


def of_keras_3(entry):
    sequences, five = (2, 6, 3), (2, 5, 3)
    whole = ("bidirectionals", "Bidirectional of each cell, of any length", bidirectionals, (2, 7, 3))
    return [
        entry(*whole), entry(*whole, suffix="h5"), entry("bidirectional_own", "backward layers given on their own", bidirectional_own, five),
        entry("bidirectional_nested", "Bidirectional in a model within a model", bidirectional_nested, five),
        entry("bidirectional_sequences", "the other ways to merge sequences", bidirectional_sequences, sequences),
        entry("bidirectional_last", "every way to merge last steps", bidirectional_last, five),
        entry("bidirectional_none", "Bidirectional that merges none", bidirectional_none, five),
        entry("bidirectional_state", "Bidirectional with states that nobody reads", bidirectional_state, five,
              summary=False),
        entry("bidirectional_cells", "Bidirectional of RNN", bidirectional_cells, five),
        entry("bidirectional_masked", "Bidirectional behind a Masking", bidirectional_masked, (4, 6, 3), mask_value=0.5),
        entry("bidirectional_masked_sequence", "masked steps that a Bidirectional returns", bidirectional_masked_sequence,
              (4, 6, 3), mask_value=0.5),
        entry("bidirectional_masked_graph", "the same in a Functional, unmerged and of the last step",
              bidirectional_masked_graph, (4, 6, 3), summary=False, mask_value=0.5),
        entry("bidirectional_half", "Bidirectional of which one half is read", bidirectional_half, five),
        entry("masked_merges", "masks that go through merges; its summary has the operations that make them",
              masked_merges, (4, 6, 3), summary=False, mask_value=0.5),
        entry("merges", "Add, Average, Multiply and Concatenate", merges, five),
        entry("flattened", "Reshape and Flatten", flattened, (2, 4, 3)),
    ]


def refused_of_keras_3(refused):
    return [refused("masked_in_part", "a merge of masked steps and others", masked_in_part),
            refused("masked_apart", "a merge of steps that are masked by other values", masked_apart),
            refused("subtracted", "Subtract", subtracted)]


def of_keras_2(entry, version):
    prefix, five, six = f"keras-{version}-", (2, 5, 3), (4, 6, 3)
    if version == "2.13":  # whose files are laid out as those of 2.12
        return []
    if version == "2.12":
        return [entry(prefix + "bidirectionals", f"Bidirectional by Keras {version}", bidirectionals, (2, 7, 3))]
    return [
        entry(prefix + "bidirectional_own", "backward layers by Keras 2", bidirectional_own, five, suffix="h5"),
        entry(prefix + "bidirectional_masked_graph", "masked steps by Keras 2", bidirectional_masked_graph,
              six, suffix="h5", mask_value=0.5),
        entry(prefix + "bidirectional_nested", "Bidirectional in a model within a model by Keras 2",
              bidirectional_nested, five, suffix="h5"),
        entry(prefix + "bidirectional_half", "Bidirectional of which one half is read by Keras 2",
              bidirectional_half, five, suffix="h5"),
        entry(prefix + "masked_merges", "masks that go through merges by Keras 2", masked_merges, six,
              suffix="h5", mask_value=0.5),
        entry(prefix + "merges", "Add, Average, Multiply and Concatenate by Keras 2", merges, five, suffix="h5"),
    ]
