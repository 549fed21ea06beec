"""Which topics of a bag are colour, its depth and its camera: by type and name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sgnet_model.data.listing import depth_rank
from sgnet_model.types import UserError

IMAGE, COMPRESSED = "sensor_msgs/msg/Image", "sensor_msgs/msg/CompressedImage"
CAMERA_INFO = "sensor_msgs/msg/CameraInfo"

_DEPTH = re.compile(r"depth")
_COLOUR = re.compile(r"rgb|colou?r|image|left")
_OTHER = re.compile(r"infra|(?:^|[/_])ir(?:[/_]|$)|confidence|theora|mask|label|disparity|hha")
_LISTED = 12  # topics that a sentence names


@dataclass(frozen=True, slots=True)
class Topic:
    """Its name, the type of its messages (as ROS 2 writes it), and how many there are."""

    name: str
    type: str
    count: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """The topics that become frames. `camera`: None where no CameraInfo belongs to them."""

    colour: Topic
    depth: Topic
    camera: Topic | None
    aligned: bool  # whether the depth's name says that it has the colour camera's view


def choose(topics: Sequence[Topic], where: str) -> Chosen:
    """Raises UserError, with the topics that are there, where colour or depth is missing."""
    pictures = [t for t in topics if t.type in (IMAGE, COMPRESSED) and t.count]
    depths = [t for t in pictures if _is_depth(t)]
    colours = [t for t in pictures if not _is_depth(t) and not _OTHER.search(t.name.lower())]
    if not depths or not colours:
        missing = "depth" if colours else "colour" if depths else "colour and depth"
        raise UserError(
            f"{where} has no topic of {missing} pictures: an Image or CompressedImage with depth, "
            f"and one with rgb, color or image in its name, were expected; it has {listed(topics)}."
        )
    colour = min(colours, key=lambda t: (_colour_rank(t), t.name))
    depth = min(depths, key=lambda t: (_depth_rank(t), -_shared(t.name, colour.name), t.name))
    cameras = [t for t in topics if t.type == CAMERA_INFO and t.count]
    aligned = _depth_rank(depth)[0] == 0
    return Chosen(colour, depth, _camera_of(colour, depth if aligned else None, cameras), aligned)


def listed(topics: Sequence[Topic]) -> str:
    """ "/camera/color/image_raw (Image, 30), ...": for sentences."""
    named = [f"{t.name} ({t.type.rsplit('/', 1)[-1]}, {t.count})" for t in topics[:_LISTED]]
    more = f", and {len(topics) - _LISTED} more" if len(topics) > _LISTED else ""
    return ", ".join(named) + more if named else "no topics"


def _is_depth(topic: Topic) -> bool:
    name = topic.name.lower()
    return _DEPTH.search(name) is not None and _OTHER.search(name) is None and "points" not in name


def _colour_rank(topic: Topic) -> tuple[int, int, int]:
    """Named for colour, rectified, and raw before compressed."""
    name = topic.name.lower()
    named = 0 if re.search(r"rgb|colou?r", name) else 1 if _COLOUR.search(name) else 2
    return named, 0 if "rect" in name else 1, 0 if topic.type == IMAGE else 1


def _depth_rank(topic: Topic) -> tuple[int, int]:
    return depth_rank(topic.name), 0 if topic.type == IMAGE else 1


def _camera_of(colour: Topic, depth: Topic | None, cameras: Sequence[Topic]) -> Topic | None:
    """The CameraInfo beside colour, else beside depth that is aligned with it."""
    for topic in (colour, depth):
        near = [c for c in cameras if topic and _shared(c.name, topic.name) == _depth_of(c.name)]
        if near:
            return max(near, key=lambda c: _depth_of(c.name))
    return None


def _depth_of(name: str) -> int:
    """Parts of a name above its last: "/camera/color/camera_info" has two."""
    return len(name.strip("/").split("/")) - 1


def _shared(one: str, other: str) -> int:
    """Leading parts that two names have in common."""
    count = 0
    for a, b in zip(one.strip("/").split("/"), other.strip("/").split("/"), strict=False):
        if a != b:
            break
        count += 1
    return count
