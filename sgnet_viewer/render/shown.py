"""Everything that is shown, as one value made from what is known.

A new part of the window's picture of a frame is a field here, its line in `resolve`, and its setter
in `controllers/view_setters.py`. Nothing is drawn here: `render/parts.py` says how each part is
made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sgnet_model.inspection.probe import Probe
from sgnet_model.prediction import Prediction
from sgnet_model.types import Frame
from sgnet_viewer.contract.panels import CheckBadge
from sgnet_viewer.contract.picture import ColourBar, MapOverlay, OtherPicture
from sgnet_viewer.contract.pointer import PointedIn, Pointer
from sgnet_viewer.contract.window import Readout, StatusModel
from sgnet_viewer.render.cloud import stride_for
from sgnet_viewer.render.cloud_merged import Merged
from sgnet_viewer.render.modes import modes_of
from sgnet_viewer.render.overlays import field_overlay, lit_class
from sgnet_viewer.render.parts import (
    CardsPart,
    CloudMarksPart,
    CloudPart,
    LegendPart,
    MarksPart,
    PicturePart,
    Pixel,
    ReadProbe,
    StripPart,
    settings_of,
)
from sgnet_viewer.render.pointer import pointer_at
from sgnet_viewer.render.readout import readout_at
from sgnet_viewer.render.status import status_line, title_of
from sgnet_viewer.render.tap_values import TapValues
from sgnet_viewer.state.document import DocumentValue
from sgnet_viewer.state.live_samples import Steadiness
from sgnet_viewer.state.result import FrameAnswers
from sgnet_viewer.state.view_settings import CloudColour, PictureMode, TapColour, ViewSettings

STREAM_STRIDE = 2  # of a stream every second pixel of every second row is a point
NOWHERE: Pixel = (-1, -1)
NO_CLASS = -1


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found out about the result.

    `probes`: what it says at each probe's pixel; None while that is being read. `overlays`: maps
    over the picture, the lowest first. `checks`: the self-check at each probe's pixel.
    `steadiness`: of the probes of a stream.
    `taps`: what an answer says of each tap of the probe that it is about. `merged`: frames of the
    sequence that share the cloud. `other`: the second answer, B, as it is looked at; None where
    there is none. `said_by_other`: what it says of each pixel.
    """

    probes: Mapping[Pixel, Probe] | None = field(default_factory=dict)
    overlays: tuple[MapOverlay, ...] = ()
    checks: Mapping[Pixel, CheckBadge | None] = field(default_factory=dict)
    taps: TapValues | None = None
    steadiness: Mapping[Pixel, Steadiness] = field(default_factory=dict)
    merged: Merged | None = None
    other: OtherPicture | None = None
    said_by_other: Prediction | None = None


@dataclass(frozen=True, slots=True)
class Interaction:
    """What the user does this moment. `bare`: asks for the plain picture. `cursor`: (u, v), and
    the view that it is in. `lit`: index of a class that is pointed at in the list."""

    bare: bool = False
    cursor: Pixel = NOWHERE
    where: PointedIn = PointedIn.PICTURE
    lit: int = NO_CLASS


@dataclass(frozen=True, slots=True)
class Controls:
    """What the window's buttons and sliders say. `modes`: that the frame has something for; None
    where there is no frame. `mode`: the one that is seen."""

    settings: ViewSettings
    modes: frozenset[PictureMode] | None
    mode: PictureMode


@dataclass(frozen=True, slots=True)
class Shown:
    """What is to be on the screen. A part that is None is not known: what is there stays."""

    picture: PicturePart | None
    overlays: tuple[MapOverlay, ...]
    tap_bar: ColourBar | None  # of taps that an answer colours
    other: OtherPicture | None  # over or beside the picture; None where there is no second answer
    marks: MarksPart | None
    cards: CardsPart | None
    cloud_marks: CloudMarksPart | None
    legend: LegendPart | None
    strip: StripPart | None
    cloud: CloudPart | None
    controls: Controls
    status: StatusModel | None  # None: nothing is open
    title: str
    readout: Readout | None  # None: the cursor is over no pixel
    pointer: Pointer | None  # likewise


def resolve(
    document: DocumentValue,
    answers: FrameAnswers,
    findings: Findings,
    interaction: Interaction = Interaction(),  # frozen
) -> Shown:
    """What the user chose, what the network said and what was found, as what is shown."""
    frame, settings = answers.frame, document.view
    probes = _read_probes(document, answers, findings)
    marks = None if probes is None else MarksPart(probes, settings_of("marks", settings))
    if frame is None:
        return _without_frame(document, answers, marks)
    return Shown(
        picture=_picture(answers, seen_settings(settings, interaction)),
        overlays=_overlays(document, answers, findings, interaction),
        tap_bar=_tap_bar(probes),
        other=findings.other,
        marks=marks,
        cards=_cards(document, answers, findings, probes),
        cloud_marks=None if probes is None else _cloud_marks(document, frame, probes),
        legend=_legend(answers, settings),
        strip=_strip(answers),
        cloud=_cloud(document, answers, findings),
        controls=_controls(settings, frame),
        status=status_line(document, answers),
        title=title_of(document, answers),
        readout=_readout(settings, answers, interaction.cursor, findings.said_by_other),
        pointer=pointer_at(frame, *interaction.cursor, interaction.where),
    )


