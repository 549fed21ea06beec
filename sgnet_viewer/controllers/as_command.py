"""What the window shows as words of a command of `sgnet-model`."""

from __future__ import annotations

from collections.abc import Iterable
from shlex import quote

import numpy as np

from sgnet_model.data.label_offset import LabelNumbers
from sgnet_model.data.reading import PLAIN
from sgnet_model.edits import Edits
from sgnet_model.switches import Switches
from sgnet_model.types import Frame, Origin, UserError
from sgnet_viewer.state.session import Session


def file_words(session: Session) -> list[str]:
    """The frame's two files. UserError where it is not a pair of files, but in a video, say."""
    paths = session.frames.paths(session.index) if session.frames is not None else None
    if paths is None or paths.depth is None or not (paths.rgb.is_file() and paths.depth.is_file()):
        raise UserError("This frame is not a pair of files: export it, then use that.")
    return ["--rgb", str(paths.rgb.absolute()), "--depth", str(paths.depth.absolute())]


def reading_words(session: Session) -> list[str]:
    """The unit of its depth, and its camera where one was given or is the data set's."""
    words: list[str] = []
    frame, target = session.frame, session.target
    if frame is not None and frame.depth_info is not None:
        words += ["--depth-unit", frame.depth_info.unit]
    camera = target.camera_of(session.index) or target.intrinsics or _published_camera(frame)
    if camera:
        words += ["--intrinsics", camera]
    return words


def label_words(session: Session) -> list[str]:
    """The frame's ground truth, with its offset where that must be said; none where its file alone
    is not read as the data set reads it."""
    frame, frames = session.frame, session.frames
    paths = frames.paths(session.index) if frames is not None else None
    if frame is None or frame.labels is None or paths is None or paths.labels is None:
        return []
    labels = paths.labels.absolute()
    for offset in (None, 0, 1):
        numbers = LabelNumbers(PLAIN, [(labels, paths.rgb)], offset)
        try:
            found, scheme = numbers.reading.labels(labels, paths.rgb)
        except UserError:
            continue
        same = frame.label_scheme is not None and scheme.classes == frame.label_scheme.classes
        if same and np.array_equal(found, frame.labels):
            said = [] if offset is None else ["--label-offset", str(offset)]
            return ["--labels", str(labels), *said]
    return []


def _published_camera(frame: Frame | None) -> str:
    """The data set's, which its two files alone do not tell; "" where they do."""
    camera = frame.intrinsics if frame is not None else None
    if camera is None or camera.origin is not Origin.DATASET:
        return ""
    return ",".join(f"{number:.10g}" for number in (camera.fx, camera.fy, camera.cx, camera.cy))


def switch_words(switches: Switches, flag: str = "--switch") -> list[str]:
    """Each with its flag."""
    return [word for text in switches.texts for word in (flag, text)]


def edit_words(edits: Edits, flag: str = "--edit") -> list[str]:
    """Each with its flag; an edit's parts are words of their own."""
    return [word for text in edits.texts for word in (flag, *text.split())]


def command_of(words: Iterable[str]) -> str:
    """A line for a shell."""
    return " ".join(map(quote, words))
