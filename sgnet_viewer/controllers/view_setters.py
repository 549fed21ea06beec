"""What is shown, set on the views: one setter for each part of `render/shown.py`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sgnet_model.types import FloatArray
from sgnet_viewer.contract.cloud import Ground, IntArray
from sgnet_viewer.contract.panels import FieldMap, LegendRow
from sgnet_viewer.contract.picture import ColourBar, MapOverlay, OtherPicture, PictureModel
from sgnet_viewer.contract.pointer import PointedIn, Pointer
from sgnet_viewer.contract.window import Readout, StatusModel, WindowView
from sgnet_viewer.render.cloud import CloudArrays
from sgnet_viewer.render.cloud_merged import motion_between
from sgnet_viewer.render.cloud_nothing import why_nothing
from sgnet_viewer.render.parts import (
    CardsPart,
    CloudMarksPart,
    CloudPart,
    LegendPart,
    MarksPart,
    PicturePart,
    StripPart,
)
from sgnet_viewer.render.shown import Controls

# The points, where down is, and the scale of their colours.
MadeCloud = tuple[tuple[CloudArrays, Ground | None], ColourBar | None]


@dataclass(frozen=True, slots=True, eq=False)
class ShownCloud:
    """`source`: (N,) int64 v W + u of its points."""

    part: CloudPart
    source: IntArray
    ground: Ground | None


class ViewSetters:
    """Knows of what is on the screen only what a setter depends on."""

    def __init__(self, window: WindowView) -> None:
        self._window = window
        self._controls: Controls | None = None
        self._layer = ""
        self._cloud: ShownCloud | None = None  # whose points are in the view
        self._stream = 0  # the one that the cloud shown last came from

    # --- at once

    def overlays(self, overlays: tuple[MapOverlay, ...]) -> None:
        """The topmost lies over the picture."""
        self._window.picture.set_map(overlays[-1] if overlays else None)

    def tap_bar(self, bar: ColourBar | None) -> None:
        """The scale of taps that an answer colours."""
        self._window.picture.set_tap_bar(bar)

    def other(self, other: OtherPicture | None) -> None:
        """The second answer."""
        self._window.picture.set_other(other)

    def marks(self, part: MarksPart) -> None:
        """Crosses and taps."""
        settings = part.settings
        self._window.picture.set_probes(part.make(), settings.tap_weight, settings.show_grid)

    def cards(self, part: CardsPart) -> None:
        """What is known at the probes."""
        self._window.card.set_cards(part.make(), part.active)

    def stale(self, name: str, stale: bool) -> None:
        """Whether the part called `name` is of the frame before."""
        window = self._window
        setters = {
            "legend": window.legend.set_stale,
            "strip": window.layers.set_stale,
            "cards": window.card.set_stale,
            "cloud": window.cloud.set_stale,
        }
        setters[name](stale)

    def cloud_marks(self, part: CloudMarksPart) -> None:
        """Probes, taps and measured corners among the points."""
        self._window.cloud.set_marks(*part.make())

    def controls(self, controls: Controls) -> None:
        """What buttons and sliders say."""
        window, before, settings = self._window, self._controls, controls.settings
        if controls.modes and (before is None or before.modes != controls.modes):
            window.set_modes_enabled(controls.modes)
        window.set_mode(controls.mode)
        window.set_opacity(settings.opacity)
        window.set_cloud_colour(settings.cloud_colour)
        window.cloud.set_point_size(settings.point_size)
        window.cloud.set_shaded(settings.cloud_shaded)
        window.cloud.set_grid_shown(settings.cloud_grid)
        window.cloud.set_box(settings.cloud_box)
        if settings.layer != self._layer:
            self._layer = settings.layer
            window.layers.set_layer(settings.layer)
            window.card.set_layer(settings.layer)
        self._controls = controls

    def status(self, status: StatusModel | None) -> None:
        """The line at the bottom."""
        self._window.set_status(status)

    def title(self, title: str) -> None:
        """Of the window."""
        self._window.set_title(title)

    def readout(self, readout: Readout | None) -> None:
        """What lies under the cursor."""
        self._window.set_readout(readout)

    def pointer(self, pointer: Pointer | None) -> None:
        """The linked cursor: marked where the cursor itself is not."""
        window, where = self._window, None if pointer is None else pointer.where
        pixel = None if pointer is None or where is PointedIn.PICTURE else pointer.pixel
        xyz = None if pointer is None or where is PointedIn.CLOUD else pointer.xyz_m
        window.picture.set_pointer(pixel)
        window.cloud.set_pointer(xyz)
        window.layers.set_pointer(None if pointer is None else pointer.place)

    # --- once a worker has made them

    def picture(self, _: PicturePart, picture: PictureModel) -> None:
        """The picture under everything else."""
        self._window.picture.set_picture(picture)

    def legend(self, _: LegendPart, rows: tuple[LegendRow, ...]) -> None:
        """The classes."""
        self._window.legend.set_rows(rows)

    def strip(self, _: StripPart, maps: tuple[FieldMap, ...]) -> None:
        """The layers' maps, the chosen one marked."""
        self._window.layers.set_maps(maps)
        self._window.layers.set_layer(self._layer)

    def cloud(self, part: CloudPart, made: MadeCloud) -> None:
        """The points; only their colours where the points are those in the view."""
        view, (((points, colours, source), ground), bar) = self._window.cloud, made
        follows = self._follows(part)
        self._stream = part.stream
        sentence = why_nothing(part, points)
        if sentence:
            self._cloud = None
            view.set_message(sentence)
            return
        view.set_caption(part.caption)
        view.set_bar(bar)
        if self._has_points(part, source):
            view.set_colours(colours)
        elif (motion := self._motion(part)) is not None:
            view.set_ground(ground)
            view.carry_over(motion)
            view.set_next_cloud(points, colours, source, part.stride)
        elif follows:
            view.set_next_cloud(points, colours, source, part.stride)
        else:
            view.set_ground(ground)
            view.set_cloud(points, colours, source)
        self._cloud = ShownCloud(part, source, ground)

    def known_ground(self, part: CloudPart) -> Ground | None:
        """A stream keeps that of its first frame: the view must not sway with the noise."""
        shown = self._cloud
        if shown is None:
            return None
        same = shown.part.frame is part.frame or self._streams_on(part)
        return shown.ground if same else None

    def _streams_on(self, part: CloudPart) -> bool:
        """The next moment of the stream whose cloud is in the view."""
        return bool(part.stream) and part.stream == self._stream

    def _follows(self, part: CloudPart) -> bool:
        """The same scene: its next moment, or the same picture with other depth."""
        shown = self._cloud
        if self._streams_on(part):
            return True
        is_same = shown is not None and shown.part.frame.rgb is part.frame.rgb
        return is_same and shown is not None and shown.part.frame is not part.frame

    def _motion(self, part: CloudPart) -> FloatArray | None:
        """From the frame whose merged cloud is in the view to the next one, which shares it."""
        shown = self._cloud
        if shown is None or part.merged is None or shown.part.merged is not part.merged:
            return None
        before, now = shown.part.frame, part.frame
        posed = before.pose is not None and now.pose is not None
        return motion_between(now, before) if posed and before is not now else None

    def _has_points(self, part: CloudPart, source: IntArray) -> bool:
        """The same pixels of the same frame are in the view."""
        shown = self._cloud
        same = shown is not None and shown.part.frame is part.frame
        return same and shown is not None and np.array_equal(shown.source, source)
