"""Two open cameras as one: the picture of the first, the depth of the second."""

from __future__ import annotations

import threading
import time
from collections import deque
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sgnet_model.types import FloatArray, Intrinsics, Origin, UInt8Array
from sgnet_viewer.cameras.frames import counts_of, live_frame
from sgnet_viewer.cameras.protocol import Camera, CameraLost, LiveFrame
from sgnet_viewer.cameras.sdk import bounded
from sgnet_viewer.runtime.slot import Slot

from .calibration import Calibration
from .reproject import Reprojector, fitted, matrix_of

OLD_S = 0.5  # depth older than this does not belong to the picture
APART_S = 0.05  # from here on it is said
KEPT = 6  # frames of depth to choose from: a picture may have waited while newer ones came
READ_S = 0.5
SILENT_S = 1.5  # and three reads without a frame: the depth device counts as lost
HUNG_S = 5.0  # even where not that many have returned


class WebcamDepthCamera:
    """See `Camera`. Depth is read in a thread of its own; the nearest in time goes with each
    picture. `notes`: to be said of every picture."""

    finite = False  # not even of two files: they are not in step

    def __init__(
        self,
        colour: Camera,
        depth: Camera,
        calibration: Calibration,
        address: str,
        notes: tuple[str, ...] = (),
    ) -> None:
        self.title = f"{colour.title} with depth of {depth.title}"
        self.serial = address
        self._colour, self._calibration = colour, calibration
        self._depth_title, self._file = depth.title, Path(address).name
        self._notes = notes
        self._depth = RecentDepth(depth)
        self._lens: Undistortion | None = None
        self._reprojector: Reprojector | None = None
        self._first = True  # the first picture waits for depth

    def read(self, timeout_s: float) -> LiveFrame | None:
        """See `Camera`. A picture without recent depth comes without any, and says so."""
        live = self._colour.read(timeout_s)
        if live is None:
            self._depth.nearest(time.monotonic())  # raises where the other device is lost
            return None
        depth = self._depth.nearest(live.captured_s, timeout_s if self._first else 0.0)
        self._first = False
        if depth is not None and abs(live.captured_s - depth.captured_s) > OLD_S:
            depth = None
        return self._together(live, depth)

    def close(self) -> None:
        """See `Camera`."""
        self._colour.close()  # first: the other one may take its two seconds
        self._depth.close()

    def _together(self, live: LiveFrame, depth: LiveFrame | None) -> LiveFrame:
        sent = live.frame.intrinsics
        if self._lens is None or self._lens.sent != sent:
            self._lens, self._reprojector = Undistortion(self._calibration, sent), None
        lens = self._lens
        there = self._seen(depth, lens.camera) if depth is not None else None
        info = depth.frame.depth_info if depth is not None else None
        return live_frame(
            lens.undone(live.frame.rgb),
            there,
            lens.camera,
            name=live.frame.name,
            number=live.number,
            unit_m=depth.depth_unit_m if depth is not None else 0.001,
            device_s=live.device_s,
            captured_s=live.captured_s,
            notes=(*self._notes_of(live, depth if there is not None else None), *self._notes),
            depth_origin=info.origin if info is not None else Origin.FILE,
        )

    def _notes_of(self, live: LiveFrame, depth: LiveFrame | None) -> tuple[str, ...]:
        """Whose depth it is, and what its own device says of it (that it was made up, say)."""
        if depth is None:
            return (f"{self._depth_title} has sent no depth for this picture.",)
        older_s = live.captured_s - depth.captured_s
        age = "older" if older_s > 0 else "newer"
        apart = f"Depth is {abs(older_s):.1f} s {age} than the picture."
        return (
            f"Depth of {self._depth_title}, mapped to the picture by {self._file}.",
            *((apart,) if abs(older_s) >= APART_S else ()),
            *depth.frame.notes,
        )

    def _seen(self, depth: LiveFrame, colour: Intrinsics) -> NDArray[Any] | None:
        """Depth as the webcam sees it, counted where the device counts."""
        metres = depth.frame.depth_m
        if metres is None:
            return None
        sent = depth.frame.intrinsics  # an iPhone's change with its focus
        if self._reprojector is None or not self._reprojector.is_for(sent):
            self._reprojector = Reprojector(self._calibration, sent, colour)
        there = self._reprojector.seen_from_colour(metres)
        return there if depth.raw_depth is None else counts_of(there, depth.depth_unit_m)


class RecentDepth:
    """Reads a depth device in a thread, so that it never waits for the webcam."""

    def __init__(self, camera: Camera) -> None:
        self._camera = camera
        self._recent: deque[LiveFrame] = deque(maxlen=KEPT)  # of the thread
        self._frames: Slot[tuple[LiveFrame, ...]] = Slot()
        self._heard_s = time.monotonic()  # of the last frame
        self._silent = 0  # reads without one since
        self._thread = threading.Thread(target=self._run, name="sgnet-depth", daemon=True)
        self._thread.start()

    def nearest(self, captured_s: float, timeout_s: float = 0.0) -> LiveFrame | None:
        """The frame taken nearest to `captured_s`, awaited only where there is none yet.

        Raises what reading raised, and CameraLost where nothing has come for too long.
        """
        frames = self._frames.look(timeout_s) or ()
        silent_s = time.monotonic() - self._heard_s
        if silent_s > (SILENT_S if self._silent >= SILENT_S / READ_S else HUNG_S):
            raise CameraLost(f"{self._camera.title} has sent nothing for {silent_s:.1f} s.")
        return min(frames, key=lambda live: abs(live.captured_s - captured_s), default=None)

    def close(self) -> None:
        """Ends thread and device; gives up after 2 s."""
        self._frames.close()
        bounded(self._camera.close)
        self._thread.join(READ_S)

    def _run(self) -> None:
        while not self._frames.is_closed:
            began_s = time.monotonic()
            try:
                live = self._camera.read(READ_S)
            except Exception as error:  # the reader of the pair learns of it
                self._frames.fail(error)
                return
            self._silent = 0 if live is not None else self._silent + 1
            if live is not None:
                self._heard_s = time.monotonic()
                self._recent.append(live)
                self._frames.put(tuple(self._recent))
            elif time.monotonic() - began_s < READ_S / 2:
                time.sleep(0.01)  # one that does not wait must not keep a core busy


class Undistortion:
    """Straightens a webcam's pictures; `camera` is their pinhole camera afterwards."""

    def __init__(self, calibration: Calibration, sent: Intrinsics) -> None:
        self.sent = sent
        self.camera = fitted(calibration.colour.camera, sent, "colour")
        self._maps: tuple[FloatArray, FloatArray] | None = None
        if calibration.colour.distortion.size:
            self._maps = _maps(self.camera, calibration.colour.distortion)

    def undone(self, rgb: UInt8Array) -> UInt8Array:
        """(H, W, 3) uint8 as a pinhole camera would have seen it; black beyond the lens."""
        import cv2

        if self._maps is None:
            return rgb
        return np.asarray(cv2.remap(rgb, *self._maps, cv2.INTER_LINEAR), np.uint8)


def _maps(camera: Intrinsics, distortion: NDArray[np.float64]) -> tuple[FloatArray, FloatArray]:
    import cv2

    matrix, size = matrix_of(camera), (camera.width, camera.height)
    x, y = cv2.initUndistortRectifyMap(matrix, distortion, None, matrix, size, cv2.CV_32FC1)
    return np.asarray(x, np.float32), np.asarray(y, np.float32)
