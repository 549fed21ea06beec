"""The model card of a checkpoint: what it learnt from, how good it is, what it is not for.

Training and `sgnet-model convert --card` keep facts in a checkpoint's provenance; here they are
read as anyone may have written them. A checkpoint without any has a short card.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sgnet_model.config import SGNetConfig
from sgnet_model.untrusted import number

from .info import CheckpointInfo

CARD = "card"  # the key of a card's own facts in the provenance
CALIBRATION = "calibration"
INT8_RANGES = "int8_ranges"  # there: lowest and highest value of each map
START = "start"  # of what the weights were when their training began
LICENCE = "licence"  # there, and in the metadata of such a file
TEMPERATURES = (0.05, 20.0)  # beyond, a file is damaged
LARGEST = 1e6  # value of a map; beyond, a file is damaged
LONGEST = 2000  # characters of one fact
MOST = 50  # entries of one list

_INPUTS = {
    "depth": "depth in metres",
    "xyz": "camera coordinates in metres",
    "hha": "HHA",
    "feature": "the feature maps themselves",
}


@dataclass(frozen=True, slots=True)
class Score:
    """`where`: on which frames. The others in 0..1, None where they were not measured."""

    where: str
    accuracy: float | None = None
    miou: float | None = None
    ece: float | None = None  # expected calibration error


@dataclass(frozen=True, slots=True)
class ModelCard:
    """`variant`, `parameters`, `classes`, `scheme`: of the network. `guidance`: what guides its
    S-Convs and how that is prepared. `data`: what it learnt from. `start`: the weights it began
    with. `training`: a line a run. `scores`: what was measured. `temperature`: its logits are
    divided by before they are probabilities; None where nothing was fitted. `licence`: of the
    weights. `credits`: whose work they contain. `limits`: what it is not good at.
    """

    variant: str
    parameters: int
    classes: int
    scheme: str
    guidance: str
    data: str | None = None
    start: str | None = None
    training: tuple[str, ...] = ()
    scores: tuple[Score, ...] = ()
    temperature: float | None = None
    licence: str | None = None
    credits: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()

    def rows(self) -> Iterator[tuple[str, str]]:
        """(title, text) of everything that is known: first what to expect of it, then how it came
        to be."""
        yield "network", f"{self.variant}, {self.parameters:,} parameters"
        yield "classes", f"{self.classes} ({self.scheme})"
        yield "guided by", self.guidance
        yield from _said("learnt from", self.data)
        yield from (("scores", score_text(score)) for score in self.scores)
        yield from (("limits", line) for line in self.limits)
        if self.temperature is not None:
            yield "confidence", f"logits over {self.temperature:.3g} (fitted on held-out rooms)"
        yield from _said("licence", self.licence)
        yield from _said("began with", self.start)
        yield from (("training", line) for line in self.training)
        yield from (("credits", line) for line in self.credits)


def card_of(info: CheckpointInfo) -> ModelCard:
    """What a checkpoint says of itself; facts of another kind than expected are left out."""
    provenance = info.provenance
    facts = _mapping(provenance.get(CARD))
    return ModelCard(
        variant=info.variant,
        parameters=info.parameters,
        classes=info.config.classes,
        scheme=info.scheme.name,
        guidance=_guidance(info.config),
        data=_text(facts.get("data")) or _text(provenance.get("data")),
        start=_text(facts.get("start")) or _text(_mapping(provenance.get(START)).get("file")),
        training=_texts(facts.get("training")),
        scores=tuple(_score(one) for one in _list(facts.get("scores")) if _mapping(one)),
        temperature=fitted_temperature(provenance),
        licence=_text(facts.get("licence")) or _text(licence_of_start(provenance)),
        credits=_texts(facts.get("credits")),
        limits=_texts(facts.get("limits")),
    )


def unmeasured(provenance: Mapping[str, Any]) -> dict[str, Any]:
    """Without what was measured of the weights: those that are made of them have other numbers."""
    kept = {key: value for key, value in provenance.items() if key != CALIBRATION}
    if CARD in kept:
        kept[CARD] = {key: one for key, one in _mapping(kept[CARD]).items() if key != "scores"}
    return kept


def licence_of_start(provenance: Mapping[str, Any]) -> str:
    """Of the weights that the training began with; "" where none is kept."""
    text = _mapping(provenance.get(START)).get(LICENCE)
    return text if isinstance(text, str) else ""


def fitted_temperature(provenance: Mapping[str, Any]) -> float | None:
    """The temperature that `sgnet-model calibrate` left; None where there is no usable one."""
    value = _mapping(provenance.get(CALIBRATION)).get("temperature")
    return _number(value, *TEMPERATURES)


def int8_ranges(provenance: Mapping[str, Any]) -> dict[str, tuple[float, float]] | None:
    """What `sgnet-model calibrate` left of each map, by its place; None where it is not usable."""
    stored = _mapping(_mapping(provenance.get(CALIBRATION)).get(INT8_RANGES))
    found = {}
    for place, ends in stored.items():
        low, *more = [_number(end, -LARGEST, LARGEST) for end in _list(ends)] or [None]
        if low is None or len(more) != 1 or more[0] is None or low > more[0]:
            return None
        found[place] = (low, more[0])
    return found or None


def score_text(score: Score) -> str:
    """ "held-out rooms: pixel accuracy 87.5 %, mean IoU 68.8 %, calibration error 2.0 %"."""
    parts = [
        f"{name} {100 * value:.1f} %"
        for name, value in (
            ("pixel accuracy", score.accuracy),
            ("mean IoU", score.miou),
            ("calibration error", score.ece),
        )
        if value is not None
    ]
    return f"{score.where}: {', '.join(parts) or 'not measured'}"


def _guidance(config: SGNetConfig) -> str:
    steps = [_INPUTS.get(config.spatial, config.spatial)]
    if config.fill_holes or config.spatial == "hha":
        steps.append("holes filled from the nearest valid pixel")
    if config.smooth_depth:
        steps.append("smoothed with edges kept")
    return ", ".join(steps)


def _score(value: Any) -> Score:
    facts = _mapping(value)
    accuracy, miou, ece = (_number(facts.get(key), 0, 1) for key in ("accuracy", "miou", "ece"))
    return Score(_text(facts.get("where")) or "frames that are not named", accuracy, miou, ece)


def _said(title: str, text: str | None) -> Iterator[tuple[str, str]]:
    if text:
        yield title, text


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value[:MOST] if isinstance(value, list) else []


def _text(value: Any) -> str | None:
    """One line of it."""
    return " ".join(value.split())[:LONGEST] or None if isinstance(value, str) else None


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(text for text in map(_text, _list(value)) if text)


def _number(value: Any, low: float, high: float) -> float | None:
    try:
        return number(value, low, high)
    except ValueError:
        return None
