"""A bag as a data set: colour, the depth nearest in time, and the camera, read message by message.

A frame's files are paths that go on behind the bag's: BAG/colour/SECONDS and BAG/depth/SECONDS.
"""

from __future__ import annotations

import struct
import threading
import weakref
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from sgnet_model.data.dataset import DataSet
from sgnet_model.data.depth import exact_metres, known_depth, metric_depth, to_metres
from sgnet_model.data.depth_units import unit_of
from sgnet_model.data.frames import FramePaths
from sgnet_model.data.pairing import Pairing, nearest
from sgnet_model.data.reading import Reading
from sgnet_model.types import DepthInfo, FloatArray, Intrinsics, Origin, UInt8Array, UserError
from sgnet_model.untrusted import number, read_head, reading, reason

from .messages import camera_of, colour_of, depth_of, is_distorted
from .topics import Chosen, Topic, choose, listed, unit_topic

SUFFIXES = (".mcap", ".bag", ".db3")
METADATA = "metadata.yaml"  # of a ROS 2 bag, a folder
INSTALL = "pip install rosbags"
MILLIMETRE = 0.001
UNITS_M = (1e-6, 0.1)  # metres of a count that a recording may say
_ZSTD = b"\x28\xb5\x2f\xfd"  # how compressed messages begin; others with their encapsulation
_HEADS = {b"#ROSBAG V": ".bag", b"\x89MCAP0\r\n": ".mcap", b"SQLite format 3": ".db3"}
_REPAIRS = {".bag": "rosbag reindex", ".mcap": "mcap recover"}
_ROS2_HEADER = struct.Struct("<xxxxiI")  # 4 bytes of encapsulation; seconds, nanoseconds
_ROS1_HEADER = struct.Struct("<III")  # sequence, seconds, nanoseconds


@dataclass(frozen=True, slots=True)
class _Stamp:
    """When the sensor took it, and where in the bag it stands; both in nanoseconds.

    `place`: among the messages of its topic that were recorded at the same time, from 0.
    """

    taken_ns: int
    recorded_ns: int
    place: int = 0


def is_bag(path: Path) -> bool:
    """By suffix; a folder by the list that ROS 2 puts into it."""
    if path.is_dir():
        file = path / METADATA
        try:
            return b"rosbag2_bagfile_information" in read_head(file, 4096)
        except OSError:
            return False
    return path.suffix.lower() in SUFFIXES


def bag_frames(path: Path) -> DataSet:
    """The frames of a bag. Every message of the three topics is passed over once. UserError."""
    bag = _Bag(path)
    chosen, stamps = bag.chosen, bag.stamps()
    colours, depths = (
        {path / kind / _seconds(stamp): stamp for stamp in _moving(stamps[kind])}
        for kind in ("colour", "depth")
    )
    pairing = _paired(colours, depths, lambda stamp: stamp.taken_ns)
    clocks = ""
    if not any(pairing.partners):
        pairing = _paired(colours, depths, lambda stamp: stamp.recorded_ns)
        clocks = (
            f"No stamps of {chosen.colour.name} and {chosen.depth.name} are near each other: they "
            "were paired by the times at which they were recorded."
        )
    frames = [
        FramePaths(file.stem[:-3], file, depth)
        for file, depth in zip(colours, pairing.partners, strict=True)
        if depth is not None
    ]
    if not frames:
        raise UserError(
            f"No picture of {chosen.colour.name} in {path.name} has depth of {chosen.depth.name} "
            f"near it in time ({len(colours)} and {len(depths)} messages): record both together."
        )
    notes = _notes(bag, [clocks, pairing.note], len(colours) - len(frames))
    return DataSet(tuple(frames), _reading(bag, colours, depths), notes)


