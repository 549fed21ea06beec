"""Frames and sets of frames: opening, listing and scoring them."""

from __future__ import annotations

from dataclasses import dataclass

from sgnet_viewer.controllers.frame_scores import ScoresController
from sgnet_viewer.controllers.frames import FrameListController
from sgnet_viewer.controllers.session import SessionController

from .core import Core


@dataclass(frozen=True, slots=True)
class FrameControllers:
    """`opening`: sets and their frames, onto the screen."""

    listing: FrameListController
    scores: ScoresController
    opening: SessionController


def make_frames(core: Core) -> FrameControllers:
    """They need no other controllers."""
    window, session, rows, pool = core.window, core.session, core.rows, core.pool
    listing = FrameListController(
        window.frames, session, rows, pool.thumbnails, pool.places, core.post
    )
    scores = ScoresController(
        window, session, rows, core.notices, pool.scores, pool.grades, core.options.scores
    )
    opening = SessionController(window, session, rows, core.notices, pool.frames)
    return FrameControllers(listing, scores, opening)
