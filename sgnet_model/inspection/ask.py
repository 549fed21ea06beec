"""Asking an inspection, in one call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sgnet_model.edits import NO_EDITS, Edits
from sgnet_model.progress import Progress, no_progress
from sgnet_model.switches import NO_SWITCHES, Switches
from sgnet_model.types import Frame, UserError

from .finding import Finding, Pixel
from .probe import check_pixel
from .protocol import Inspection, Options
from .registry import inspection
from .subject import Subject, subject_of

if TYPE_CHECKING:
    from sgnet_model.predictor import Predictor


def inspect(
    what: str | Inspection,
    predictor: Predictor,
    frame: Frame,
    pixel: Pixel,
    options: Options | None = None,
    *,
    switches: Switches = NO_SWITCHES,
    edits: Edits = NO_EDITS,
    progress: Progress = no_progress,
) -> Finding:
    """What an inspection finds for pixel (u, v) of the frame; runs the network.

    `what`: a name of `sgnet-model inspect --list`, or an inspection of your own. UserError where
    it means nothing for this network, and for a pixel, layer or class that is not there.
    """
    found = inspection(what) if isinstance(what, str) else what
    refuse(found, predictor)
    check_pixel(*pixel, frame.size)
    return found.ask(
        subject_of(predictor, frame, switches, edits, progress), pixel, options or Options()
    )


def ask(what: Inspection, subject: Subject, pixel: Pixel, options: Options) -> Finding:
    """The same for a subject that is at hand, as in the window: its passes are not run again."""
    if subject.predictor is not None:
        refuse(what, subject.predictor)
    check_pixel(*pixel, subject.frame.size)
    return what.ask(subject, pixel, options)


def refuse(what: Inspection, predictor: Predictor) -> None:
    """UserError where the inspection means nothing for the network."""
    reason = what.refusal(predictor.network.config)
    if reason is not None:
        raise UserError(reason)
