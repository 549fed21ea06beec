"""The line at the bottom and the title: what is shown, how it was read, and who computed."""

from __future__ import annotations

from dataclasses import replace

from sgnet_model.types import DepthInfo, Frame, Intrinsics, Origin
from sgnet_viewer.contract.commands import (
    RESET_CAMERA,
    RESET_COMPARE,
    RESET_EDITS,
    RESET_SWITCHES,
    SHOW_ALL_LABELS,
    UNLOCK_DEPTH,
)
from sgnet_viewer.contract.window import Departure, LikelyUnit, StatusModel
from sgnet_viewer.render.no_result import why_no_result
from sgnet_viewer.render.unit_names import unit_name
from sgnet_viewer.state.document import DocumentValue
from sgnet_viewer.state.result import FrameAnswers, Result
from sgnet_viewer.state.view_settings import ViewSettings

LONGEST, MOST_NAMED = 60, 6  # of the texts in a tip
UNIT_KEY, MOST_CHOICES = "unit:", 3  # of a notice's button: the unit follows
NOTHING = ("", False, "", False, "", "")  # known of a frame that is not there


def status_line(document: DocumentValue, answers: FrameAnswers) -> StatusModel | None:
    """What is known of the frame; what is being opened, where there is none; else None."""
    frame = answers.frame
    if frame is None:
        opening = f"Opening {answers.opening}…"
        return StatusModel(opening, *NOTHING) if answers.opening else None
    status = status_of(frame, answers.result)
    checkpoint = document.network.checkpoint
    departures = (
        *status.departures,
        *_camera_departure(document, answers.live),
        *view_departures(document.view),
        *_second_network(document, answers.live),
    )
    return replace(
        status,
        several=answers.set_size > 1,
        no_result=why_no_result(answers),
        departures=departures,
        network_path="the bundled checkpoint" if checkpoint is None else str(checkpoint),
    )


def title_of(document: DocumentValue, answers: FrameAnswers) -> str:
    """Of the window."""
    if answers.live:
        return "Live"
    name = "" if answers.frame is None else answers.frame.name
    if answers.set_size < 2:
        return name
    return f"{name} ({document.index + 1}/{answers.set_size}, {answers.set_name})"


def _camera_departure(document: DocumentValue, live: bool) -> tuple[Departure, ...]:
    """A camera that was given in the place of the files'."""
    target = document.target
    own, all_frames = target.camera_of(document.index), target.intrinsics
    if live or not (own or all_frames):
        return ()
    word = "own camera" if own else "given camera"
    whose = "this frame" if own else "all frames"
    return (Departure(word, RESET_CAMERA, f"For {whose}: {own or all_frames}"),)


def _second_network(document: DocumentValue, live: bool) -> tuple[Departure, ...]:
    """A second answer that was chosen; that to the frame as it was read is the edits' affair."""
    if live or document.comparing.network is None:
        return ()
    return (Departure("compared with B", RESET_COMPARE, "A second answer, B, is shown beside A"),)


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
        time=duration_text(result.prediction.milliseconds) if result else "",
        departures=departures_of(result),
        camera_numbers=numbers_of(frame.intrinsics),
        camera_origin=ORIGINS[frame.intrinsics.origin],
        depth_doubt="" if info is None else info.doubt,
        frame_path=frame.path,
    )


def duration_text(milliseconds: float) -> str:
    """Seconds from one on: "96 ms", "18.2 s"."""
    if round(milliseconds) < 1000:
        return f"{milliseconds:.0f} ms"
    return f"{milliseconds / 1000:.1f} s"


def likely_units(info: DepthInfo | None) -> tuple[LikelyUnit, ...]:
    """What depth in a doubted unit may be in instead."""
    if info is None or not info.doubt:
        return ()
    return tuple(
        LikelyUnit(unit, f"{unit_name(unit)}: median {median_m:.2f} m")
        for unit, median_m in info.alternatives
    )


def unit_choices(info: DepthInfo | None) -> tuple[tuple[str, str], ...]:
    """The likeliest of them as buttons of a notice: (key, text)."""
    if info is None or not info.doubt:
        return ()
    return tuple(
        (f"{UNIT_KEY}{unit}", f"{unit_name(unit)}: {median_m:.2f} m")
        for unit, median_m in info.alternatives[:MOST_CHOICES]
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
    return f"depth in {unit_name(info.unit)}, median {info.median_m:.2f} m, {valid:.0f} % valid"


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
    return f"{network.name}, fed {height}x{width}, {network.device}, {network.precision}"
