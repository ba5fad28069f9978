"""Models in which states lead from layer to layer, as in an encoder and its decoder."""

from golden.keras_here import keras, layers


def seq2seq():
    """Both of any length; what the encoder saw reaches the decoder by its states alone."""
    x, y = keras.Input((None, 3), name="source"), keras.Input((None, 2), name="target")
    _, h, c = layers.LSTM(4, return_state=True, name="encoder")(x)
    decoded = layers.LSTM(4, return_sequences=True, name="decoder")(y, initial_state=[h, c])
    return keras.Model([x, y], layers.Dense(2, activation="softmax")(decoded))


def seq2seq_grus():
    """The states in a list, by position, and alone; the last one is an output, too."""
    x, y = keras.Input((4, 3), name="source"), keras.Input((6, 2), name="target")
    _, h = layers.GRU(4, return_state=True, name="encoder")(x)
    first = layers.GRU(4, return_sequences=True, reset_after=False, name="first")(y, [h])
    second, ended = layers.SimpleRNN(4, return_sequences=True, return_state=True, name="second")(first, initial_state=h)
    return keras.Model([x, y], [layers.Dense(2)(second), ended])


def decoder_alone():
    """One step after another, as such models are used to answer."""
    y, h, c = keras.Input((None, 2), name="target"), keras.Input((4,), name="h"), keras.Input((4,), name="c")
    sequence, next_h, next_c = layers.LSTM(4, return_sequences=True, return_state=True, name="decoder")(
        y, initial_state=[h, c])
    return keras.Model([y, h, c], [layers.Dense(2)(sequence), next_h, next_c])


def states():
    x = keras.Input((4, 3))
    _, h, _ = layers.LSTM(3, return_state=True, name="memory")(x)
    return keras.Model(x, layers.Dense(2, name="of_state")(h))


def state_values():
    """States are read by merges and Dense, and start other layers in another order."""
    x = keras.Input((5, 3), name="readings")
    sequence, h, c = layers.LSTM(4, return_sequences=True, return_state=True, go_backwards=True, name="memory")(x)
    both = layers.Dense(4, activation="tanh")(layers.Concatenate()([h, c]))
    again = layers.LSTM(4, name="again")(sequence, initial_state=[c, both])
    last = layers.GRU(4, name="last")(x, initial_state=again)
    return keras.Model(x, [layers.Dense(2)(layers.Multiply()([h, last])), c])


def bidirectional_states():
    x = keras.Input((4, 3))
    h = layers.Bidirectional(layers.GRU(3, return_state=True), name="memory")(x)[1]
    return keras.Model(x, layers.Dense(2, name="of_state")(h))


def seq2seq_bidirectional():
    """Encoders of both directions: one for a decoder of twice the units, one for another of both directions."""
    x, y = keras.Input((None, 3), name="source"), keras.Input((None, 2), name="target")
    _, fh, fc, bh, bc = layers.Bidirectional(layers.LSTM(2, return_state=True), name="encoder")(x)
    h, c = layers.Concatenate()([fh, bh]), layers.Concatenate()([fc, bc])
    one = layers.LSTM(4, return_sequences=True, name="decoder")(y, initial_state=[h, c])
    two = layers.Bidirectional(layers.LSTM(2, return_sequences=True), name="both")(one, initial_state=[bh, bc, fh, fc])
    return keras.Model([x, y], layers.Dense(2)(two))


def seq2seq_cells():
    x, y = keras.Input((None, 3), name="source"), keras.Input((None, 2), name="target")
    _, of_lstm, of_gru = layers.RNN([layers.LSTMCell(3), layers.GRUCell(2)], return_state=True, name="encoder")(x)
    decoded = layers.RNN([layers.LSTMCell(3), layers.GRUCell(2)], return_sequences=True, name="decoder")(
        y, initial_state=[of_lstm, of_gru])
    return keras.Model([x, y], layers.Dense(2)(decoded))


