"""The parts of what is shown: each a frozen description, and how it is made.

Two parts are equal where the same would be drawn: frames, answers, probes and maps are compared as
objects, settings by value. So a part is made again only when something it depends on is another.
`make` is pure; of pictures, classes, maps and points it takes long, and belongs in a worker.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import lru_cache

import numpy as np

from sgnet_model.geometry import points_at
from sgnet_model.inspection.probe import Probe
from sgnet_model.prediction import Prediction
from sgnet_model.types import Frame
from sgnet_viewer.contract.cloud import Ground
from sgnet_viewer.contract.panels import CheckBadge, FieldMap, LegendRow, ProbeCard
from sgnet_viewer.contract.picture import ColourBar, MapOverlay, PictureModel, ProbeMarks
from sgnet_viewer.render.cloud import CloudArrays, MarkArrays, cloud_bar, cloud_marks, seen_cloud
from sgnet_viewer.render.cloud_box import cut, inside
from sgnet_viewer.render.cloud_ground import ground_of
from sgnet_viewer.render.cloud_light import towards_light
from sgnet_viewer.render.cloud_merged import Merged, merged_cloud
from sgnet_viewer.render.cloud_saved import SavedCloud, joined, saved_beside, saved_cloud
from sgnet_viewer.render.fields import field_maps
from sgnet_viewer.render.legend import legend_rows
from sgnet_viewer.render.picture import compose_picture
from sgnet_viewer.render.tap_values import TapValues
from sgnet_viewer.render.taps import probe_card, probe_marks, with_steadiness
from sgnet_viewer.state.live_samples import Steadiness
from sgnet_viewer.state.probe_points import ProbePoint
from sgnet_viewer.state.view_settings import ViewSettings

Pixel = tuple[int, int]  # (u, v)

TOUCHED = {  # setting -> the parts it changes; one that is not named here changes all of them
    "mode": {"picture", "legend"},
    "opacity": {"picture"},
    "hidden": {"picture", "legend", "cloud"},
    "layer": {"marks", "cloud_marks"},
    "tap_weight": {"marks", "cloud_marks"},
    "tap_colour": {"marks", "cloud_marks"},
    "show_grid": {"marks"},
    "show_field": set(),
    "cloud_colour": {"cloud"},
    "point_size": set[str](),
    "depth_ramp": {"picture", "cloud"},
    "depth_limits": {"picture", "cloud"},
    "cloud_shaded": {"cloud"},
    "cloud_grid": set[str](),
    "grey_hidden": {"cloud"},
    "cloud_box": {"cloud"},
    "least_confidence": {"picture", "cloud"},
    "outlines": {"picture"},
    "region_names": {"picture"},
    "palette": {"picture", "legend", "cloud", "cards"},
    "own_colours": {"picture", "legend", "cloud", "cards"},
    "figure": set[str](),
}
PLAIN = ViewSettings()


@lru_cache(maxsize=64)  # every part asks, at every click
def settings_of(part: str, settings: ViewSettings) -> ViewSettings:
    """`settings` with every field that does not change `part` at its default."""
    others = {
        field.name: getattr(PLAIN, field.name)
        for field in fields(ViewSettings)
        if part not in TOUCHED.get(field.name, {part})
    }
    return replace(settings, **others)


@dataclass(frozen=True, slots=True)
class PicturePart:
    """The picture under everything else. `settings`: as `settings_of("picture", ...)` has them."""

    frame: Frame
    prediction: Prediction | None
    settings: ViewSettings

    @property
    def subject(self) -> tuple[object, ...]:
        """The frame and the answer."""
        return self.frame, self.prediction

    def make(self) -> PictureModel:
        """(H, W, 3) uint8 with its colour bar and note."""
        picture = compose_picture(self.frame, self.prediction, self.settings)
        return replace(picture, depth_m=self.frame.depth_m)


@dataclass(frozen=True, slots=True)
class LegendPart:
    """The classes. `steady`: of a stream, in which they keep the places they have."""

    frame: Frame
    prediction: Prediction | None
    settings: ViewSettings
    steady: bool = False

    @property
    def subject(self) -> tuple[object, ...]:
        """The frame and the answer."""
        return self.frame, self.prediction

    def make(self, order: tuple[int, ...] = ()) -> tuple[LegendRow, ...]:
        """The largest share first. `order`: class indices that come first where it is steady."""
        if self.prediction is None:
            return ()
        rows = legend_rows(self.frame, self.prediction, self.settings)
        if not self.steady:
            return rows
        place = {index: at for at, index in enumerate(order)}
        return tuple(sorted(rows, key=lambda row: place.get(row.index, len(order))))


@dataclass(frozen=True, slots=True)
class StripPart:
    """The layers' maps; none without a prediction."""

    prediction: Prediction | None
    frame: Frame | None = None

    @property
    def subject(self) -> tuple[object, ...]:
        """The answer."""
        return (self.prediction,)

    def make(self) -> tuple[FieldMap, ...]:
        """In forward order."""
        return () if self.prediction is None else field_maps(self.prediction)


