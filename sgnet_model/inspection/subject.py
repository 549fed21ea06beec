"""What is asked about: a frame, what a network said about it, and the network if it is there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from sgnet_model.edits import NO_EDITS, Edits
from sgnet_model.prediction import Prediction
from sgnet_model.progress import Progress, no_progress
from sgnet_model.switches import NO_SWITCHES, Switches
from sgnet_model.types import FloatArray, Frame, LayerTrace, UInt8Array, UserError

from .finding import Pixel, Score
from .probe import check_pixel

if TYPE_CHECKING:
    from sgnet_model.predictor import Predictor


@dataclass(frozen=True, eq=False)
class Subject:
    """`frame`: as it was read. `prediction`: of the frame after `edits`, with its switches.
    `plain`: of the frame as it was read, nothing switched: the classes of a score are its winner
    and runner-up. `predictor`: None where only traces are at hand.
    """

    frame: Frame
    prediction: Prediction
    plain: Prediction
    edits: Edits = NO_EDITS
    predictor: Predictor | None = None
    progress: Progress = no_progress

    @cached_property
    def shown(self) -> Frame:
        """The frame after the edits."""
        return self.edits.applied(self.frame)

    @property
    def switches(self) -> Switches:
        return self.prediction.switches

    @property
    def network(self) -> Predictor:
        """The predictor; UserError where there is none."""
        if self.predictor is None:
            raise UserError("This needs the network itself: load one first.")
        return self.predictor

    @property
    def depth_m(self) -> FloatArray:
        """(H, W) metres of the edited frame, 0 = missing."""
        return depth_of(self.shown)

    def predict(
        self,
        rgb: UInt8Array | None = None,
        depth_m: FloatArray | None = None,
        switches: Switches | None = None,
    ) -> Prediction:
        """Another pass; what is left out is as in `prediction`."""
        return self.network.predict(
            self.shown.rgb if rgb is None else rgb,
            self.depth_m if depth_m is None else depth_m,
            self.shown.intrinsics,
            switches=self.switches if switches is None else switches,
        )

    def score(self, pixel: Pixel, class_name: str | None = None) -> Score:
        """z at the pixel. UserError for a pixel outside, or a class that is not there."""
        check_pixel(*pixel, self.frame.size)
        names, logits = self.plain.scheme.classes, self.plain.logits_at(*pixel)
        if class_name is None:
            best = logits.argsort(kind="stable")[::-1][:2]
            indices = tuple(int(index) for index in best)
        elif class_name in names:
            indices = (names.index(class_name),)
        else:
            raise UserError(
                f"There is no class called {class_name!r}: choose one of {', '.join(names)}."
            )
        kind = "margin" if class_name is None else "class"
        score = Score(kind, indices, tuple(names[index] for index in indices), 0.0)
        return replace(score, value=score.read(self.prediction.logits_at(*pixel)))

    def traces(self, layer: str | None = None) -> tuple[LayerTrace, ...]:
        """Those of all layers with taps, or of the one named. UserError where there is none."""
        traces = self.prediction.traces
        chosen = tuple(trace for trace in traces if layer in (None, trace.name))
        if not chosen and layer is not None:
            if not traces:
                raise UserError(f"This network has no layer with taps: leave {layer} out.")
            names = ", ".join(trace.name for trace in traces)
            raise UserError(
                f"This network has no layer with taps called {layer!r}: choose one of {names}."
            )
        return chosen


def subject_of(
    predictor: Predictor,
    frame: Frame,
    switches: Switches = NO_SWITCHES,
    edits: Edits = NO_EDITS,
    progress: Progress = no_progress,
) -> Subject:
    """Runs the network on the frame; once more where something is switched or edited."""
    plain = predictor.predict(frame.rgb, depth_of(frame), frame.intrinsics)
    if not switches and not edits:
        return Subject(frame, plain, plain, NO_EDITS, predictor, progress)
    shown = edits.applied(frame)
    prediction = predictor.predict(shown.rgb, depth_of(shown), shown.intrinsics, switches=switches)
    return Subject(frame, prediction, plain, edits, predictor, progress)


def depth_of(frame: Frame) -> FloatArray:
    """Its depth; UserError where it has none."""
    if frame.depth_m is None:
        raise UserError(f"{frame.name} has no usable depth, which the network needs.")
    return frame.depth_m
