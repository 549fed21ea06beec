"""Which numbers can be a picture's camera, and how one of another size becomes its own."""

from __future__ import annotations

import math

import pytest

from sgnet_model.data.camera_check import fit, turned, why_implausible
from sgnet_model.types import Intrinsics

KINECT = Intrinsics(525, 525, 319.5, 239.5, 640, 480)


@pytest.mark.parametrize(
    ("numbers", "size"),
    [
        ((518.86, 519.47, 325.58, 253.74), (640, 480)),  # NYUv2
        ((481.2, 480.0, 319.5, 239.5), (640, 480)),  # ICL-NUIM
        ((2262.52, 2265.3, 1096.98, 513.137), (2048, 1024)),  # Cityscapes
        ((707.05, 707.05, 604.08, 180.51), (1242, 375)),  # KITTI
        ((520.53, 520.74, 277.93, 215.12), (561, 427)),  # SUN RGB-D, cropped
        ((365.0, 365.0, 254.9, 205.0), (512, 424)),  # Kinect 2
        ((3997.7, 3997.7, 1176.7, 1011.7), (2964, 1988)),  # Middlebury: a stereo rig
        ((722.1, 722.1, 357.6, 481.3), (720, 960)),  # a phone held upright
    ],
)
def test_real_cameras_are_plausible(
    numbers: tuple[float, float, float, float], size: tuple[int, int]
) -> None:
    assert why_implausible(Intrinsics(*numbers, *size)) == ""


@pytest.mark.parametrize(
    ("numbers", "size", "reason"),
    [
        ((1.0, 1.0, 0.0, 0.0), (640, 480), "cannot be focal lengths"),  # a rotation
        ((577.9, 577.9, 319.5, 239.5), (1296, 968), "far from the middle"),  # the depth's
        ((1170.2, 1170.2, 647.7, 483.7), (640, 480), "far from the middle"),  # the colour's
        ((525, 525, 319.5, 239.5), (640, 360), "far from the middle"),  # of the uncropped picture
        ((1050, 787, 639.5, 359.5), (1280, 720), "differ too much"),  # scaled apart
        ((0.82, 0.82, 0.5, 0.5), (640, 480), "cannot be focal lengths"),  # shares of the size
        ((525, -525, 319.5, 239.5), (640, 480), "positive"),
        ((math.nan, 525, 319.5, 239.5), (640, 480), "positive"),
        ((525, 525, math.inf, 239.5), (640, 480), "positive"),
        ((9000, 9000, 319.5, 239.5), (640, 480), "cannot be focal lengths"),
    ],
)
def test_what_is_implausible(
    numbers: tuple[float, float, float, float], size: tuple[int, int], reason: str
) -> None:
    assert reason in why_implausible(Intrinsics(*numbers, *size))