@dataclass(frozen=True, slots=True)
class CloudPart:
    """The points; none of a frame without depth.

    `stride`: of rows and columns every `stride`-th is taken. `explained`: the map that colours
    the points, where one does. `stream`: number of the stream the frame came from, 0 for none.
    `merged`: other frames of the sequence, whose points are there too.
    """

    frame: Frame
    prediction: Prediction | None
    settings: ViewSettings
    stride: int = 1
    explained: MapOverlay | None = None
    stream: int = 0
    merged: Merged | None = None

    @property
    def subject(self) -> tuple[object, ...]:
        """The frame and the answer."""
        return self.frame, self.prediction

    @property
    def caption(self) -> str:
        """What the cloud is where it is not all of the frame's points and no others."""
        others = 0 if self.merged is None else sum(1 for _ in self.merged.beside(self.frame))
        said = [f"{others + 1} frames"] if others else []
        if not self.settings.cloud_box.is_open:
            said.append("parts cut off")
        return ", ".join(said)

    @property
    def bar(self) -> ColourBar | None:
        """The scale of the points' colours; None where they mean no quantity."""
        return cloud_bar(self.frame, self.prediction, self.settings, self.explained)

    def make(self, ground: Ground | None = None) -> tuple[CloudArrays, Ground | None]:
        """(N, 3) float32 metres, (N, 3) uint8, (N,) int64 v W + u, as the screen shows them.

        `ground`: of the frame, where it is known; else it is found, and returned.
        """
        frame, settings = self.frame, self.settings
        ground = ground or ground_of(frame)
        towards = towards_light(ground)
        arrays = seen_cloud(frame, self.prediction, settings, self.stride, self.explained, towards)
        if self.merged is not None:
            arrays = merged_cloud(self.merged, frame, arrays, settings, ground)
        return cut(arrays, settings.cloud_box, ground), ground

    def saved(self, ground: Ground | None = None) -> SavedCloud:
        """Every point of a class that is shown, in its own colour; of all merged frames.

        `ground`: that the screen's cloud is cut by, where it is known.
        """
        frame, settings = self.frame, self.settings
        own = saved_cloud(frame, self.prediction, settings, self.explained)
        if self.merged is not None:
            own = joined(own, saved_beside(self.merged, frame, settings))
        if settings.cloud_box.is_open:
            return own
        return own.part(inside(own.points, settings.cloud_box, ground or ground_of(frame)))


@dataclass(frozen=True, slots=True)
class ReadProbe:
    """A probe and what the result says there; None while there is no result. `valued`: what an
    answer says of each of its taps, where one does."""

    point: ProbePoint
    active: bool
    read: Probe | None
    valued: TapValues | None = None


@dataclass(frozen=True, slots=True)
class MarksPart:
    """Crosses and taps over the picture."""

    probes: tuple[ReadProbe, ...]
    settings: ViewSettings

    def make(self) -> tuple[ProbeMarks, ...]:
        """By number. Without a result only the crosses are known."""
        return tuple(self._marks(probe) for probe in self.probes)

    def _marks(self, probe: ReadProbe) -> ProbeMarks:
        point = probe.point
        if probe.read is None:
            return ProbeMarks(point.number, point.u, point.v, probe.active, ())
        return probe_marks(probe.read, point.number, self.settings, probe.active, probe.valued)


@dataclass(frozen=True, slots=True)
class CardsPart:
    """The cards of the probes that are read. `active`: a number, 0 for none.

    `checks`: the self-check of each. `steadiness`: of those of a stream, by pixel.
    """

    probes: tuple[ReadProbe, ...]
    checks: tuple[CheckBadge | None, ...]
    steadiness: tuple[tuple[Pixel, Steadiness], ...]
    settings: ViewSettings
    frame: Frame
    prediction: Prediction | None
    active: int

    def make(self) -> tuple[ProbeCard, ...]:
        """By number; none without a result."""
        if self.prediction is None:
            return ()
        steady = dict(self.steadiness)
        cards = tuple(
            probe_card(
                probe.read,
                probe.point.number,
                self.frame,
                self.prediction,
                self.settings,
                probe.point.pinned,
                check,
            )
            for probe, check in zip(self.probes, self.checks, strict=True)
            if probe.read is not None
        )
        return tuple(
            with_steadiness(card, steady[card.u, card.v]) if (card.u, card.v) in steady else card
            for card in cards
        )


@dataclass(frozen=True, slots=True)
class CloudMarksPart:
    """The probes and what is measured, among the points of the cloud."""

    probes: tuple[ReadProbe, ...]
    settings: ViewSettings
    frame: Frame | None
    measured: tuple[Pixel, ...]

    def make(self) -> MarkArrays:
        """See `cloud_marks`."""
        read = tuple((probe.read, probe.active) for probe in self.probes if probe.read is not None)
        valued = next((probe.valued for probe in self.probes if probe.valued is not None), None)
        return cloud_marks(read, self.settings, self._corners(), valued)

    def _corners(self) -> tuple[tuple[float, float, float], ...]:
        """Of what is measured, in metres."""
        frame = self.frame
        if frame is None or not self.measured:
            return ()
        u, v = (np.array(values, np.float64) for values in zip(*self.measured, strict=True))
        points = points_at(frame.depth_m, frame.intrinsics, u, v).tolist()
        return tuple((x, y, z) for x, y, z in points)
