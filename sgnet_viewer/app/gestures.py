"""What clicks, drags and the pointer do on picture and cloud."""

from __future__ import annotations

from dataclasses import dataclass

from sgnet_viewer.controllers.copying import CopyController
from sgnet_viewer.controllers.tap_notes import TapNoteController
from sgnet_viewer.tools.controller import ToolController
from sgnet_viewer.tools.tool import ToolParts

from .answers import AnswerControllers
from .comparing import CompareControllers
from .core import Core
from .pictures import PictureControllers


@dataclass(frozen=True, slots=True)
class GestureControllers:
    """`tools`: which one is chosen; `copying`: what the pointer is over, to the clipboard."""

    tap_notes: TapNoteController
    copying: CopyController
    tools: ToolController


def make_gestures(
    core: Core,
    answers: AnswerControllers,
    comparing: CompareControllers,
    pictures: PictureControllers,
) -> GestureControllers:
    """Tools draw what was compared, too."""
    window, session, probes, compare = core.window, core.session, core.probes, comparing.compare
    tap_notes = TapNoteController(window, session, probes, answers.probe, lambda: compare.probe)
    copying = CopyController(window, session, probes, pictures.screen)
    tools = ToolController(window, ToolParts(core.document, session, probes, compare.flips))
    compare.shown.connect(tools.show)
    return GestureControllers(tap_notes, copying, tools)
