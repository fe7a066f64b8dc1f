"""The network of a run as data: its layers, their shapes and sizes, and what feeds them."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from movierec_cli.errors import MovieRecError, StoreError
from movierec_cli.home import NETWORK_FILE, Home
from movierec_cli.store.runs import Run, current_run
from movierec_cli.system.storage import storage_at


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer of a network: `kind` is its class, `weights` how many numbers it holds."""

    name: str
    kind: str
    shape: str
    """Of its output, as Keras writes it, with None for the batch."""
    weights: int
    fixed: int
    """How many of the weights are not trained."""
    sources: tuple[int, ...]
    """Which layers feed it, as positions in LayerGraph.layers."""


@dataclass(frozen=True, slots=True)
class LayerGraph:
    """A network as its layers and what feeds them."""

    name: str
    layers: tuple[Layer, ...]
    """Each of them after all that feed it."""

    @property
    def weights(self) -> int:
        """How many numbers the network holds."""
        return sum(layer.weights for layer in self.layers)


def read_network(*, home: Path | str | None = None) -> LayerGraph:
    """The network of the run in use.

    Raises NotFoundError without a model, MovieRecError where it has no network, StoreError for a damaged one.
    """
    return network_of(current_run(Home.resolve(home)))


def network_of(run: Run) -> LayerGraph:
    """Load a run's network and walk through it. Raises as read_network."""
    files = storage_at(run.folder)
    if not run.facts.training.epochs:
        raise MovieRecError(
            f"The run {run.run_id} was computed without epochs and has no network.",
            "Train one: movierec train",
        )
    if not files.has(NETWORK_FILE):
        raise StoreError(f"The network is missing from {run.folder}.", "Train again: movierec train")
    from movierec_cli.training.backend import keras
    from movierec_cli.training.ranking import network  # noqa: F401  Keras must know its layers to load them

    file = files.on_disk(NETWORK_FILE)
    try:
        return describe(keras.models.load_model(file, compile=False, safe_mode=True))
    except (ValueError, TypeError, OSError, KeyError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0][:200]
        raise StoreError(f"{file} cannot be loaded: {reason}", "Train again: movierec train") from error


def describe(model: Any) -> LayerGraph:
    """What a functional Keras model is made of, each of whose layers is called once.

    It comes from the model's config, which is the public record of what feeds what and lists sources first.
    """
    layers: list[Layer] = []
    places: dict[str, int] = {}
    for config in model.get_config()["layers"]:
        layer = model.get_layer(config["name"])
        places[layer.name] = len(layers)
        layers.append(
            Layer(
                name=layer.name,
                kind=type(layer).__name__,
                shape=str(tuple(layer.output.shape)),
                weights=_size(layer.weights),
                fixed=_size(layer.non_trainable_weights),
                sources=tuple(places[source] for source in _sources(config["inbound_nodes"])),
            )
        )
    return LayerGraph(model.name, tuple(layers))


def _size(weights: list[Any]) -> int:
    return sum(math.prod(weight.shape) for weight in weights)


def _sources(value: Any) -> list[str]:
    """The layers whose output is among a call's serialised arguments."""
    if isinstance(value, dict):
        if value.get("class_name") == "__keras_tensor__":
            return [value["config"]["keras_history"][0]]
        value = list(value.values())
    return [name for part in value for name in _sources(part)] if isinstance(value, list | tuple) else []
