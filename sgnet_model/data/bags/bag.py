"""A bag as a data set: colour, the depth nearest in time, and the camera, read message by message.

A frame's files are paths that go on behind the bag's: BAG/colour/SECONDS and BAG/depth/SECONDS.
"""

from __future__ import annotations

import struct
import threading
import weakref
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sgnet_model.data.dataset import DataSet
from sgnet_model.data.depth import exact_metres, known_depth, metric_depth, to_metres
from sgnet_model.data.frames import FramePaths
from sgnet_model.data.pairing import nearest
from sgnet_model.data.reading import Reading
from sgnet_model.types import DepthInfo, FloatArray, Intrinsics, Origin, UInt8Array, UserError
from sgnet_model.untrusted import read_head, reading

from .messages import camera_of, colour_of, depth_of, is_distorted
from .topics import Chosen, Topic, choose, listed

SUFFIXES = (".mcap", ".bag", ".db3")
METADATA = "metadata.yaml"  # of a ROS 2 bag, a folder
INSTALL = "pip install rosbags"
_ROS2_HEADER = struct.Struct("<xxxxiI")  # 4 bytes of encapsulation; seconds, nanoseconds
_ROS1_HEADER = struct.Struct("<III")  # sequence, seconds, nanoseconds


@dataclass(frozen=True, slots=True)
class _Stamp:
    """When the sensor took it, and where in the bag it stands; both in nanoseconds."""

    taken_ns: int
    recorded_ns: int

    @property
    def time_s(self) -> float:
        """Exact to a microsecond: a float has no more digits."""
        return self.taken_ns / 1e9


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
    colours = {path / "colour" / _seconds(stamp): stamp for stamp in stamps["colour"]}
    depths = {path / "depth" / _seconds(stamp): stamp for stamp in stamps["depth"]}
    pairing = nearest(
        [(stamp.time_s, file) for file, stamp in colours.items()],
        [(stamp.time_s, file) for file, stamp in depths.items()],
    )
    frames = [
        FramePaths(file.stem[:-3], file, depth)
        for file, depth in zip(colours, pairing.partners, strict=True)
        if depth is not None
    ]
    if not frames:
        raise UserError(
            f"No picture of {chosen.colour.name} in {path.name} has depth of {chosen.depth.name} "
            f"near it in time ({len(colours)} and {len(depths)} messages): both must be stamped by "
            "one clock."
        )
    notes = _notes(bag, pairing.note, len(colours) - len(frames))
    return DataSet(tuple(frames), _reading(bag, colours, depths), notes)


class _Bag:
    """An open bag. It is closed with its last user; reads may come from any thread."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._damaged = f"{path.name} cannot be read as a bag of ROS or MCAP: record it again."
        self._lock = threading.Lock()
        self._reader = _opened(path, self._damaged)
        weakref.finalize(self, _close, self._reader)
        self.topics = [
            Topic(name, info.msgtype or "", info.msgcount)
            for name, info in sorted(self._reader.topics.items())
        ]
        self.chosen: Chosen = choose(self.topics, path.name, self._encoding)
        self.camera: Intrinsics | None = None
        self.is_bent = False  # whether the pictures have the distortion of a lens
        if self.chosen.camera is not None:
            self._look_at(self._first(self.chosen.camera))

    def stamps(self) -> dict[str, list[_Stamp]]:
        """Of the messages of colour and of depth, in the order of time, each time once."""
        topics = {self.chosen.colour.name: "colour", self.chosen.depth.name: "depth"}
        found: dict[str, dict[int, _Stamp]] = {"colour": {}, "depth": {}}
        with self._lock, self._damage_said():
            for connection, recorded, raw in self._reader.messages(self._of(*topics)):
                stamp = self._stamp(raw, recorded)
                found[topics[connection.topic]].setdefault(recorded, stamp)
        return {
            kind: sorted(by_place.values(), key=lambda stamp: stamp.taken_ns)
            for kind, by_place in found.items()
        }

    def message(self, topic: Topic, stamp: _Stamp) -> Any:
        """The message of `topic` that was recorded at that time. Raises UserError."""
        start = stamp.recorded_ns
        with self._lock, self._damage_said():
            messages = self._reader.messages(self._of(topic.name), start=start, stop=start + 1)
            with closing(messages):
                for connection, _, raw in messages:
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

    def _stamp(self, raw: Any, recorded: int) -> _Stamp:
        """Of the sensor, which opens the message; 0 where nothing stamped it."""
        if self._reader.is2:
            seconds, nanoseconds = _ROS2_HEADER.unpack_from(raw)
        else:
            _, seconds, nanoseconds = _ROS1_HEADER.unpack_from(raw)
        stamped = int(seconds) * 10**9 + int(nanoseconds)
        return _Stamp(stamped if stamped > 0 else recorded, recorded)

    def _look_at(self, message: Any) -> None:
        """What a CameraInfo, None where there is none, says of the pictures."""
        if message is None:
            return
        rectified = self.chosen.is_rectified
        with self._damage_said():
            self.camera = camera_of(message, rectified)
            self.is_bent = not rectified and is_distorted(message)

    def _encoding(self, topic: Topic) -> str:
        """Of its first picture; "" where that is damaged."""
        try:
            message = self._first(topic)
        except UserError:
            return ""
        return str(getattr(message, "encoding", "") or getattr(message, "format", ""))

    def _first(self, topic: Topic) -> Any:
        """The first message of a topic; None where there is none. Raises UserError."""
        messages = self._reader.messages(self._of(topic.name))
        with self._lock, self._damage_said(), closing(messages):
            for connection, _, raw in messages:
                return self._reader.deserialize(raw, connection.msgtype)
        return None


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


def _notes(bag: _Bag, paired: str, left_out: int) -> tuple[str, ...]:
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
    if bag.is_bent:
        notes.append(
            f"The distortion of the lens is left aside: {chosen.colour.name} is not rectified."
        )
    if left_out:
        notes.append(f"Left out: {left_out} pictures without depth near them in time.")
    return (*notes, *([paired] if paired else []))


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
        own = "m" if stored.dtype == np.float32 else "mm"
        metres = to_metres(stored, own) if own == "m" else exact_metres(stored, 0.001)
        return known_depth(metres, own, Origin.FILE, path.name)

    def camera(_rgb: Path, _width: int, _height: int) -> Intrinsics | None:
        return bag.camera

    return Reading(depth, camera=camera, scene=lambda _: bag.path.stem, rgb=rgb)
