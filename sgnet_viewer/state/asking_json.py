"""The JSON form of what a question is asked with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sgnet_model.sensor_noise import KINECT, MEASURED, STEREO, deviation_m

from .asking import ExplainOptions
from .json_paths import absolute_from, relative_to
from .json_values import text


def asking_to_json(asking: ExplainOptions, folder: Path) -> dict[str, Any]:
    """JSON values; the path of a recording relative to `folder`."""
    noise = asking.noise
    if noise.startswith(MEASURED):
        noise = MEASURED + relative_to(noise.removeprefix(MEASURED), folder)
    return {"class": asking.class_name, "noise": noise}


def asking_from_json(part: Any, folder: Path) -> ExplainOptions:
    """A wrong part is a ValueError."""
    return ExplainOptions(
        text(part.get("class", "")), _noise(text(part.get("noise", KINECT)), folder)
    )


def _noise(noise: str, folder: Path) -> str:
    if noise.startswith(MEASURED):
        return MEASURED + absolute_from(noise.removeprefix(MEASURED), folder)
    if noise not in (KINECT, STEREO):
        deviation_m(noise)
    return noise
