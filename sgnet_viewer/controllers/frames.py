"""The list of frames: names at once, places soon, small pictures as they come into sight."""

from __future__ import annotations

import logging
from functools import partial

from sgnet_model.types import UInt8Array
from sgnet_viewer.contract.panels import FrameListView
from sgnet_viewer.state.frame_rows import FrameRows, Query
from sgnet_viewer.state.session import Session
from sgnet_viewer.workers.frame_facts import read_places
from sgnet_viewer.workers.frames import make_thumbnails

from .runner import Post, Runner

_LOG = logging.getLogger(__name__)


class FrameListController:
    """Keeps the list in step with the session."""

    def __init__(
        self,
        view: FrameListView,
        session: Session,
        rows: FrameRows,
        thumbnails: Runner,
        places: Runner,
        post: Post,
    ) -> None:
        self._view = view
        self._session = session
        self._rows = rows
        self._thumbnails = thumbnails
        self._places = places
        self._post = post
        rows.replaced.connect(lambda: view.set_frames(rows.rows))
        rows.changed.connect(lambda: view.set_rows(rows.rows))
        session.frames_changed.connect(self._show_frames)
        session.frame_changed.connect(lambda: view.set_current(session.index))
        view.thumbnails_wanted.connect(self._make)
        view.queried.connect(self._list)

    def _show_frames(self) -> None:
        self._thumbnails.cancel()
        self._places.cancel()
        frames = self._session.frames
        if frames is None:
            self._rows.begin([])
            return
        self._rows.begin([frames.frame_name(index) for index in range(len(frames))])
        if len(frames) > 1:
            deliver = partial(self._post_places, self._rows.number)
            work = partial(read_places, frames, deliver)
            self._places.submit(work, lambda _: None, _log_failure)

    def _list(self, query: Query) -> None:
        self._rows.query = query

    def _post_places(self, number: int, splits: tuple[str, ...], scenes: tuple[str, ...]) -> None:
        """From the worker's thread."""

        def place() -> None:
            if number == self._rows.number:
                self._rows.place(splits, scenes)

        self._post(place)

    def _make(self, indices: list[int]) -> None:
        frames = self._session.frames
        if frames is None or not indices:
            return
        number = self._rows.number

        def deliver(index: int, picture: UInt8Array | None) -> None:
            self._post(partial(self._show, number, index, picture))

        work = partial(make_thumbnails, frames, tuple(indices), deliver)
        self._thumbnails.submit(work, lambda _: None, _log_failure)

    def _show(self, number: int, index: int, picture: UInt8Array | None) -> None:
        if number == self._rows.number:
            self._view.set_thumbnail(index, picture)


def _log_failure(error: Exception) -> None:
    _LOG.warning("The list of frames stays incomplete: %s", error)
