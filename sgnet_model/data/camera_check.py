"""Whether numbers can be the camera of a picture, and how a camera of another size becomes its own.

The one check for every camera: of a flag, a file, a data set, a recording.
"""

from __future__ import annotations

import math
from dataclasses import replace

from sgnet_model.types import Intrinsics

FOCAL_PER_LONGER_SIDE = (0.2, 10.0)  # fields of view from 136 down to 6 degrees
FOCAL_RATIO_MOST = 1.15  # fx / fy: square pixels, up to a careless calibration or resizing
OFF_CENTRE_MOST = 0.15  # of a side; lenses, crops for registration and stereo rigs stay below
OFF_CROP_MOST = 2.0  # of a side of a picture that was cut from a larger one
CENTRED = 0.02  # of a side: what is called exactly in the middle, or in the corner
SIMILAR_ASPECT = 0.1  # of the size whose middle the principal point of another picture is
ASPECT_TOLERANCE = 0.02  # 1296 x 968 and 640 x 480 are one sensor's
ROUNDED_ASPECT = 0.006
SENSOR_ASPECTS = (4 / 3, 16 / 9, 3 / 2, 8 / 5, 5 / 4)
SENSOR_TOLERANCE = 0.015
CROP_KEEPS_LEAST = 0.7  # of the picture's area: 16:9 out of 4:3 keeps 0.75


def why_implausible(camera: Intrinsics) -> str:
    """What rules `camera` out as one of a whole picture of its size; empty where nothing does."""
    return _why_no_lens(camera) or _far_from_the_middle(camera)


def why_impossible(camera: Intrinsics, size_is_told: bool) -> str:
    """As `why_implausible`, for a picture that may be cut from a larger one.

    `size_is_told`: whoever said the numbers said the size too. Otherwise numbers of another size
    of the picture look much like those of a part of it, and are refused.
    """
    reason = _why_no_lens(camera)
    if reason or _can_be_of_a_part(camera, size_is_told):
        return reason
    reason = _far_from_the_middle(camera)
    hint = " (that of a part of a picture is taken from a file that names the part's size)"
    return f"{reason}{hint}" if reason and not size_is_told else reason


def _why_no_lens(camera: Intrinsics) -> str:
    numbers = (camera.fx, camera.fy, camera.cx, camera.cy)
    width, height = camera.width, camera.height
    if not all(map(math.isfinite, numbers)) or min(camera.fx, camera.fy) <= 0:
        return "fx and fy must be positive numbers"
    if width < 1 or height < 1:
        return "its picture has no size"
    longer = max(width, height)
    low, high = (share * longer for share in FOCAL_PER_LONGER_SIDE)
    if not (low <= camera.fx <= high and low <= camera.fy <= high):
        return (
            f"fx {camera.fx:.5g} and fy {camera.fy:.5g} cannot be focal lengths of a picture "
            f"{longer} pixels long"
        )
    if max(camera.fx, camera.fy) > FOCAL_RATIO_MOST * min(camera.fx, camera.fy):
        return f"fx {camera.fx:.5g} and fy {camera.fy:.5g} differ too much for one lens"
    return ""


def _far_from_the_middle(camera: Intrinsics) -> str:
    if off_centre(camera) <= OFF_CENTRE_MOST:
        return ""
    return (
        f"the principal point ({camera.cx:.5g}, {camera.cy:.5g}) is far from the middle of a "
        f"{camera.width} x {camera.height} picture"
    )


def _can_be_of_a_part(camera: Intrinsics, size_is_told: bool) -> bool:
    """Whether a crop explains the principal point, and nothing that people mix up does.

    Those are: it is counted from the middle, or was never set; it is the middle of the picture in
    another size, with width and height exchanged, or uncropped.
    """
    width, height = camera.width, camera.height
    if off_centre(camera) > OFF_CROP_MOST:
        return False
    if abs(camera.cx) <= CENTRED * width and abs(camera.cy) <= CENTRED * height:
        return False
    if not size_is_told and not (0 <= camera.cx < width and 0 <= camera.cy < height):
        return False
    middle_of = (2 * camera.cx + 1, 2 * camera.cy + 1)  # width and height
    if min(middle_of) <= 0:
        return True
    aspect = middle_of[0] / middle_of[1]
    others = [width / height, height / width]
    is_cut_once = any(
        abs(side / own - 1) <= CENTRED for side, own in zip(middle_of, (width, height), strict=True)
    )
    if is_cut_once or not size_is_told:
        others += [shape for known in SENSOR_ASPECTS for shape in (known, 1 / known)]
    tolerance = ASPECT_TOLERANCE if size_is_told else SIMILAR_ASPECT
    return all(abs(aspect / other - 1) > tolerance for other in others)