class _Bag:
    """An open bag. It is closed with its last user; reads may come from any thread."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._damaged = _unreadable(path)
        self._lock = threading.Lock()
        self._reader = _opened(path, self._damaged)
        weakref.finalize(self, _close, self._reader)
        self.topics = [
            Topic(name, info.msgtype or "", info.msgcount)
            for name, info in sorted(self._reader.topics.items())
        ]
        self.chosen: Chosen = choose(self.topics, path.name, self._encoding)
        self.camera: Intrinsics | None = None
        self.unit_m = self._unit_m()  # metres of a count of depth in whole numbers
        self.no_camera = ""  # why the chosen topic has none
        self.is_bent = False  # whether the pictures have the distortion of a lens
        if self.chosen.camera is not None:
            self._look_at(self.chosen.camera)

    def stamps(self) -> dict[str, list[_Stamp]]:
        """Of the messages of colour and of depth, in the order of time."""
        topics = {self.chosen.colour.name: "colour", self.chosen.depth.name: "depth"}
        found: dict[str, list[_Stamp]] = {"colour": [], "depth": []}
        seen: Counter[tuple[str, int]] = Counter()
        with self._lock, self._damage_said():
            for connection, recorded, raw in self._reader.messages(self._of(*topics)):
                place = connection.topic, recorded
                taken = self._taken(raw, recorded)
                found[topics[connection.topic]].append(_Stamp(taken, recorded, seen[place]))
                seen[place] += 1
        return {
            kind: sorted(stamps, key=lambda stamp: stamp.taken_ns) for kind, stamps in found.items()
        }

    def message(self, topic: Topic, stamp: _Stamp) -> Any:
        """The message of `topic` that was recorded at that time. Raises UserError."""
        start = stamp.recorded_ns
        with self._lock, self._damage_said():
            messages = self._reader.messages(self._of(topic.name), start=start, stop=start + 1)
            with closing(messages):
                for connection, _, raw in islice(messages, stamp.place, None):
                    return self._reader.deserialize(raw, connection.msgtype)
        raise UserError(
            f"A message of {topic.name} is missing in {self.path.name}: {self._damaged}"
        )

    @contextmanager
    def _damage_said(self) -> Iterator[None]:
        """As `reading`; the library also asserts what a damaged file does not keep."""
        with reading(self.path, self._damaged):
            try:
                yield
            except AssertionError as error:
                raise ValueError("what the bag says of itself does not hold") from error

    def _of(self, *topics: str) -> list[Any]:
        return [c for c in self._reader.connections if c.topic in topics]

    def _taken(self, raw: Any, recorded: int) -> int:
        """The sensor's time, which opens the message, in ns; `recorded` where nothing stamped it.

        UserError where the messages are compressed, which a file of a ROS 2 bag does not say.
        """
        if self._reader.is2:
            if bytes(raw[: len(_ZSTD)]) == _ZSTD:
                raise UserError(
                    f"The messages of {self.path.name} are compressed, as the {METADATA} of its "
                    "folder says: open that folder."
                )
            seconds, nanoseconds = _ROS2_HEADER.unpack_from(raw)
        else:
            _, seconds, nanoseconds = _ROS1_HEADER.unpack_from(raw)
        stamped = int(seconds) * 10**9 + int(nanoseconds)
        return stamped if stamped > 0 else recorded

    def _look_at(self, topic: Topic) -> None:
        """What the first CameraInfo of a calibrated camera says of the pictures."""
        rectified, none = self.chosen.is_rectified, f"No camera from {topic.name}"
        self.no_camera = f"{none}: it was never calibrated."
        try:
            with closing(self._messages(topic)) as messages:
                for message in messages:
                    with reading(self.path, lambda error: f"{none}: {reason(error)}."):
                        self.camera = camera_of(message, rectified)
                        bent = not rectified and is_distorted(message)
                    if self.camera is not None:
                        self.no_camera, self.is_bent = "", bent
                        return
        except UserError as error:
            self.no_camera = str(error)

    def _unit_m(self) -> float:
        """A millimetre (REP 118) where nothing else is said that can be a scale."""
        topic = unit_topic(self.topics, self.chosen.depth)
        if topic is not None:
            with closing(self._messages(topic)) as messages, suppress(ValueError, UserError):
                said = getattr(next(messages, None), "data", None)
                return float(f"{number(said, *UNITS_M):.6g}")  # of a float32
        return MILLIMETRE

    def _encoding(self, topic: Topic) -> str:
        """Of its first picture; "" where that is damaged."""
        try:
            with closing(self._messages(topic)) as messages:
                message = next(messages, None)
        except UserError:
            return ""
        return str(getattr(message, "encoding", "") or getattr(message, "format", ""))

    def _messages(self, topic: Topic) -> Generator[Any]:
        """Those of a topic, as they were recorded. Raises UserError."""
        messages = self._reader.messages(self._of(topic.name))
        with self._lock, self._damage_said(), closing(messages):
            for connection, _, raw in messages:
                yield self._reader.deserialize(raw, connection.msgtype)


def _unreadable(path: Path) -> str:
    """The sentence where the library cannot read it: what it is instead, or how it is repaired."""
    bad = f"{path.name} cannot be read as a bag of ROS or MCAP"
    if path.is_dir():
        return (
            f"{bad}: check that the files are there which its {METADATA} names, or have "
            "`ros2 bag reindex` write that anew."
        )
    try:
        head = read_head(path, 16)
    except OSError:
        return f"{bad}: check the file."
    kind = next((suffix for start, suffix in _HEADS.items() if head.startswith(start)), "")
    if not head:
        return f"{bad}: it is empty."
    if not kind:
        return f"{bad}: it does not begin as one."
    if kind != path.suffix.lower():
        return f"{bad}: its content is that of a {kind} file, so give it that suffix."
    repair = f"`{_REPAIRS[kind]}` repairs one that was cut off; else " if kind in _REPAIRS else ""
    return f"{bad}: {repair}record it again."


def _opened(path: Path, damaged: str) -> Any:
    try:
        from rosbags.highlevel import AnyReader
        from rosbags.typesys import Stores, get_typestore
    except ImportError as error:
        raise UserError(
            f"{path.name} is a bag, which needs a package that is not installed: {INSTALL}."
        ) from error
    with reading(path, damaged):
        try:
            reader = AnyReader([path], default_typestore=get_typestore(Stores.ROS2_HUMBLE))
            reader.open()
        except AssertionError as error:
            raise ValueError("what the bag says of itself does not hold") from error
    return reader


def _close(reader: Any) -> None:
    if reader.stack is not None:
        reader.close()


def _seconds(stamp: _Stamp) -> str:
    """ "1305031102.175304123.msg": the time is the stem, as in TUM's sequences."""
    seconds, nanoseconds = divmod(stamp.taken_ns, 10**9)
    return f"{seconds}.{nanoseconds:09d}.msg"


