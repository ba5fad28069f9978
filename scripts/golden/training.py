"""Small models in training, by Keras' own train_on_batch in double."""

import zlib

import keras
import numpy as np
import tensorflow

from golden import check, layers, problems, tensors

tensorflow.get_logger().setLevel("ERROR")  # one function a model is meant


def runs():
    yield from _gru16()
    yield _lstm5_two_heads()
    yield _simple_rnn5()
    yield from _optimizers()
    yield from _losses()


class Run:
    """A model, what it is trained on, and what Keras makes of it."""

    def __init__(self, model, why, chain, loss, optimizer, batches=None, outputs=None):
        """`chain`: (name, the layer that it reads, problem); `batches`: (first sample, samples), taken in turn."""
        self.model, self.why, self.chain, self.loss, self.optimizer = model, why, chain, loss, optimizer
        self.outputs = outputs or [chain[-1][0]]
        self.shape = [chain[0][2][key] for key in "BTF"]
        self.batches = batches or [(0, self.shape[0])]

    def draw(self, attempt=0):
        text = f"{self.model} {self.loss} {sorted(self.optimizer.items())} {self.why}"
        random = np.random.Generator(np.random.PCG64(zlib.crc32(text.encode()) + attempt))
        self.weights = {}
        for name, _, problem in self.chain:
            given = tensors.draw_given(problem, random)
            self.weights |= {f"{name}/{key}": given[key] for key in problems.weight_shapes(problem)}
        self.input = tensors.on_grid(random, self.shape, 2.0)
        self.targets = {name: _targets(self.loss, self._rows(name), random) for name in self.outputs}
        return self

    def _rows(self, output):
        """[batch, time_steps or 1, features] of an output."""
        problem = next(problem for name, _, problem in self.chain if name == output)
        return problem["B"], problem["T"], problem.get("U", problem["F"])

    def of(self, layer):
        return {key.split("/")[1]: array for key, array in self.weights.items() if key.split("/")[0] == layer}

    def build(self, styles=None):
        keras.backend.clear_session()
        found = {"input": keras.Input(self.shape[1:], name="input")}
        for name, reads, problem in self.chain:
            problem = problem | ({"style": styles} if styles and "style" in problem else {})
            found[name] = layers.make(problem, name=name)(found[reads])
        model = keras.Model(found["input"], [found[name] for name in self.outputs])
        for name, _, _ in self.chain:
            model.get_layer(name).set_weights(list(self.of(name).values()))
        model.compile(loss=self.loss, optimizer=_optimizer(self.optimizer), jit_compile=False)
        return model

    def batch(self, step):
        """Of a step counted from 0, as Keras takes it: an output that is no sequence has no axis of steps."""
        begin, size = self.batches[step % len(self.batches)]
        wanted = [array[begin:begin + size] for array in self.targets.values()]
        wanted = [array if array.shape[1] == self.shape[1] else array[:, 0] for array in wanted]
        return self.input[begin:begin + size], wanted if len(wanted) > 1 else wanted[0]

    def expected(self, steps, shown, **build):
        """Losses of all steps, gradients at the first, weights after those of `shown`."""
        model = self.build(**build)
        result = {"losses": [], "gradients": self._named(_gradients(model, *self.batch(0))), "weights": {}}
        for step in range(steps):
            model.reset_metrics()  # the loss returned is the mean since the last reset
            losses = model.train_on_batch(*self.batch(step))
            result["losses"].append(float(losses if np.isscalar(losses) else losses[0]))
            if step + 1 in shown:
                result["weights"][str(step + 1)] = self._named(model.get_weights())
        assert np.isfinite(result["losses"]).all()
        return result

    def _named(self, arrays):
        return dict(zip(self.weights, map(layers.double, arrays), strict=True))

    def entry(self, steps, shown, expected=None):
        def written(arrays):
            return {name: tensors.real_json(array) for name, array in arrays.items()}

        expected = expected or self.expected(steps, shown)
        parts = {"losses": expected["losses"],
                 **({"gradients": written(expected["gradients"])} if expected["gradients"] else {}),
                 "weights": {step: written(arrays) for step, arrays in expected["weights"].items()}}
        return {
            "model": self.model, "why": self.why, "loss": self.loss, "optimizer": self.optimizer,
            "layers": [{"name": name, "reads": reads, "problem": problems.to_text(problem)}
                       for name, reads, problem in self.chain],
            "outputs": self.outputs, "batches": [list(batch) for batch in self.batches],
            "weights": {name: tensors.grid_json(array) for name, array in self.weights.items()},
            "given": {"input": tensors.grid_json(self.input)},
            "targets": {name: (tensors.grid_json if "crossentropy" not in self.loss else tensors.mask_json)(array)
                        for name, array in self.targets.items()},
            "expected": parts}


