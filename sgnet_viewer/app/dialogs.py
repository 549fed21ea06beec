"""What small windows ask for: classes and colours, the depth's range; the tour."""

from __future__ import annotations

from dataclasses import dataclass

from sgnet_viewer.controllers.class_look import ClassLookController
from sgnet_viewer.controllers.depth_range import DepthRangeController
from sgnet_viewer.controllers.tour import TourController

from .core import Core


@dataclass(frozen=True, slots=True)
class DialogControllers:
    """`look`: colours of classes, and from which confidence on they are shown."""

    look: ClassLookController
    depth: DepthRangeController
    tour: TourController


def make_dialogs(core: Core) -> DialogControllers:
    """They need no other controllers."""
    window, session, view, notices = core.window, core.session, core.view, core.notices
    return DialogControllers(
        ClassLookController(window, session, view, notices),
        DepthRangeController(window, session, view, notices),
        TourController(window, session, notices, core.settings),
    )
