"""The commands that turn the point cloud: from where it is looked at, and about what it turns."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from sgnet_viewer.contract.cloud import CloudViewpoint
from sgnet_viewer.contract.commands import LOOK_MENU

from .command import Command
from .copy_menu import NO_POSITION
from .parts import Parts

VIEWPOINTS = {  # title and tip; the keys are those of the cloud's own
    CloudViewpoint.START: ("&Reset view", "Obliquely from above (R in the cloud)"),
    CloudViewpoint.WHOLE: ("All &points in sight", "From where it is looked at now (F)"),
    CloudViewpoint.SENSOR: ("As the &camera saw it", "Slightly pulled back (S)"),
    CloudViewpoint.ABOVE: ("From &above", "The plan of the room (T)"),
    CloudViewpoint.LEFT: ("From the &left", "Level, across what the camera looked along"),
    CloudViewpoint.RIGHT: ("From the r&ight", "Level, across what the camera looked along"),
}


def cloud_look_commands(parts: Parts) -> Iterator[Command]:
    """In the order of the menu."""
    cloud, copying = parts.window.cloud, parts.copying
    for viewpoint, (title, tip) in VIEWPOINTS.items():
        yield Command(
            f"cloud.look.{viewpoint.value}",
            title,
            partial(cloud.look_from, viewpoint),
            LOOK_MENU,
            refusal=parts.needs_depth,
            tip=tip,
        )

    def centre() -> None:
        position = copying.position()
        if position is not None:
            cloud.centre_on(position)

    def needs_position() -> str:
        return parts.needs_depth() or ("" if copying.position() is not None else NO_POSITION)

    yield Command(
        "cloud.centre",
        "&Turn about this point",
        centre,
        LOOK_MENU,
        refusal=needs_position,
        after_line=True,
        tip="The point under the cursor, or the active probe's",
    )