def seq2seq_masked():
    """Of the source not all steps count, of the target all: a GRU behind the decoder sees each."""
    x, y = keras.Input((6, 3), name="source"), keras.Input((6, 2), name="target")
    _, h, c = layers.LSTM(4, return_state=True, name="encoder")(layers.Masking(0.5)(x))
    decoded = layers.LSTM(4, return_sequences=True, name="decoder")(y, initial_state=[h, c])
    return keras.Model([x, y], [layers.Dense(2)(decoded), layers.GRU(3)(layers.Concatenate()([decoded, y]))])


def seq2seq_target_masked():
    """Of the target not all steps count: Keras 2 passes the mask on where states are given, Keras 3 does not."""
    x, y = keras.Input((4, 3), name="source"), keras.Input((6, 2), name="target")
    _, h = layers.GRU(4, return_state=True, name="encoder")(x)
    decoded = layers.GRU(4, return_sequences=True, name="decoder")(layers.Masking(0.5)(y), initial_state=h)
    return keras.Model([y, x], layers.Dense(2)(decoded))


def seq2seq_model_masked():
    """A decoder that is a model, called with masked steps: the mask is the model's, its LSTM takes none."""
    y, from_h, from_c = keras.Input((6, 2), name="steps"), keras.Input((4,)), keras.Input((4,))
    decoded = layers.LSTM(4, return_sequences=True, name="memory")(y, initial_state=[from_h, from_c])
    decoder = keras.Model([y, from_h, from_c], decoded, name="decoder")
    source, target = keras.Input((4, 3), name="source"), keras.Input((6, 2), name="target")
    _, h, c = layers.LSTM(4, return_state=True, name="encoder")(source)
    return keras.Model([source, target], decoder([layers.Masking(0.5)(target), h, c]))


def stateful_decoder():
    """Keras 2 takes the given state in the first call alone, Keras 3 in each."""
    x = keras.Input(batch_shape=(2, 4, 3), name="source")
    _, h = layers.GRU(4, return_state=True, name="encoder")(x)
    return keras.Model(x, layers.GRU(4, return_sequences=True, stateful=True, name="decoder")(x, initial_state=h))


def seq2seq_models():
    """An encoder and a decoder that are models; the decoder is called twice."""
    x = keras.Input((None, 3), name="words")
    _, h, c = layers.LSTM(4, return_state=True, name="memory")(x)
    encoder = keras.Model(x, [h, c], name="encoder")
    y, from_h, from_c = keras.Input((None, 4), name="steps"), keras.Input((4,)), keras.Input((4,))
    decoded, to_h, to_c = layers.LSTM(4, return_sequences=True, return_state=True, name="memory")(
        y, initial_state=[from_h, from_c])
    decoder = keras.Model([y, from_h, from_c], [decoded, to_h, to_c], name="decoder")
    source, target = keras.Input((None, 3), name="source"), keras.Input((None, 4), name="target")
    first, first_h, first_c = decoder([target, *encoder(source)])
    second, _, last_c = decoder([first, first_h, first_c])
    return keras.Model([source, target], [layers.Dense(2)(second), last_c])


def encoder_in_part():
    """Of each call of an encoder that is a model some outputs are read: of one the states, of the other what it makes
    of a vector. So of the first nobody reads what a Dense of the outer model returns, nor a whole Bidirectional."""
    x, s = keras.Input((None, 3), name="words"), keras.Input((2,), name="side")
    sequence, h, c = layers.LSTM(4, return_sequences=True, return_state=True, name="memory")(x)
    both = layers.Bidirectional(layers.GRU(2, return_sequences=True), name="both")(sequence)
    tags, of_side = layers.Dense(2, name="tags")(both), layers.Dense(3, activation="tanh", name="of_side")(s)
    encoder = keras.Model([x, s], [tags, h, c, of_side], name="encoder")
    source, target, side = keras.Input((None, 3)), keras.Input((None, 3)), keras.Input((2,))
    _, h, c, _ = encoder([source, layers.Dense(2, name="unread")(side)])
    _, _, _, of_side = encoder([target, side])
    decoded = layers.LSTM(4, return_sequences=True, name="decoder")(target, initial_state=[h, c])
    return keras.Model([source, target, side], [layers.Dense(2)(decoded), of_side])


