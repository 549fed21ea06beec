"""Running the network over every frame of the open set, in a worker."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sgnet_viewer.runtime.task import Task
from sgnet_viewer.state.choices import NetworkChoice

from .inference import loading
from .networks import LoadedNetworks, key_of

if TYPE_CHECKING:  # with the readers, and torch
    from sgnet_model.data.frames import FrameSet
    from sgnet_model.evaluation.explored import Explored
    from sgnet_model.evaluation.results import Results


@dataclass(frozen=True, slots=True, eq=False)
class SurveyRequest:
    """Built on the GUI thread."""

    frames: FrameSet
    network: NetworkChoice


@dataclass(frozen=True, slots=True, eq=False)
class AtlasAnswer:
    """`atlas`: as `sgnet-model atlas --json` prints it. `names`: of the frames, by index."""

    atlas: dict[str, Any]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class EvaluationAnswer:
    """`results`: as `sgnet-model evaluate` reports them."""

    explored: Explored
    results: Results


class Surveyor:
    """Has the network at hand. UserError for what means nothing for it, or cannot be read."""

    def __init__(self, networks: LoadedNetworks) -> None:
        self._networks = networks

    def atlas(self, request: SurveyRequest, task: Task) -> AtlasAnswer:
        """What its taps do."""
        from sgnet_model.evaluation.frames import unique_names
        from sgnet_model.inspection.measure_atlas import measure_atlas

        predictor, checkpoint = self._predictor(request, task)
        switches = request.network.switches
        shown = _progress(task, "Measuring taps")
        made = measure_atlas(predictor, request.frames, shown, switches).to_json()
        said = {
            "data": request.frames.name,
            "variant": predictor.network.config.variant,
            "checkpoint": checkpoint,
            **({"switches": list(switches.texts)} if switches else {}),
            **made,
        }
        return AtlasAnswer(said, tuple(unique_names(request.frames)))

    def evaluation(self, request: SurveyRequest, task: Task) -> EvaluationAnswer:
        """How right it is."""
        from sgnet_model.evaluation.explored import explore
        from sgnet_model.evaluation.multiscale import MultiScale

        predictor, checkpoint = self._predictor(request, task)
        request.network.switches.check(predictor.network.config.tap_layers)
        voter = MultiScale(predictor, switches=request.network.switches)
        found = explore(request.frames, voter, _progress(task, "Evaluating"))
        return EvaluationAnswer(found, _results(found, request, predictor, checkpoint))

    def _predictor(self, request: SurveyRequest, task: Task) -> tuple[Any, str]:
        """A copy that is fed at the size chosen, and its checkpoint's name."""
        key = key_of(request.network, "fp32")
        loaded = self._networks.get(key, lambda: task.report(loading(key)))
        own: Any = copy(loaded.predictor)
        own.size = request.network.size
        return own, key[0].name


def _progress(task: Task, what: str) -> Any:
    def show(done: int, total: int) -> None:
        task.report(what, done / max(total, 1))

    return show


def _results(found: Explored, request: SurveyRequest, predictor: Any, checkpoint: str) -> Results:
    from sgnet_model.evaluation.results import Results, Settings, score_values
    from sgnet_model.machine import describe_machine

    tally = found.tally
    settings = Settings(
        data=request.frames.name,
        variant=predictor.network.config.variant,
        scheme=found.scheme.name,
        checkpoint=checkpoint,
        size=request.network.size,
        precision=str(predictor.precision),
        device=str(predictor.device),
        on_error="skip",
        switches=request.network.switches.texts,
    )
    return Results(
        settings=settings,
        scores=score_values(tally.matrix, found.scheme.classes),
        frames=len(found.names),
        scored=len(tally.frames),
        skipped=tuple(tally.skipped),
        remarks=tally.remarks(),
        notes=request.frames.notes,
        machine=describe_machine(predictor.device),
        matrix=tally.matrix,
        frame_scores=tally.frames,
        more={} if tally.more is None else tally.more.to_json(),
    )
