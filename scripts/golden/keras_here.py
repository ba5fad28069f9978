"""The Keras of this environment: Keras 3, or the Keras 2 that TensorFlow brings along."""

import tensorflow

if tensorflow.__version__ < "2.16":
    from tensorflow import keras
else:
    import keras

layers = keras.layers
