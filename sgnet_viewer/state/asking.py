"""What a question of the Explain panel is asked with, beside its pixel."""

from __future__ import annotations

from dataclasses import dataclass

from sgnet_model.sensor_noise import KINECT


@dataclass(frozen=True, slots=True)
class ExplainOptions:
    """`class_name`: whose logit is explained; "": the margin. `noise`: of the depth, as
    `sgnet-model inspect --noise` takes it: a sensor, a deviation in metres, or `measured:` with
    the path of a recording of a still scene."""

    class_name: str = ""
    noise: str = KINECT
