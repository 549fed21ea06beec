"""Switches: an S-Conv asked to do without what it infers. What does the network rely on?

A switch replaces the offsets of a layer by zero or by their mean, or its modulation by one or by
its mean. Nothing is retrained, so the answer says what this network relies on, not what the
operator is worth. Values only, no torch: they are part of a question, hashable and comparable.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, cast

from .types import UserError

OffsetState = Literal["learned", "mean", "zero"]
ModulationState = Literal["learned", "mean", "one"]
ALL = "all"  # every layer with taps
STATES: dict[str, tuple[str, ...]] = {
    "offsets": ("learned", "mean", "zero"),
    "modulation": ("learned", "mean", "one"),
}
_TEXT = re.compile(r"([\w.]+):(offsets|modulation)=(\w+)")
_FORM = "LAYER|all:offsets=zero|mean or LAYER|all:modulation=one|mean"


@dataclass(frozen=True, slots=True)
class LayerMeans:
    """What one layer infers in the mean over the positions of a data set.

    `offsets`: 18 numbers (dy_0, dx_0, ...), input-grid units. `modulation`: 9 numbers in 0..1.
    """

    layer: str
    offsets: tuple[float, ...]
    modulation: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class LayerSwitch:
    """The state of one layer. `means`: of a data set; None: of the picture itself.

    With other offsets the weight generator reads S at the taps where they then lie (Eq. 5), as it
    would in a network that infers no offsets: the modulation follows unless it is switched too.
    """

    offsets: OffsetState = "learned"
    modulation: ModulationState = "learned"
    means: LayerMeans | None = None

    def __bool__(self) -> bool:
        """Whether anything is not as learned."""
        return (self.offsets, self.modulation) != ("learned", "learned")


LEARNED = LayerSwitch()


@dataclass(frozen=True, slots=True)
class Switch:
    """One switch as it is written: `layer` is a name or "all", `part` "offsets" or "modulation"."""

    layer: str
    part: str
    state: str

    def __str__(self) -> str:
        return f"{self.layer}:{self.part}={self.state}"


@dataclass(frozen=True, slots=True)
class Switches:
    """The switches of a pass, in order: a later one wins. `means`: of a data set, where given.

    False while everything is as learned.
    """

    chosen: tuple[Switch, ...] = ()
    means: tuple[LayerMeans, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.chosen)

    @property
    def texts(self) -> tuple[str, ...]:
        """As `--switch` takes them."""
        return tuple(map(str, self.chosen))

    @property
    def wants_means(self) -> bool:
        """Whether a mean is asked for."""
        return any(switch.state == "mean" for switch in self.chosen)

    def of(self, layer: str) -> LayerSwitch:
        """The state of the layer of that name."""
        states = {"offsets": "learned", "modulation": "learned"}
        for switch in self.chosen:
            if switch.layer in (ALL, layer):
                states[switch.part] = switch.state
        if set(states.values()) == {"learned"}:
            return LEARNED
        return LayerSwitch(
            cast(OffsetState, states["offsets"]),
            cast(ModulationState, states["modulation"]),
            next((means for means in self.means if means.layer == layer), None),
        )

    def turned(self, layer: str, part: str, state: str) -> Switches:
        """With one more switch; what it overrules is left out, so that equal states are equal.

        `layer`: a name or "all". UserError for a part or a state that does not exist.
        """
        _check(Switch(layer, part, state))
        kept = tuple(
            old for old in self.chosen if old.part != part or layer not in (ALL, old.layer)
        )
        learned = state == "learned" and not any(
            (old.layer, old.part) == (ALL, part) for old in kept
        )
        return replace(self, chosen=kept if learned else (*kept, Switch(layer, part, state)))

    def check(self, layers: Sequence[str]) -> None:
        """UserError where a switch names a layer that is none of `layers`, those with taps."""
        if self.chosen and not layers:
            raise UserError(
                f"This network has no layer with taps, so {self.chosen[0]} means nothing: choose a "
                "network with S-Conv."
            )
        for switch in self.chosen:
            if switch.layer not in (ALL, *layers):
                raise UserError(
                    f"This network has no layer with taps called {switch.layer!r}: choose {ALL} or "
                    f"one of {', '.join(layers)}."
                )


NO_SWITCHES = Switches()


def parse_switches(texts: Iterable[str]) -> Switches:
    """From texts like "all:offsets=zero" or "layer2.0:modulation=mean", in order.

    Layers are not known here: see `Switches.check`.
    """
    switches = NO_SWITCHES
    for text in texts:
        match = _TEXT.fullmatch(text.strip())
        if match is None:
            raise UserError(f"The switch {text!r} is not of the form {_FORM}.")
        switches = switches.turned(match[1], match[2], match[3])
    return switches


def _check(switch: Switch) -> None:
    states = STATES.get(switch.part, ())
    if switch.state not in states:
        raise UserError(f"The switch {str(switch)!r} is not of the form {_FORM}.")