def _moving(stamps: list[_Stamp]) -> list[_Stamp]:
    """As they are, or the times of recording where most say the same time: nobody set them."""
    if 2 * len({stamp.taken_ns for stamp in stamps}) > len(stamps) or len(stamps) < 2:
        return stamps
    return [replace(stamp, taken_ns=stamp.recorded_ns) for stamp in stamps]


def _paired(
    colours: dict[Path, _Stamp], depths: dict[Path, _Stamp], time_ns: Callable[[_Stamp], int]
) -> Pairing:
    """The depth of each picture, by one of the two times. A float is exact to a microsecond."""
    return nearest(
        [(time_ns(stamp) / 1e9, file) for file, stamp in colours.items()],
        [(time_ns(stamp) / 1e9, file) for file, stamp in depths.items()],
    )


def _notes(bag: _Bag, paired: list[str], left_out: int) -> tuple[str, ...]:
    chosen = bag.chosen
    camera = f", the camera {chosen.camera.name}" if chosen.camera else ""
    used = {chosen.colour.name, chosen.depth.name, chosen.camera.name if chosen.camera else ""}
    others = [topic for topic in bag.topics if topic.name not in used]
    notes = [f"Colour is {chosen.colour.name}, depth {chosen.depth.name}{camera}."]
    if others:
        notes.append(f"Other topics: {listed(others)}.")
    if not chosen.of_one:
        notes.append(
            f"Nothing in their names says that {chosen.colour.name} and {chosen.depth.name} are of "
            "one camera: record colour and depth of one."
        )
    elif not chosen.aligned:
        notes.append(
            f"Nothing in the name {chosen.depth.name} says that it is aligned with colour: record "
            "aligned_depth_to_color or depth_registered where the two do not lie over each other."
        )
    if bag.no_camera:
        notes.append(bag.no_camera)
    if bag.is_bent:
        notes.append(
            f"The distortion of the lens is left aside: {chosen.colour.name} is not rectified."
        )
    if left_out:
        notes.append(f"Left out: {left_out} pictures without depth near them in time.")
    return (*notes, *filter(None, paired))


def _reading(bag: _Bag, colours: dict[Path, _Stamp], depths: dict[Path, _Stamp]) -> Reading:
    damaged = f"A message of {bag.path.name} is damaged: record it again."

    def rgb(path: Path) -> tuple[UInt8Array, tuple[str, ...]]:
        message = bag.message(bag.chosen.colour, colours[path])
        with reading(bag.path, damaged):
            return colour_of(message), ()

    def depth(path: Path, unit: str | None) -> tuple[FloatArray, DepthInfo]:
        message = bag.message(bag.chosen.depth, depths[path])
        with reading(bag.path, damaged):
            stored = depth_of(message)
        if unit is not None:
            return metric_depth(stored, path.name, unit)
        if stored.dtype == np.float32:
            return known_depth(to_metres(stored, "m"), "m", Origin.FILE, path.name)
        metres = exact_metres(stored, bag.unit_m)
        return known_depth(metres, unit_of(bag.unit_m).name, Origin.FILE, path.name)

    def camera(_rgb: Path, _width: int, _height: int) -> Intrinsics | None:
        return bag.camera

    return Reading(depth, camera=camera, scene=lambda _: bag.path.stem, rgb=rgb)
