"""The line at the bottom and the title: what is shown, how it was read, and who computed."""

from __future__ import annotations

import sys
from dataclasses import replace

from sgnet_model.types import DepthInfo, Frame, Intrinsics, Origin
from sgnet_viewer.contract.commands import (
    RESET_CAMERA,
    RESET_EDITS,
    RESET_SWITCHES,
    SHOW_ALL_LABELS,
    UNLOCK_DEPTH,
)
from sgnet_viewer.contract.window import Departure, LikelyUnit, StatusModel, WindowView
from sgnet_viewer.state.session import Result, Session
from sgnet_viewer.state.view import ViewState
from sgnet_viewer.state.view_settings import ViewSettings

from .session import GUESS

LONGEST, MOST_NAMED = 60, 6  # of the texts in a tip
NOTHING = ("", False, "", False, "", "")  # known of a frame that is not there


class StatusController:
    """Follows the session, and what of the view is not as it begins."""

    def __init__(self, window: WindowView, session: Session) -> None:
        self._window = window
        self._session = session
        self._view = ViewState(document=session.document)
        self._view.changed.connect(self._follow_view)
        session.frame_changed.connect(self.show)
        session.result_changed.connect(self.show)
        session.frame_changed.connect(self._show_units)

    def show(self) -> None:
        """What is known of the current frame."""
        frame = self._session.frame
        if frame is None:
            return
        status = status_of(frame, self._session.result)
        frames = self._session.frames
        several = frames is not None and len(frames) > 1
        departures = (
            *status.departures,
            *self._camera_departure(),
            *view_departures(self._view.settings),
        )
        self._window.set_status(replace(status, several=several, departures=departures))
        self._window.set_title(self._title(frame))

    def _camera_departure(self) -> tuple[Departure, ...]:
        """A camera that was given in the place of the files'."""
        session = self._session
        own, all_frames = session.target.camera_of(session.index), session.target.intrinsics
        if session.streaming or not (own or all_frames):
            return ()
        word = "own camera" if own else "given camera"
        whose = "this frame" if own else "all frames"
        return (Departure(word, RESET_CAMERA, f"For {whose}: {own or all_frames}"),)

    def _follow_view(self, old: ViewSettings, new: ViewSettings) -> None:
        if view_departures(old) != view_departures(new):
            self.show()

    def show_opening(self, title: str) -> None:
        """What is being opened, where no frame is there yet; "" where nothing is any more."""
        if self._session.frame is None:
            said = f"Opening {title} …"
            self._window.set_status(StatusModel(said, *NOTHING) if title else None)

    def _title(self, frame: Frame) -> str:
        frames = self._session.frames
        if self._session.streaming:
            return "Live"
        if frames is None or len(frames) < 2:
            return frame.name
        return f"{frame.name} ({self._session.index + 1}/{len(frames)}, {frames.name})"

    def _show_units(self) -> None:
        # The frame was read by this module, in a worker: here it is not imported again.
        module = sys.modules.get("sgnet_model.data.depth")
        units = tuple(module.UNITS) if module is not None else ()
        chosen = self._session.target.unit or GUESS
        own = () if chosen in (GUESS, *units) else (chosen,)  # a scale that was typed
        frame = self._session.frame
        self._window.set_units(
            (GUESS, *units, *own), chosen, likely_units(frame.depth_info if frame else None)
        )


def status_of(frame: Frame, result: Result | None) -> StatusModel:
    """What the line says."""
    height, width = frame.size
    info = frame.depth_info
    return StatusModel(
        frame=f"{frame.name}  {width}×{height}",
        depth=_depth_text(info),
        depth_guessed=info is not None and info.origin is Origin.GUESS,
        camera=_camera_text(frame.intrinsics),
        camera_guessed=frame.intrinsics.origin is Origin.GUESS,
        network=_network_text(result),
        time=f"{result.prediction.milliseconds:.0f} ms" if result else "",
        departures=departures_of(result),
        camera_numbers=numbers_of(frame.intrinsics),
        camera_origin=ORIGINS[frame.intrinsics.origin],
        depth_doubt="" if info is None else info.doubt,
    )


def likely_units(info: DepthInfo | None) -> tuple[LikelyUnit, ...]:
    """What a doubted guess may be instead."""
    if info is None or not info.doubt:
        return ()
    return tuple(
        LikelyUnit(unit, f"{unit}: median {median_m:.2f} m") for unit, median_m in info.alternatives
    )


def departures_of(result: Result | None) -> tuple[Departure, ...]:
    """In what the result is not the plain answer of the network."""
    if result is None:
        return ()
    known = (
        (result.prediction.switches.texts, ("switch", "switches"), RESET_SWITCHES),
        (result.edits.texts, ("edit of depth", "edits of depth"), RESET_EDITS),
    )
    return tuple(
        Departure(f"{len(texts)} {words[len(texts) > 1]}", command, _shortened(texts))
        for texts, words, command in known
        if texts
    )


def _shortened(texts: tuple[str, ...]) -> str:
    """A stroke has many points: its text is cut."""
    cut = [text if len(text) <= LONGEST else f"{text[:LONGEST]}…" for text in texts[:MOST_NAMED]]
    return ", ".join([*cut, *(["…"] if len(texts) > MOST_NAMED else [])])


def view_departures(settings: ViewSettings) -> tuple[Departure, ...]:
    """In what the picture is not scaled or drawn as it usually is."""
    found = []
    if settings.depth_limits is not None:
        low, high = settings.depth_limits
        tip = f"The colours of depth span {low:.2f} to {high:.2f} m in every frame"
        found.append(Departure("locked range", UNLOCK_DEPTH, tip))
    if settings.least_confidence > 0:
        least = f"{settings.least_confidence:.2f}"
        tip = f"Labels of less than {least} confidence are hatched"
        found.append(Departure(f"confidence from {least}", SHOW_ALL_LABELS, tip))
    return tuple(found)


def _depth_text(info: DepthInfo | None) -> str:
    if info is None:
        return "no usable depth"
    valid = info.valid_fraction * 100
    return f"depth in {info.unit}, median {info.median_m:.2f} m, {valid:.0f} % valid"


ORIGINS = {
    Origin.GIVEN: "given by you",
    Origin.FILE: "from a file beside the frame",
    Origin.DATASET: "the data set's published camera",
    Origin.GUESS: "a guess",
}


def numbers_of(camera: Intrinsics) -> str:
    """fx, fy, cx, cy in pixels."""
    return ", ".join(f"{value:.6g}" for value in (camera.fx, camera.fy, camera.cx, camera.cy))


def _camera_text(camera: Intrinsics) -> str:
    return f"fx {camera.fx:.1f}  fy {camera.fy:.1f}"


def _network_text(result: Result | None) -> str:
    if result is None:
        return ""
    network = result.network
    height, width = result.prediction.network_size
    return f"{network.name}, {width}×{height}, {network.device}, {network.precision}"
