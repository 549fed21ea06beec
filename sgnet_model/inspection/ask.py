"""Asking an inspection, in one call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

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
    _check_kinds(predictor, frame, options)
    found = inspection(what) if isinstance(what, str) else what
    refuse(found, predictor)
    check_pixel(*_pair(pixel), frame.size)
    return found.ask(
        subject_of(predictor, frame, switches, edits, progress), pixel, options or Options()
    )


def _check_kinds(predictor: object, frame: object, options: object) -> None:
    if not hasattr(predictor, "predict"):
        raise UserError(
            f"A question is put to a Predictor, and {type(predictor).__name__} arrived: make one "
            "with Predictor(network) or Predictor.load(path)."
        )
    if not isinstance(frame, Frame):
        raise UserError(
            f"A question is about a Frame, and {type(frame).__name__} arrived: see load_pair."
        )
    if not isinstance(options, Options | None):
        raise UserError(
            f"The options are {options!r}: give an Options of sgnet_model.inspection.protocol."
        )


def _pair(pixel: object) -> Pixel:
    if not isinstance(pixel, Sequence | np.ndarray) or len(pixel) != 2:
        raise UserError(f"The pixel is {pixel!r}: give (u, v), its column and row.")
    return pixel[0], pixel[1]


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