def inputs_by_name():
    """A dict of inputs and of outputs: Keras takes them in the order of their names."""
    x, y = keras.Input((None, 3), name="story"), keras.Input((None, 2), name="question")
    both = layers.Concatenate()([layers.LSTM(4)(x), layers.GRU(3)(y)])
    return keras.Model({"story": x, "question": y}, {"yes": layers.Dense(2)(both), "no": layers.Dense(1)(both)})


def of_keras_3(entry):
    both = [(2, 4, 3), (2, 6, 2)]
    return [
        entry("seq2seq", "an encoder and a decoder", seq2seq, both, train=True),
        entry("seq2seq", "the same in the legacy format", seq2seq, both, suffix="h5"),
        entry("seq2seq_grus", "a state in a list, by position and alone", seq2seq_grus, both),
        entry("decoder_alone", "a decoder whose states are inputs and outputs", decoder_alone, [(2, 3, 2), (2, 4), (2, 4)]),
        entry("states", "a state is read", states, (2, 4, 3)),
        entry("state_values", "states as values", state_values, (2, 5, 3)),
        entry("bidirectional_states", "states of a Bidirectional are read", bidirectional_states, (2, 4, 3)),
        entry("seq2seq_bidirectional", "states from and to Bidirectional", seq2seq_bidirectional, both),
        entry("seq2seq_cells", "states from and to several cells", seq2seq_cells, both),
        entry("seq2seq_masked", "the mask of an encoder; its summary has the operations", seq2seq_masked,
              [(4, 6, 3), (4, 6, 2)], summary=False, mask_value=0.5),
        entry("seq2seq_models", "an encoder and a decoder that are models", seq2seq_models, [(2, 4, 3), (2, 5, 4)]),
        entry("encoder_in_part", "an encoder that is a model, of whose outputs some are read", encoder_in_part,
              [(2, 4, 3), (2, 5, 3), (2, 2)]),
        entry("inputs_by_name", "a dict of inputs and of outputs", inputs_by_name, [(2, 5, 2), (2, 3, 3)]),
    ]


def refused_of_keras_3(refused):
    return [
        refused("seq2seq_target_masked", "masked steps that a decoder reads", seq2seq_target_masked),
        refused("seq2seq_model_masked", "masked steps that a decoder reads which is a model", seq2seq_model_masked),
    ]


def refused_of_keras_2(refused, version):
    if version != "2.15":
        return []
    return [refused(f"keras-{version}-stateful_decoder", "a stateful layer that is given a state", stateful_decoder)]


def of_keras_2(entry, version):
    if version != "2.15":
        return []
    prefix, both = f"keras-{version}-", [(2, 4, 3), (2, 6, 2)]
    return [
        entry(prefix + "seq2seq", "an encoder and a decoder by Keras 2", seq2seq, both),
        entry(prefix + "seq2seq_grus", "states of a GRU by Keras 2", seq2seq_grus, both, suffix="h5"),
        entry(prefix + "seq2seq_bidirectional", "states from and to Bidirectional by Keras 2", seq2seq_bidirectional, both),
        entry(prefix + "seq2seq_cells", "states from and to several cells by Keras 2", seq2seq_cells, both, suffix="h5"),
        entry(prefix + "encoder_in_part", "an encoder that is a model, of whose outputs some are read, by Keras 2",
              encoder_in_part, [(2, 4, 3), (2, 5, 3), (2, 2)], suffix="h5"),
        entry(prefix + "seq2seq_target_masked", "the mask of a decoder by Keras 2", seq2seq_target_masked,
              [(4, 6, 2), (4, 4, 3)], mask_value=0.5),
    ]
