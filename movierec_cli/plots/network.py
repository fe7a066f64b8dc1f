"""The network of a run as data: its layers, their shapes and sizes, and what feeds them."""

from dataclasses import dataclass
from typing import Any

from movierec_cli.errors import MovieRecError, StoreError
from movierec_cli.store.runs import Run


@dataclass(frozen=True, slots=True)
class Layer:
    """One call of a layer, or one weight of a model that has no layers.

    shape: of its output, as Keras writes it, None for the batch; "" where the layer does not say.
    weights: how many numbers it holds, `fixed` of them not trained; 0 for a layer's second call.
    sources: positions in Network.layers of what feeds it.
    """

    name: str
    kind: str
    shape: str
    weights: int
    fixed: int
    sources: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Network:
    """`connected` tells whether the sources are known: only Keras's functional models say what feeds what."""

    name: str
    layers: tuple[Layer, ...]
    connected: bool

    @property
    def weights(self) -> int:
        """How many numbers the network holds."""
        return sum(layer.weights for layer in self.layers)


def read_network(run: Run) -> Network:
    """Load a run's network and walk through it. Raises StoreError when it cannot be loaded, MovieRecError
    where there never was one."""
    file = run.folder / "model.keras"
    if not run.facts.training.epochs:
        raise MovieRecError(
            f"The run {run.run_id} was computed without epochs and has no network.",
            "Train one: movierec train",
        )
    if not file.is_file():
        raise StoreError(f"The network is missing from {run.folder}.", "Train again: movierec train")
    from movierec_cli.training.backend import keras

    try:
        model = keras.models.load_model(file, compile=False, safe_mode=True)
    except (ValueError, TypeError, OSError, KeyError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0][:200]
        raise StoreError(f"{file} cannot be loaded: {reason}", "Train again: movierec train") from error
    return describe(model)


def describe(model: Any) -> Network:
    """What a Keras model is made of; the calls of a functional model in its own order, sources first."""
    try:
        layers = _calls(model)
        return Network(model.name, layers, connected=True)
    except (KeyError, NotImplementedError):
        return Network(model.name, _parts(model), connected=False)


def _calls(model: Any) -> tuple[Layer, ...]:
    """A functional model's layers, from its config: the public record of what feeds what.

    Raises KeyError for any other model.
    """
    found: list[Layer] = []
    places: dict[tuple[str, int], int] = {}
    pending = [
        (config["name"], call, _origins(inputs))
        for config in model.get_config()["layers"]
        for call, inputs in enumerate(config["inbound_nodes"] or [None])
    ]
    while pending:
        ready = [one for one in pending if all(origin in places for origin in one[2])]
        if not ready:
            raise KeyError("the layers feed each other in a circle")
        for name, call, origins in ready:
            places[name, call] = len(found)
            layer = _layer(model.get_layer(name), sources=tuple(places[origin] for origin in origins))
            found.append(layer if call == 0 else Layer(name, layer.kind, layer.shape, 0, 0, layer.sources))
        pending = [one for one in pending if (one[0], one[1]) not in places]
    return tuple(found)


def _origins(value: Any) -> list[tuple[str, int]]:
    """The (layer, call) of every Keras tensor in a call's serialised arguments, each once."""
    if isinstance(value, dict):
        if value.get("class_name") == "__keras_tensor__":
            name, call, _ = value["config"]["keras_history"]
            return [(name, call)]
        value = list(value.values())
    if isinstance(value, list | tuple):
        return list(dict.fromkeys(origin for part in value for origin in _origins(part)))
    return []


def _parts(model: Any) -> tuple[Layer, ...]:
    """Any model's layers, and the weights that belong to none of them."""
    layers = tuple(_layer(layer) for layer in model.layers)
    inside = {id(weight) for layer in model.layers for weight in layer.weights}
    own = [weight for weight in model.weights if id(weight) not in inside]
    return layers + tuple(
        Layer(weight.name, "weight", str(tuple(weight.shape)), size, 0 if weight.trainable else size)
        for weight in own
        for size in [_size(weight)]
    )


def _layer(layer: Any, sources: tuple[int, ...] = ()) -> Layer:
    weights = layer.weights
    fixed = sum(_size(weight) for weight in layer.non_trainable_weights)
    total = sum(_size(weight) for weight in weights)
    return Layer(layer.name, type(layer).__name__, _output_shape(layer), total, fixed, sources)


def _size(weight: Any) -> int:
    size = 1
    for length in weight.shape:
        size *= int(length)
    return size


def _output_shape(layer: Any) -> str:
    try:
        output = layer.output
    except (AttributeError, ValueError):  # called several times with different results, or not yet
        return ""
    tensors = output if isinstance(output, list | tuple) else [output]
    return ", ".join(str(tuple(tensor.shape)) for tensor in tensors if hasattr(tensor, "shape"))
