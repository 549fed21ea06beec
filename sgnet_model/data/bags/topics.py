"""Which topics of a bag are colour, its depth and its camera: by type and name."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

from sgnet_model.data.listing import depth_rank
from sgnet_model.types import UserError

from .messages import can_be_depth

IMAGE, COMPRESSED = "sensor_msgs/msg/Image", "sensor_msgs/msg/CompressedImage"
CAMERA_INFO = "sensor_msgs/msg/CameraInfo"
FLOAT = "std_msgs/msg/Float32"

_DEPTH = re.compile(r"depth")
_COLOUR = re.compile(r"rgb|colou?r|image|left")
_OTHER = re.compile(r"infra|(?:^|[/_])ir(?:[/_]|$)|confidence|theora|mask|label|disparity|hha")
_INTO_DEPTH = re.compile(r"(?:rgb|colou?r)[a-z_]*_to_depth")  # the picture, in the depth's view
_STREAM = re.compile(r"aligned|depth|rgb(?!d)|colou?r|image|^left$")  # what no camera is called
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
    aligned: bool  # whether a name says that one of the two has the other's view
    of_one: bool  # whether the names say that one camera took both

    @property
    def is_rectified(self) -> bool:
        """Whether the pictures are without the distortion of their lens."""
        return "rect" in self.colour.name.lower()


def choose(
    topics: Sequence[Topic], where: str, encoding_of: Callable[[Topic], str] = lambda _: ""
) -> Chosen:
    """Colour and depth of one camera where the names tell cameras apart, aligned before others.

    `encoding_of` a topic's pictures is asked where several are called depth; "" where it is not
    known. Raises UserError, with the topics that are there, where colour or depth is missing.
    """
    pictures = [t for t in topics if t.type in (IMAGE, COMPRESSED) and t.count]
    depths = [t for t in pictures if _is_depth(t)]
    colours = [t for t in pictures if _is_colour(t)]
    if len(depths) > 1:
        depths = [t for t in depths if can_be_depth(encoding_of(t))] or depths
    if not depths or not colours:
        missing = "depth" if colours else "colour" if depths else "colour and depth"
        raise UserError(
            f"{where} has no topic of {missing} pictures: an Image or CompressedImage with depth, "
            f"and one with rgb, color or image in its name, were expected; it has {listed(topics)}."
        )
    colour, depth = min(product(colours, depths), key=lambda pair: _pair_rank(*pair))
    cameras = [t for t in topics if t.type == CAMERA_INFO and t.count]
    aligned, of_one = _is_aligned(colour, depth), _strangeness(colour, depth) < 2
    camera = _camera_of(colour, depth if aligned else None, cameras)
    return Chosen(colour, depth, camera, aligned, of_one)


def unit_topic(topics: Sequence[Topic], depth: Topic) -> Topic | None:
    """Where RealSense's own recordings keep how many metres one count of `depth` is."""
    for topic in topics:
        sensor, said, _ = topic.name.partition("/option/Depth Units/value")
        if said and topic.count and topic.type == FLOAT and depth.name.startswith(f"{sensor}/"):
            return topic
    return None


def listed(topics: Sequence[Topic]) -> str:
    """ "/camera/color/image_raw (Image, 30), ...": for sentences."""
    named = [f"{t.name} ({t.type.rsplit('/', 1)[-1]}, {t.count})" for t in topics[:_LISTED]]
    more = f", and {len(topics) - _LISTED} more" if len(topics) > _LISTED else ""
    return ", ".join(named) + more if named else "no topics"


def _is_depth(topic: Topic) -> bool:
    name = topic.name.lower()
    if _OTHER.search(name) or _INTO_DEPTH.search(name) or "points" in name:
        return False
    return _DEPTH.search(name) is not None


def _is_colour(topic: Topic) -> bool:
    return not _is_depth(topic) and _OTHER.search(topic.name.lower()) is None


def _pair_rank(colour: Topic, depth: Topic) -> tuple[object, ...]:
    """Smaller is better. Depth of another camera costs everything, another view nearly so."""
    apart = (_strangeness(colour, depth), not _is_aligned(colour, depth))
    return *apart, _colour_rank(colour), _depth_rank(depth), colour.name, depth.name


def _is_aligned(colour: Topic, depth: Topic) -> bool:
    if _strangeness(colour, depth) == 2:
        return False
    into_depth = _INTO_DEPTH.search(colour.name.lower()) is not None
    return into_depth != (depth_rank(depth.name) == 0)


def _strangeness(one: Topic, other: Topic) -> int:
    """0 where the names are of one camera, 1 where one's lies inside the other's, 2 elsewhere."""
    shorter, longer = sorted((_camera_name(one.name), _camera_name(other.name)), key=len)
    if shorter == longer:
        return 0
    return 1 if shorter and longer[: len(shorter)] == shorter else 2


def _camera_name(topic: str) -> tuple[str, ...]:
    """("cam1",) of "/cam1/depth/image_raw": the parts before the first that names a stream.

    That of "/cam1_depth" is the same; those of "/depth/image_raw" and "/rgb" are empty.
    """
    parts = topic.lower().strip("/").split("/")
    for place, part in enumerate(parts):
        named = _STREAM.search(part)
        if named is not None:
            before = part[: named.start()].strip("_-")
            return (*parts[:place], before) if before else tuple(parts[:place])
    return tuple(parts[:-1])


def _colour_rank(topic: Topic) -> tuple[int, int, int, int]:
    """As it was taken, named for colour, rectified, and raw before compressed."""
    name = topic.name.lower()
    named = 0 if re.search(r"rgb|colou?r", name) else 1 if _COLOUR.search(name) else 2
    moved = 1 if _INTO_DEPTH.search(name) else 0
    return moved, named, 0 if "rect" in name else 1, 0 if topic.type == IMAGE else 1


def _depth_rank(topic: Topic) -> tuple[int, int]:
    return depth_rank(topic.name), 0 if topic.type == IMAGE else 1


def _camera_of(colour: Topic, depth: Topic | None, cameras: Sequence[Topic]) -> Topic | None:
    """The CameraInfo beside colour, else beside depth that is aligned with it."""
    for topic in (colour, depth):
        near = [c for c in cameras if topic and _is_below(topic.name, _folder_of(c.name))]
        if near:
            return max(near, key=lambda c: len(_folder_of(c.name)))
    return None


def _folder_of(camera: str) -> list[str]:
    """What the pictures of a CameraInfo lie below: ["camera", "color"] for
    "/camera/color/camera_info", and for "/camera/color/info/camera_info", as RealSense has it."""
    parts = camera.strip("/").split("/")[:-1]
    return parts[:-1] if parts[-1:] == ["info"] else parts


def _is_below(topic: str, folder: list[str]) -> bool:
    return topic.strip("/").split("/")[: len(folder)] == folder
