"""The list of frames, and their small pictures, made as they come into sight."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from sgnet_model.types import UInt8Array, UserError
from sgnet_viewer.state.session import Session
from sgnet_viewer.views.interface import FrameListView, FrameRow
from sgnet_viewer.workers.frames import thumbnail
from sgnet_viewer.workers.task import Task

from .runner import Post, Runner

if TYPE_CHECKING:
    from sgnet_model.data.frames import FrameSet

_LOG = logging.getLogger(__name__)


class FrameListController:
    """Keeps the list in step with the session."""

    def __init__(
        self, view: FrameListView, session: Session, thumbnails: Runner, post: Post
    ) -> None:
        self._view = view
        self._session = session
        self._thumbnails = thumbnails
        self._post = post
        session.frames_changed.connect(self._show_frames)
        session.frame_changed.connect(lambda: view.set_current(session.index))
        view.thumbnails_wanted.connect(self._make)

    def _show_frames(self) -> None:
        self._thumbnails.cancel()
        frames = self._session.frames
        count = len(frames) if frames is not None else 0
        names = [frames.frame_name(index) for index in range(count)] if frames is not None else []
        self._view.set_frames(tuple(FrameRow(index, name) for index, name in enumerate(names)))

    def _make(self, indices: list[int]) -> None:
        frames = self._session.frames
        if frames is None or not indices:
            return

        def deliver(index: int, picture: UInt8Array) -> None:
            self._post(partial(self._show, frames, index, picture))

        work = partial(make_thumbnails, frames, tuple(indices), deliver)
        self._thumbnails.submit(work, lambda _: None, _log_failure)

    def _show(self, frames: FrameSet, index: int, picture: UInt8Array) -> None:
        if frames is self._session.frames:
            self._view.set_thumbnail(index, picture)


def make_thumbnails(
    frames: FrameSet,
    indices: tuple[int, ...],
    deliver: Callable[[int, UInt8Array], None],
    task: Task,
) -> None:
    """In a worker. A frame that cannot be read stays without: opening it will say why."""
    for index in indices:
        task.check()
        try:
            deliver(index, thumbnail(frames, index))
        except UserError:
            continue


def _log_failure(error: Exception) -> None:
    _LOG.warning("No small pictures of the frames: %s", error)
