"""Asking an inspection about the result that is shown, and drawing what it answered."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from copy import copy
from dataclasses import dataclass, replace
from typing import Any, cast

from sgnet_model.inspection.ask import ask
from sgnet_model.inspection.finding import Finding
from sgnet_model.inspection.protocol import Inspection, Need, Options
from sgnet_model.inspection.subject import Subject
from sgnet_model.prediction import Prediction
from sgnet_viewer.contract.picture import MapOverlay
from sgnet_viewer.render.finding import map_overlay
from sgnet_viewer.render.finding_panel import chosen_map, index_of
from sgnet_viewer.render.tap_values import TapValues
from sgnet_viewer.runtime.cores import share_cores
from sgnet_viewer.runtime.task import Task
from sgnet_viewer.state.choices import NetworkChoice
from sgnet_viewer.state.result import Result

from .networks import LoadedNetworks, key_of

Ask = Callable[["ExplainRequest", Task], Finding]


@dataclass(frozen=True, slots=True, eq=False)
class ExplainRequest:
    """`plain`: of the frame as it was read with nothing switched, where it is at hand; else it is
    asked for."""

    inspection: Inspection
    result: Result
    network: NetworkChoice
    pixel: tuple[int, int]
    options: Options
    plain: Prediction | None


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """`finding` about `pixel` of `result`; `overlay`: of its map `map_index`, or of step `step`;
    `taps`: what it says of each."""

    finding: Finding
    result: Result
    pixel: tuple[int, int]
    overlay: MapOverlay | None
    map_index: int = 0
    step: int = 0
    taps: TapValues | None = None


class Explainer:
    """Has the network that answered at hand for those inspections that need it."""

    def __init__(self, networks: LoadedNetworks) -> None:
        self._networks = networks

    def run(self, request: ExplainRequest, task: Task) -> Finding:
        """UserError for what means nothing here, `Cancelled` when it is not wanted any more."""
        what, frame = request.inspection, request.result.as_read
        prediction = request.result.prediction
        loaded = None
        if what.needs is not Need.TRACES or request.plain is None:
            loaded = self._networks.get(key_of(request.network, "fp32"))

        def progress(done: int, total: int) -> None:
            task.check()
            task.report(what.title, done / max(total, 1))

        task.report(what.title)
        with nullcontext() if loaded is None else loaded.turn:
            predictor: Any = None
            if loaded is not None:
                share_cores(1)
                predictor = _sized(loaded.predictor, request.network)
            plain = request.plain
            if plain is None:
                plain = predictor.predict(frame.rgb, frame.depth_m, frame.intrinsics)
            subject = Subject(
                frame,
                prediction,
                cast(Prediction, plain),
                request.result.edits,
                predictor=predictor,
                progress=progress,
            )
            return ask(what, subject, request.pixel, request.options)


def _sized(predictor: Any, choice: NetworkChoice) -> Any:
    """A copy that is fed at the size chosen: the predictor is shared with other threads."""
    own = copy(predictor)
    own.size = choice.size
    return own


def answered(
    asks: Ask, request: ExplainRequest, layer: str, map_index: int, step: int, task: Task
) -> Answer:
    """`layer`, `map_index`, `step`: which map is laid over the picture."""
    finding = asks(request, task)
    taps = TapValues.of(finding)
    answer = Answer(finding, request.result, request.pixel, None, taps=taps)
    return drawn(answer, index_of(finding, layer, map_index), step, task)


def drawn(answer: Answer, map_index: int, step: int, _: Task) -> Answer:
    """With another map over the picture."""
    part = chosen_map(answer.finding, map_index, step)
    rgb, score = answer.result.frame.rgb, answer.finding.score
    overlay = None if part is None else map_overlay(part, rgb, score)
    return replace(answer, overlay=overlay, map_index=map_index, step=step)