def off_centre(camera: Intrinsics) -> float:
    """How far the principal point is from the middle, as a share of the side; the worse axis."""
    across = abs(camera.cx - (camera.width - 1) / 2) / camera.width
    down = abs(camera.cy - (camera.height - 1) / 2) / camera.height
    return max(across, down)


def same_aspect(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two sizes, both (width, height), are of one shape within 2 %."""
    return abs((one[0] / one[1]) / (other[0] / other[1]) - 1) <= ASPECT_TOLERANCE


def fit(
    camera: Intrinsics, width: int, height: int, *, size_is_told: bool = True
) -> tuple[Intrinsics, str]:
    """`camera` for a width x height picture, and a phrase where more than a scale was needed.

    A camera of the same aspect is scaled. One of another aspect is that of the whole sensor where
    both aspects are sensors' and the picture is its middle; it is never scaled apart in x and y.
    `size_is_told`: see `why_impossible`.
    Raises ValueError (a reason) where that explains nothing, and where the result is implausible.
    """
    own = why_impossible(camera, size_is_told)
    if own:
        raise ValueError(own)
    if same_aspect((width, height), (camera.width, camera.height)):
        said = (_said_part(camera), _said_stretched(camera, width, height))
        return camera.scaled_to(width, height), " and ".join(filter(None, said))
    if not (_is_sensors(width, height) and _is_sensors(camera.width, camera.height)):
        raise ValueError(_other_aspect(camera, width, height))
    scale = max(width / camera.width, height / camera.height)
    whole = camera.scaled_to(round(camera.width * scale), round(camera.height * scale))
    if width * height < CROP_KEEPS_LEAST * whole.width * whole.height:
        raise ValueError(_other_aspect(camera, width, height))
    cropped = replace(
        whole,
        cx=whole.cx - (whole.width - width) / 2,
        cy=whole.cy - (whole.height - height) / 2,
        width=width,
        height=height,
    )
    if why_implausible(cropped):
        raise ValueError(_other_aspect(camera, width, height))
    return cropped, (
        f"is of a {camera.width} x {camera.height} picture; this one of {width} x {height} was "
        "taken for its middle"
    )


def turned(camera: Intrinsics, quarters: int) -> Intrinsics:
    """The camera of the picture turned clockwise by `quarters` of a full turn."""
    for _ in range(quarters % 4):
        camera = replace(
            camera,
            fx=camera.fy,
            fy=camera.fx,
            cx=camera.height - 1 - camera.cy,
            cy=camera.cx,
            width=camera.height,
            height=camera.width,
        )
    return camera


def _said_part(camera: Intrinsics) -> str:
    """A phrase where the principal point is that of a part of a picture."""
    if off_centre(camera) <= OFF_CENTRE_MOST:
        return ""
    return (
        f"has its principal point at ({camera.cx:.5g}, {camera.cy:.5g}), as in a picture that was "
        "cut from a larger one: check it where this one was not"
    )


def _said_stretched(camera: Intrinsics, width: int, height: int) -> str:
    """A phrase where x and y are scaled differently by more than rounding sizes explains."""
    across, down = width / camera.width, height / camera.height
    if abs(across / down - 1) <= ROUNDED_ASPECT:
        return ""
    return (
        f"is of a {camera.width} x {camera.height} picture: it was scaled by {across:.4g} in x and "
        f"{down:.4g} in y"
    )


def _is_sensors(width: int, height: int) -> bool:
    aspect = max(width, height) / min(width, height)
    return any(abs(aspect / known - 1) <= SENSOR_TOLERANCE for known in SENSOR_ASPECTS)


def _other_aspect(camera: Intrinsics, width: int, height: int) -> str:
    return (
        f"it is of a {camera.width} x {camera.height} picture, whose aspect is not that of "
        f"{width} x {height}, and no crop of its middle explains it"
    )
