"""What other cameras, lights and files do to a picture, as augmentation.

Rendered pictures come from one camera model; these changes stand for the white balance, exposure,
focus, sensor noise and compression of cameras that training never sees.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from sgnet_model.types import FloatArray, UInt8Array

from .settings import AugmentSettings

MEAN_GREY = 117  # of 0..255: near the mean that preprocessing takes off, so close to no input
CAST = 0.25  # largest relative change of one channel against the others
DARK = (0.5, 3.0)  # stops: each halves the light
SCREEN_GAMMA = 2.2  # light is about (v / 255) to this power
GAMMA = (0.6, 1.6)
BLUR = (0.4, 2.0)  # standard deviation, pixels
NOISE = (2.0, 14.0)  # standard deviation, of 0..255
QUALITY = (20, 80)  # JPEG's

# (H, W, 3) uint8 RGB to the same: each function below is one.
Fault = Callable[[UInt8Array, np.random.Generator], UInt8Array]


def with_picture_faults(
    rgb: UInt8Array, settings: AugmentSettings, random: np.random.Generator
) -> UInt8Array:
    """(H, W, 3) uint8 with each change of `settings` applied at its chance, in a camera's order.

    A change whose chance is 0 draws nothing, so that other settings' streams stay as they were.
    """
    faults: tuple[tuple[float, Fault], ...] = (
        (settings.dark, dark),
        (settings.blur, blurred),
        (settings.colour_cast, colour_cast),
        (settings.gamma, with_gamma),
        (settings.grey, grey),
        (settings.noise, noisy),
        (settings.jpeg, compressed),
        (settings.drop_picture, dropped),
    )
    for chance, fault in faults:
        if chance and random.random() < chance:
            rgb = fault(rgb, random)
    return rgb


def dark(rgb: UInt8Array, random: np.random.Generator) -> UInt8Array:
    """Exposed by DARK stops too little: all light times one factor, black stays black."""
    return _bytes(rgb * np.float32(2 ** (-random.uniform(*DARK) / SCREEN_GAMMA)))


def grey(rgb: UInt8Array, _random: np.random.Generator) -> UInt8Array:
    """Its luminance in all three channels."""
    return np.repeat(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)[..., None], 3, 2).astype(np.uint8)


def colour_cast(rgb: UInt8Array, random: np.random.Generator) -> UInt8Array:
    """Each channel times a factor of its own in 1 - CAST .. 1 + CAST, as a wrong white balance."""
    factors = random.uniform(1 - CAST, 1 + CAST, 3).astype(np.float32)
    return _bytes(rgb * factors)


def with_gamma(rgb: UInt8Array, random: np.random.Generator) -> UInt8Array:
    """(v / 255)^g, g drawn uniformly in its logarithm from GAMMA."""
    power = np.exp(random.uniform(*np.log(GAMMA)))
    table = _bytes(255 * (np.arange(256) / 255) ** power)
    return table[rgb]


def blurred(rgb: UInt8Array, random: np.random.Generator) -> UInt8Array:
    """By a Gaussian of BLUR pixels."""
    return np.asarray(cv2.GaussianBlur(rgb, (0, 0), random.uniform(*BLUR)), np.uint8)


def noisy(rgb: UInt8Array, random: np.random.Generator) -> UInt8Array:
    """With independent Gaussian noise in each value."""
    noise = random.standard_normal(rgb.shape, dtype=np.float32)
    return _bytes(rgb + noise * np.float32(random.uniform(*NOISE)))


def compressed(rgb: UInt8Array, random: np.random.Generator) -> UInt8Array:
    """Written and read as JPEG of a quality in QUALITY."""
    quality = int(random.integers(QUALITY[0], QUALITY[1] + 1))
    _, written = cv2.imencode(".jpg", rgb[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    read = cv2.imdecode(written, cv2.IMREAD_COLOR)
    assert read is not None  # it was written a line above
    return np.asarray(read[..., ::-1], np.uint8)


def dropped(rgb: UInt8Array, _random: np.random.Generator) -> UInt8Array:
    """One grey: geometry is all that is left."""
    return np.full_like(rgb, MEAN_GREY)


def _bytes(values: FloatArray) -> UInt8Array:
    clipped: UInt8Array = np.clip(np.rint(values), 0, 255).astype(np.uint8)
    return clipped