def _optimizer(options):
    """By its name alone where nothing else is said, as in compile(optimizer="rmsprop").

    Keras casts a Python number from float (0.9 becomes 0.89999998), one of numpy from double.
    """
    options = dict(options)
    kind = options.pop("kind")
    classes = {"sgd": keras.optimizers.SGD, "rmsprop": keras.optimizers.RMSprop, "adam": keras.optimizers.Adam}
    optimizer = classes[kind](**options) if options else keras.optimizers.get(kind)
    for name in ("momentum", "beta_1", "beta_2"):
        if hasattr(optimizer, name):
            setattr(optimizer, name, np.float64(getattr(optimizer, name)))
    return optimizer


def _gradients(model, x, y):
    with tensorflow.GradientTape() as tape:
        loss = model.compute_loss(x=x, y=y, y_pred=model(x, training=True))
    return [np.asarray(gradient) for gradient in tape.gradient(loss, model.trainable_weights)]


def _targets(loss, shape, random):
    if loss == "categorical_crossentropy":
        return np.eye(shape[2])[random.integers(shape[2], size=shape[:2])]
    if loss == "sparse_categorical_crossentropy":
        return random.integers(shape[2], size=(*shape[:2], 1)).astype(np.float64)
    if loss == "binary_crossentropy":
        return random.integers(2, size=shape).astype(np.float64)
    return tensors.on_grid(random, shape, 1.0)


def _largest_difference(a, b):
    """Of two `expected`."""
    pairs = [(np.array(a["losses"]), np.array(b["losses"]))]
    pairs += list(zip(a["gradients"].values(), b["gradients"].values(), strict=True))
    for step, weights in a["weights"].items():
        pairs += list(zip(weights.values(), b["weights"][step].values(), strict=True))
    return max(np.abs(p - q).max() for p, q in pairs)


def _gru16():
    batch, time_steps, shown = 6, 5, (1, 5, 20)
    whys = {"td": "TimeDistributed(Dense) on every step.",
            "dense": "Dense on every step, and two batches of different size in turn.",
            "last": "Dense on the last step."}
    for style, why in whys.items():
        steps = 1 if style == "last" else time_steps
        head = "time_distributed" if style == "td" else "dense"
        chain = [("gru", "input", problems.make("gru", B=batch, T=time_steps, F=15, U=16, seq=int(style != "last"),
                                                reset_after=1)),
                 (head, "gru", problems.make("dense", B=batch, T=steps, F=16, U=8,
                                             style="time_distributed" if style == "td" else "flattened")),
                 ("activation", head, problems.make("activation", B=batch, T=steps, F=8, act="softmax"))]
        run = Run(f"seed:gru16-{style}", why, chain, "categorical_crossentropy", {"kind": "rmsprop"},
                  batches=[(0, 4), (4, 2)] if style == "dense" else None).draw()
        expected = run.expected(20, shown)
        if style == "td":
            assert _largest_difference(expected, run.expected(20, shown, styles="flattened")) < 1e-13
        yield run.entry(20, shown, expected)


def _lstm5_two_heads():
    batch, time_steps = 6, 5
    heads = {"dense": "flattened", "time_distributed": "time_distributed"}
    chain = [("lstm", "input", problems.make("lstm", B=batch, T=time_steps, F=4, U=5, seq=1)),
             *((name, "lstm", problems.make("dense", B=batch, T=time_steps, F=5, U=2, style=style))
               for name, style in heads.items())]
    run = Run("seed:lstm5-dense2", "Two outputs, whose losses add up and whose gradients meet in the LSTM.", chain,
              "mean_squared_error", {"kind": "adam", "learning_rate": 0.01}, outputs=list(heads)).draw()
    return run.entry(20, (1, 5, 20))


def _simple_rnn5():
    chain = [("simple_rnn", "input", problems.make("simple_rnn", B=6, T=5, F=4, U=5, seq=0)),
             ("dense", "simple_rnn", problems.make("dense", B=6, T=1, F=5, U=3, style="flattened", act="softmax"))]
    run = Run("rnn5-last", "Classes by their number, softmax inside the Dense, batches of 1, 3 and 2 samples.", chain,
              "sparse_categorical_crossentropy", {"kind": "sgd", "learning_rate": 0.1, "momentum": 0.9},
              batches=[(0, 1), (1, 3), (4, 2)]).draw()
    return run.entry(20, (1, 5, 20))


def _tiny(why, loss, optimizer, act="linear", **options):
    chain = [("simple_rnn", "input", problems.make("simple_rnn", B=4, T=3, F=2, U=2, seq=1)),
             ("dense", "simple_rnn", problems.make("dense", B=4, T=3, F=2, U=3, style="flattened", act=act))]
    return Run("tiny", why, chain, loss, optimizer, **options)


