"""Shared memory: the parent owns every segment, the child only looks into it.

The child shares the parent's resource tracker (it is spawned by `multiprocessing`), so a segment
is unlinked once, by its owner; where the owner is killed, the tracker does it.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path

import numpy as np

from sgnet_model.types import FloatArray, UInt8Array, UserError
from sgnet_viewer.cloud.camera import ViewSize
from sgnet_viewer.cloud.pixels import PackedImage
from sgnet_viewer.cloud.protocol import COLOUR_BYTES, PIXEL_BYTES, POINT_BYTES

PREFIX = "sgnet-"  # then our process id; macOS allows 30 characters
GROWTH = 1.25  # room kept for the next, slightly larger content
_SHARED_FOLDER = Path("/dev/shm")


class OwnedSegment:
    """One growing block of shared memory, made and unlinked here."""

    def __init__(self) -> None:
        self._memory: SharedMemory | None = None

    def reserve(self, nbytes: int) -> SharedMemory:
        """A block of at least `nbytes`; its content is lost where it had to grow.

        Raises:
            UserError: the machine has too little shared memory left, or none.
        """
        if self._memory is None or self._memory.size < nbytes:
            self.release()
            wanted = max(int(nbytes * GROWTH), 4096)
            _require_room(wanted)
            name = f"{PREFIX}{os.getpid()}-{secrets.token_hex(4)}"
            self._memory = _made(name, wanted)
        return self._memory

    @property
    def name(self) -> str:
        """What the child attaches to; empty while nothing is reserved."""
        return self._memory.name if self._memory is not None else ""

    def release(self) -> None:
        """Unlink the block; also safe when there is none."""
        if self._memory is not None:
            self._memory.close()
            self._memory.unlink()
            self._memory = None


class AttachedSegments:
    """The child's side: the blocks it was sent the names of, attached once each."""

    def __init__(self) -> None:
        self._open: dict[str, SharedMemory] = {}

    def attach(self, role: str, name: str) -> SharedMemory:
        """The block called `name`; the block that served this `role` before is released."""
        held = self._open.get(role)
        if held is None or held.name != name:
            if held is not None:
                held.close()
            held = self._open[role] = SharedMemory(name)
        return held


def points_nbytes(count: int) -> int:
    """Bytes of a points segment for `count` points."""
    return max(count, 1) * (POINT_BYTES + COLOUR_BYTES)


def image_nbytes(size: ViewSize) -> int:
    """Bytes of an image segment."""
    return size.width * size.height * PIXEL_BYTES


def points_in(memory: SharedMemory, count: int) -> FloatArray:
    """(N, 3) float32 view of a points segment. Drop it before the segment is closed."""
    return np.ndarray((count, 3), np.float32, memory.buf)


def colours_in(memory: SharedMemory, count: int) -> UInt8Array:
    """(N, 3) uint8 view of a points segment. Drop it before the segment is closed."""
    return np.ndarray((count, 3), np.uint8, memory.buf, offset=count * POINT_BYTES)


def image_in(memory: SharedMemory, size: ViewSize) -> PackedImage:
    """(height, width) uint32 view of an image segment. Drop it before the segment is closed."""
    return np.ndarray((size.height, size.width), np.uint32, memory.buf)


def _made(name: str, nbytes: int) -> SharedMemory:
    """A new block. UserError where the system has no shared memory, or gives none."""
    try:
        with _tracked(name):
            return SharedMemory(name, create=True, size=nbytes)
    except OSError as error:
        needs = f"The point cloud needs {nbytes / 1e6:.0f} MB of shared memory but"
        if error.errno == errno.EFBIG:
            raise UserError(
                f"{needs} this program may make no file of that size (ulimit -f): start it again "
                "with a higher limit."
            ) from error
        raise UserError(
            f"{needs} the system gives none ({error.strerror}): mount {_SHARED_FOLDER} (a tmpfs) "
            "with the rights to write there, then press Restart."
        ) from error


@contextmanager
def _tracked(name: str) -> Iterator[None]:
    """While a block is made: the resource tracker knows it, and forgets it where that fails.

    Python tells the tracker only at the end, yet takes the name from it also where the block could
    not be given its size: the tracker then prints the traceback of a KeyError.
    """
    if os.name != "posix":
        yield
        return
    resource_tracker.register(f"/{name}", "shared_memory")
    try:
        yield
    except OSError:
        resource_tracker.register(f"/{name}", "shared_memory")  # once more, where it was taken
        resource_tracker.unregister(f"/{name}", "shared_memory")
        raise


def _require_room(nbytes: int) -> None:
    """Shared memory is handed out beyond what exists, and writing to it then kills the process."""
    if not _SHARED_FOLDER.is_dir():
        return
    free = shutil.disk_usage(_SHARED_FOLDER).free
    if free < nbytes:
        raise UserError(
            f"The point cloud needs {nbytes / 1e6:.0f} MB of shared memory but {_SHARED_FOLDER} "
            f"has {free / 1e6:.0f} MB free: make room there, or enlarge it "
            "(--shm-size for a container)."
        )