@pytest.mark.parametrize(
    ("numbers", "size"),
    [
        ((1400, 1400, 320, 620), (640, 480)),  # the upper rows of a sensor, its axis below them
        ((1400, 1400, -40, 190), (640, 480)),  # right of the middle
        ((1400, 1400, 630.2, 421.7), (640, 480)),
        ((525, 525, 319.5, 159.5), (640, 240)),  # the width whole, of the height a part
    ],
)
def test_a_camera_of_a_part_is_taken_and_said_where_its_size_is_told(
    numbers: tuple[float, float, float, float], size: tuple[int, int]
) -> None:
    camera, said = fit(Intrinsics(*numbers, *size), *size)
    assert (camera.fx, camera.fy, camera.cx, camera.cy) == numbers
    assert "cut from a larger one" in said
    half, said = fit(camera, size[0] // 2, size[1] // 2)
    assert half.cx == pytest.approx((camera.cx + 0.5) / 2 - 0.5)
    assert "cut from a larger one" in said


@pytest.mark.parametrize("numbers", [(900, 900, 80, 400), (900, 900, 600.5, 60)])
def test_a_camera_of_a_part_without_a_size(numbers: tuple[float, float, float, float]) -> None:
    """No other size of the picture, and no whole sensor, has its middle there."""
    camera, said = fit(Intrinsics(*numbers, 640, 480), 640, 480, size_is_told=False)
    assert camera.cx == numbers[2]
    assert "cut from a larger one" in said


@pytest.mark.parametrize(
    ("numbers", "size"),
    [
        ((577.9, 577.9, 319.5, 239.5), (1296, 968)),  # another size's
        ((1170.2, 1170.2, 647.7, 483.7), (640, 480)),
        ((525, 525, 239.5, 319.5), (640, 480)),  # width and height exchanged
        ((525, 525, 319.5, 239.5), (640, 360)),  # of the uncropped picture
        ((525, 525, 319.5, 239.5), (400, 480)),
        ((525, 525, 0, 0), (640, 480)),  # never set
        ((525, 525, 3.2, -4.1), (640, 480)),  # counted from the middle
        ((525, 525, 0.5, 0.5), (640, 480)),  # shares of the size
        ((525, 525, 3195, 240), (640, 480)),  # a point lost
    ],
)
@pytest.mark.parametrize("told", [True, False])
def test_what_is_mixed_up_is_no_part(
    numbers: tuple[float, float, float, float], size: tuple[int, int], told: bool
) -> None:
    with pytest.raises(ValueError, match="far from the middle") as refused:
        fit(Intrinsics(*numbers, *size), *size, size_is_told=told)
    assert ("names the part's size" in str(refused.value)) is not told


@pytest.mark.parametrize(
    ("numbers", "size"),
    [
        ((518.86, 519.47, 325.58, 253.74), (640, 360)),  # NYUv2's, of the uncropped picture
        ((518.86, 519.47, 325.58, 253.74), (1280, 960)),
        ((2262.52, 2265.3, 1096.98, 513.137), (4096, 2048)),  # Cityscapes
        ((1400, 1400, 959.5, 539.5), (640, 480)),  # it may be the upper left corner, if told
        ((1400, 1400, -40, 190), (640, 480)),
    ],
)
def test_numbers_without_a_size_are_held_against_those_of_other_sizes(
    numbers: tuple[float, float, float, float], size: tuple[int, int]
) -> None:
    with pytest.raises(ValueError, match="far from the middle"):
        fit(Intrinsics(*numbers, *size), *size, size_is_told=False)


def test_a_camera_of_the_same_aspect_is_scaled() -> None:
    camera, said = fit(KINECT, 320, 240)
    assert (camera.fx, camera.fy, camera.cx, camera.cy) == (262.5, 262.5, 159.5, 119.5)
    assert said == ""


def test_scales_that_differ_in_x_and_y_are_said() -> None:
    assert fit(KINECT, 1296, 968)[1] == ""  # one sensor's sizes, rounded
    camera, said = fit(KINECT, 561, 427)
    assert camera.fx != pytest.approx(camera.fy, rel=0.01)
    assert "0.8766 in x and 0.8896 in y" in said


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((1280, 720), (1050.0, 1050.0, 639.5, 359.5)),  # 4:3 to 16:9: above and below are cut
        ((1280, 960), (1050.0, 1050.0, 639.5, 479.5)),
    ],
)
def test_the_middle_of_a_sensor(
    size: tuple[int, int], expected: tuple[float, float, float, float]
) -> None:
    camera, _ = fit(KINECT, *size)
    assert (camera.fx, camera.fy, camera.cx, camera.cy) == expected
    wide = Intrinsics(1050, 1050, 639.5, 359.5, 1280, 720)
    back, said = fit(wide, 640, 480)  # 16:9 to 4:3: left and right are cut
    assert (back.fx, back.cx, back.cy) == pytest.approx((700, 319.5, 239.5), abs=0.4)
    assert "taken for its middle" in said


def test_azure_kinect() -> None:
    """Its 720p pictures are the middle of the 4:3 sensor's, as its SDK has them."""
    camera, said = fit(Intrinsics(1959.379, 1958.880, 2044.291, 1565.884, 4096, 3072), 1280, 720)
    found = (camera.fx, camera.fy, camera.cx, camera.cy)
    assert found == pytest.approx((612.3, 612.2, 638.5, 369.2), abs=0.3)
    assert "4096 x 3072" in said


@pytest.mark.parametrize("size", [(480, 480), (256, 256), (480, 640), (1242, 375), (640, 240)])
def test_what_no_crop_of_a_sensor_explains(size: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="aspect"):
        fit(KINECT, *size)


def test_turned_pictures_keep_their_rays() -> None:
    """A point at (x, y, z) = (0.2, 0.1, 1) lands where the turned picture has its pixel."""
    camera = Intrinsics(500, 510, 300, 250, 640, 480)
    u, v = 0.2 * 500 + 300, 0.1 * 510 + 250
    quarter = turned(camera, 1)  # clockwise: what was right is below, what was below is left
    assert (quarter.width, quarter.height) == (480, 640)
    x, y = -0.1, 0.2
    assert (x * quarter.fx + quarter.cx, y * quarter.fy + quarter.cy) == pytest.approx((479 - v, u))
    half = turned(camera, 2)
    assert (half.cx, half.cy) == (639 - 300, 479 - 250)
    assert turned(camera, 4) == camera