def _optimizers():
    """Every optimizer with its own arguments, and every way of clipping on every optimizer."""
    kinds = [{"kind": "sgd"}, {"kind": "sgd", "learning_rate": 0.1, "momentum": 0.8},
             {"kind": "sgd", "learning_rate": 0.1, "momentum": 0.8, "nesterov": True},
             {"kind": "rmsprop"}, {"kind": "rmsprop", "learning_rate": 0.01, "rho": 0.7, "momentum": 0.8},
             {"kind": "rmsprop", "learning_rate": 0.01, "centered": True},
             {"kind": "rmsprop", "learning_rate": 0.01, "rho": 0.8, "momentum": 0.5, "centered": True,
              "epsilon": 0.01},
             {"kind": "adam"}, {"kind": "adam", "learning_rate": 0.05, "beta_1": 0.8, "beta_2": 0.9, "epsilon": 0.01}]
    for options in kinds:
        yield _tiny("This optimizer.", "mean_squared_error", options).draw().entry(6, (6,))
    rates = {"sgd": {"learning_rate": 0.5, "momentum": 0.5}, "rmsprop": {"learning_rate": 0.05, "epsilon": 0.01},
             "adam": {"learning_rate": 0.1, "epsilon": 0.01}}
    for kind, rate in rates.items():
        for clip in ("clipnorm", "global_clipnorm", "clipvalue"):
            yield _clipped({"kind": kind, **rate}, clip)


def _clipped(options, clip):
    """With a bound between the norms (or values) of the first gradients."""
    run = _tiny("This clipping: some gradients and not others.", "mean_squared_error", {**options, clip: 0}).draw()
    gradients = _gradients(run.build(), *run.batch(0))
    norms = [np.linalg.norm(gradient) for gradient in gradients]
    bound = {"clipnorm": np.median(norms), "global_clipnorm": 0.8 * np.linalg.norm(norms),
             "clipvalue": np.median(np.concatenate([np.abs(gradient).ravel() for gradient in gradients]))}[clip]
    run.optimizer = {**options, clip: round(float(bound), 3)}
    return run.entry(6, (6,))


def _losses():
    optimizer = {"kind": "sgd", "learning_rate": 0.1}
    for loss in ("categorical_crossentropy", "sparse_categorical_crossentropy", "binary_crossentropy"):
        yield _of_clipped(loss).entry(6, (6,))
    yield _tiny("Of a softmax, whose logits Keras takes.", "sparse_categorical_crossentropy", optimizer,
                act="softmax").draw().entry(6, (6,))
    yield _tiny("Of a sigmoid, whose logits Keras takes.", "binary_crossentropy", optimizer,
                act="sigmoid").draw().entry(6, (6,))
    yield _tiny("Of any numbers.", "mean_squared_error", optimizer).draw().entry(6, (6,))
    run = _tiny("Of any numbers; of two that are right, whose gradient is 0.", "mean_absolute_error",
                optimizer).draw()
    for name in ("simple_rnn", "dense"):
        run.weights[f"{name}/bias"][:2] = 0
    run.input[1, 0] = run.targets["dense"][1, 0, :2] = 0
    yield run.entry(6, (6,))


def _of_clipped(loss):
    """A linear head: where a value is clipped to a probability, no activation hides whether its gradient is 0."""
    for attempt in range(10000):
        run = _tiny("Of values that don't add up to 1; some are no probabilities, and clipped.", loss,
                    {"kind": "sgd", "learning_rate": 0.01}).draw(attempt)
        run.weights["dense/bias"] += 0.5
        p = _plain_outputs(run)
        sums = p.sum(axis=-1, keepdims=True)
        wanted = run.targets["dense"]
        if loss == "sparse_categorical_crossentropy":
            wanted = np.eye(3)[wanted[..., 0].astype(int)]
        if loss == "categorical_crossentropy":
            p = p / sums
        low, high = p < 0, p > 1
        near = np.minimum(np.abs(p), np.abs(p - 1)).min() < 0.005  # float would clip others
        if not near and sums.min() > 0.3 and all((clipped & (wanted == to)).any()
                                                 for clipped in (low, high) for to in (0, 1)):
            return run
    raise RuntimeError(f"{loss}: no data found that are clipped")


def _plain_outputs(run):
    """Of a tiny model, in numpy: Keras takes long to build a model for every data that are looked at."""
    hidden = check.recurrent(run.chain[0][2], {"input": run.input, **run.of("simple_rnn")})["output"]
    head = run.of("dense")
    return check.dense(hidden, head["kernel"], head["bias"], run.chain[1][2]["act"])