def seen_settings(settings: ViewSettings, interaction: Interaction) -> ViewSettings:
    """Bare, the picture stands in for whatever is laid over it."""
    if not interaction.bare:
        return settings
    return replace(settings, mode=PictureMode.RGB, outlines=False, region_names=False)


def _picture(answers: FrameAnswers, settings: ViewSettings) -> PicturePart:
    assert answers.frame is not None
    own = settings_of("picture", settings.within(answers.depth_limits))
    return PicturePart(answers.frame, answers.prediction, own)


def _without_frame(
    document: DocumentValue, answers: FrameAnswers, marks: MarksPart | None
) -> Shown:
    return Shown(
        picture=None,
        overlays=(),
        tap_bar=None,
        other=None,
        marks=marks,
        cards=None,
        cloud_marks=None,
        legend=None,
        strip=None,
        cloud=None,
        controls=Controls(document.view, None, document.view.mode),
        status=status_line(document, answers),
        title=title_of(document, answers),
        readout=None,
        pointer=None,
    )


def _read_probes(
    document: DocumentValue, answers: FrameAnswers, findings: Findings
) -> tuple[ReadProbe, ...] | None:
    """With what is known of each; None while it is being read."""
    if answers.result is not None and findings.probes is None:
        return None
    known = findings.probes if answers.result is not None and findings.probes else {}
    active = document.probes.active_number
    valued = findings.taps if document.view.tap_colour is TapColour.ANSWER else None
    return tuple(
        ReadProbe(
            point,
            point.number == active,
            known.get((point.u, point.v)),
            valued if valued is not None and valued.pixel == (point.u, point.v) else None,
        )
        for point in document.probes.points
    )


def _tap_bar(probes: tuple[ReadProbe, ...] | None) -> ColourBar | None:
    """Where the taps of one have colours of their own."""
    valued = (probe.valued for probe in probes or () if probe.valued is not None)
    return next((one.bar for one in valued), None)


def _cards(
    document: DocumentValue,
    answers: FrameAnswers,
    findings: Findings,
    probes: tuple[ReadProbe, ...] | None,
) -> CardsPart | None:
    """Those of the last result stay until this one's probes are read."""
    if probes is None or answers.awaited:
        return None
    assert answers.frame is not None
    checks = tuple(findings.checks.get((probe.point.u, probe.point.v)) for probe in probes)
    active = document.probes.active_number
    settings = settings_of("cards", document.view)
    steady = tuple(findings.steadiness.items())
    return CardsPart(probes, checks, steady, settings, answers.frame, answers.prediction, active)


def _cloud_marks(
    document: DocumentValue, frame: Frame, probes: tuple[ReadProbe, ...]
) -> CloudMarksPart:
    settings = settings_of("cloud_marks", document.view)
    return CloudMarksPart(probes, settings, frame if document.measured else None, document.measured)


def _overlays(
    document: DocumentValue, answers: FrameAnswers, findings: Findings, interaction: Interaction
) -> tuple[MapOverlay, ...]:
    """Of the layer that is chosen, of what was found, and of the class that is pointed at."""
    frame, prediction, settings = answers.frame, answers.prediction, document.view
    if frame is None or prediction is None or answers.live:
        return findings.overlays
    field = field_overlay(frame, prediction, settings.layer) if settings.show_field else None
    below = () if field is None else (field,)
    is_known = 0 <= interaction.lit < len(prediction.scheme.classes)
    above = (lit_class(prediction, interaction.lit),) if is_known else ()
    return (*below, *findings.overlays, *above)


def _legend(answers: FrameAnswers, settings: ViewSettings) -> LegendPart | None:
    """The classes of the last result stay until the next is there, where there will be one."""
    if answers.frame is None or answers.awaited:
        return None
    own = settings_of("legend", settings)
    return LegendPart(answers.frame, answers.prediction, own, answers.live)


def _strip(answers: FrameAnswers) -> StripPart | None:
    """The maps of the last result stay until the next is there, where there will be one."""
    return None if answers.awaited else StripPart(answers.prediction, answers.frame)


def _cloud(document: DocumentValue, answers: FrameAnswers, findings: Findings) -> CloudPart:
    frame, settings = answers.frame, document.view
    assert frame is not None
    explained = settings.cloud_colour is CloudColour.EXPLANATION and findings.overlays
    return CloudPart(
        frame,
        answers.prediction,
        settings_of("cloud", settings.within(answers.depth_limits)),
        max(stride_for(frame.size), STREAM_STRIDE if answers.live else 1),
        findings.overlays[-1] if explained else None,
        answers.stream,
        findings.merged if frame.pose is not None and not answers.live else None,
    )


def _controls(settings: ViewSettings, frame: Frame) -> Controls:
    """Where the frame has nothing for the mode chosen, the bare picture is seen."""
    modes = modes_of(frame)
    seen = settings.mode if settings.mode in modes else PictureMode.RGB
    return Controls(settings, modes, seen)


def _readout(
    settings: ViewSettings, answers: FrameAnswers, cursor: Pixel, other: Prediction | None
) -> Readout | None:
    frame, (u, v) = answers.frame, cursor
    if frame is None or not frame.holds(u, v):
        return None
    return readout_at(frame, answers.prediction, settings, u, v, other)
