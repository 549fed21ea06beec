"""Recordings of live sources: what `sgnet_viewer.recording` writes, and `recording` reads again.

    frames.csv      a line a frame, `COLUMNS`; appended only after the frame's pictures are whole
    rgb/NNNNNN.jpg  colour (.png where it was recorded without loss)
    depth/NNNNNN.png  16-bit counts as the sensor gave them, aligned to colour; 0 is missing
    camera.json     the first frame's camera (Open3D's layout) and `depth_unit_m`
    recording.json  title of the source, when it began, how colour is stored

Size, camera and depth unit stand in every line of frames.csv: a source may change them midway.
"""

from __future__ import annotations

INDEX = "frames.csv"
CAMERA = "camera.json"
COLUMNS = (
    "number",  # of the source, on from where it was lost: gaps are frames that were not recorded
    "time_s",  # seconds since the first recorded frame
    "device_s",  # the device's own clock, empty where it has none
    "rgb",  # path inside the recording
    "depth",  # empty where the frame has none
    "depth_unit_m",  # metres per count
    "width",
    "height",
    "fx",
    "fy",
    "cx",
    "cy",
    "camera_from",  # an `Origin`: a guessed camera stays one
    "notes",  # what the source said of the frame, joined by NOTE_END
)
NOTE_END = " | "
