"""The commands of Network > Switches: layers that do without what they learned."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from sgnet_model.switches import ALL, STATES
from sgnet_viewer.contract.commands import RESET_SWITCHES, SWITCH_MENU

from .command import Command, marked
from .parts import Parts


def switch_commands(parts: Parts) -> Iterator[Command]:
    """Those of all layers, then of each layer of the network that answered last."""
    yield Command(
        RESET_SWITCHES,
        "All as &learned",
        parts.network.reset_switches,
        SWITCH_MENU,
        refusal=lambda: "" if parts.session.choice.switches else "No switch is set.",
    )
    yield from _of_layer(parts, ALL, f"{SWITCH_MENU}/All layers")
    prediction = parts.session.prediction
    for trace in prediction.traces if prediction is not None else ():
        yield from _of_layer(parts, trace.name, f"{SWITCH_MENU}/{trace.name}")


def _of_layer(parts: Parts, layer: str, menu: str) -> Iterator[Command]:
    for part, states in STATES.items():
        for state in states:
            yield Command(
                f"switch.{layer}.{part}.{state}",
                f"{part.capitalize()}: {state}",
                partial(parts.network.switch, layer, part, state),
                menu,
                checked=marked(partial(_state, parts, layer, part), state),
                group=f"switch.{layer}.{part}",
                after_line=state == "learned" and part != "offsets",
                tip=TIPS[state],
            )


TIPS = {
    "learned": "As the network infers it at each position",
    "mean": "Everywhere its mean over this picture",
    "zero": "A regular 3x3 grid",
    "one": "Every tap counts in full",
}


def _state(parts: Parts, layer: str, part: str) -> str:
    """Of "all": what every layer without a switch of its own has."""
    return str(getattr(parts.session.choice.switches.of(layer), part))
