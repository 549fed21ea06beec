"""How the user looks at the result: the view settings of the document."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from .document import Document, DocumentValue
from .event import Event
from .view_settings import ViewSettings

TITLES = {  # of an undo step that changes a field
    "mode": "view",
    "opacity": "opacity",
    "hidden": "classes shown",
    "layer": "layer",
    "tap_weight": "modulation's drawing",
    "tap_colour": "colour of the taps",
    "show_grid": "regular grid",
    "show_field": "layer's map",
    "cloud_colour": "cloud's colours",
    "point_size": "point size",
    "depth_ramp": "colours of depth",
    "depth_limits": "depth range",
    "cloud_shaded": "shading of the cloud",
    "cloud_grid": "grid on the floor",
    "grey_hidden": "hidden classes in the cloud",
    "cloud_box": "box around the cloud",
    "least_confidence": "confidence threshold",
    "outlines": "outlines",
    "region_names": "names on regions",
    "palette": "colours of classes",
    "own_colours": "colour of a class",
    "figure": "figure",
}

SLIDERS = {"opacity", "point_size", "least_confidence"}  # their many values are one step


class ViewState:
    """`settings` is replaced, never changed; `changed` gets the old and the new value."""

    def __init__(self, document: Document | None = None) -> None:
        self.changed: Event[ViewSettings, ViewSettings] = Event()
        self._document = document or Document()
        self._document.changed.connect(self._follow)

    @property
    def settings(self) -> ViewSettings:
        """The current snapshot."""
        return self._document.value.view

    def change(self, **values: Any) -> None:
        """Replace some fields of the settings, as the user asked; silent where nothing differs."""
        title = " and ".join(TITLES[name] for name in values)
        merge = set(values) <= SLIDERS
        self._document.change(title, merge=merge, view=replace(self.settings, **values))

    def amend(self, **values: Any) -> None:
        """The same by the program itself: nothing to undo."""
        self._document.amend(view=replace(self.settings, **values))

    def _follow(self, old: DocumentValue, new: DocumentValue) -> None:
        if old.view != new.view:
            self.changed.emit(old.view, new.view)
