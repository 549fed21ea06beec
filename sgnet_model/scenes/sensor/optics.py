"""From radiance to a picture a cheap colour camera might take."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from sgnet_model.scenes.profile import CLASSIC, Profile
from sgnet_model.types import UInt8Array

Float = NDArray[np.float32]


def photograph(radiance: Float, rng: np.random.Generator, profile: Profile = CLASSIC) -> UInt8Array:
    """(H, W, 3) float32 radiance -> (H, W, 3) uint8: lens, exposure, balance, noise, JPEG."""
    height = radiance.shape[0]
    image = radiance * _vignette(radiance.shape[:2], rng)
    brightest = 0.85 if profile.real_colours else 0.95
    image = _exposed(image, rng, brightest) * _balance(rng)
    if profile.glass:
        image = _shaken(_glare(image, rng), rng)
    low, high = (0.3, 0.75) if profile.detail else (0.45, 0.95)
    image = _blurred(image, float(rng.uniform(low, high)) * height / 480 + 0.15)
    image = _toned(image, rng)
    image = _noisy(image, rng)
    if rng.random() < (0.7 if profile.detail else 0.5):
        image = _sharpened(image, float(rng.uniform(0.2, 1.0)))
    return _compressed(np.clip(255 * image + 0.5, 0, 255).astype(np.uint8), rng)


def undistortion_border(shape: tuple[int, int], rng: np.random.Generator) -> NDArray[np.bool_]:
    """(H, W) bool: a frame of about 7 of 480 pixels, its inner edges slightly bent."""
    height, width = shape
    scale = height / 480
    y, x = np.arange(height)[:, None] / scale, np.arange(width)[None] / scale
    bend = rng.uniform(-2, 2, 4)
    along_x, along_y = (x / 640 - 0.5) ** 2, (y / 480 - 0.5) ** 2
    left, right, top, bottom = rng.uniform(4.5, 8.5, 4)
    return np.asarray(
        (x < left + bend[0] * along_y)
        | (x > width / scale - right - 1 + bend[1] * along_y)
        | (y < top + bend[2] * along_x)
        | (y > height / scale - bottom - 1 + bend[3] * along_x),
        bool,
    )


def _vignette(shape: tuple[int, int], rng: np.random.Generator) -> Float:
    y = np.linspace(-1, 1, shape[0], dtype=np.float32)[:, None, None]
    x = np.linspace(-1, 1, shape[1], dtype=np.float32)[None, :, None]
    return np.asarray(1 - np.float32(rng.uniform(0, 0.3)) * (x * x + y * y), np.float32)


def _exposed(image: Float, rng: np.random.Generator, brightest: float) -> Float:
    """Automatic exposure: a high quantile of the luminance is brought near white, more or less."""
    luminance = image[::4, ::4].mean(-1)
    level = np.quantile(luminance, rng.uniform(0.7, 0.97))
    return np.asarray(
        image * np.float32(rng.uniform(0.25, brightest) / max(float(level), 1e-3)), np.float32
    )


def _glare(image: Float, rng: np.random.Generator) -> Float:
    """What is far too bright spills over its surroundings."""
    strength = np.float32(rng.uniform(0.02, 0.25))
    height, width = image.shape[:2]
    small = (max(1, width // 8), max(1, height // 8))
    spill = cv2.resize(np.clip(image - 1, 0, 6), small, interpolation=cv2.INTER_AREA)
    halo = _blurred(np.asarray(spill, np.float32), 5 * height / 480)
    return np.asarray(image + strength * cv2.resize(halo, (width, height)), np.float32)


def _shaken(image: Float, rng: np.random.Generator) -> Float:
    """One picture in seven is blurred along a line, up to 7 of 640 pixels, by the moving hand."""
    draw, reach, angle = rng.random(), rng.uniform(2, 7), rng.uniform(0, np.pi)
    if draw > 0.15:
        return image
    reach *= image.shape[1] / 640
    size = 2 * int(np.ceil(reach)) + 1
    kernel, middle = np.zeros((size, size), np.float32), size // 2
    dx, dy = np.cos(angle) * reach / 2, np.sin(angle) * reach / 2
    for share in np.linspace(-1, 1, 4 * size):
        kernel[round(middle + share * dy), round(middle + share * dx)] += 1
    return np.asarray(cv2.filter2D(image, -1, kernel / kernel.sum()), np.float32)


def _balance(rng: np.random.Generator) -> Float:
    return np.asarray(np.exp(rng.normal(0, 0.08, 3)), np.float32)


def _toned(image: Float, rng: np.random.Generator) -> Float:
    """Black level, gamma, and in most pictures an S-shaped curve that deepens the shadows."""
    black = np.float32(rng.uniform(0, 0.03))
    image = np.clip(image - black, 0, 1) ** np.float32(1 / rng.uniform(1.7, 2.3))
    strength = np.float32(max(0.0, rng.uniform(-0.3, 0.9)))
    curved = image * image * (3 - 2 * image)
    return np.asarray(image + strength * (curved - image), np.float32)


def _noisy(image: Float, rng: np.random.Generator) -> Float:
    """Noise that grows in the dark, correlated over neighbouring pixels as after demosaicing."""
    height, width = image.shape[:2]
    noise = _blurred(rng.standard_normal((height, width, 3), dtype=np.float32), 0.6)
    strength = np.float32(rng.uniform(0.005, 0.045))
    return np.asarray(image + noise * strength * (1.3 - image), np.float32)


def _blurred(image: Float, sigma: float) -> Float:
    return np.asarray(cv2.GaussianBlur(image, (0, 0), sigma), np.float32)


def _sharpened(image: Float, amount: float) -> Float:
    return np.asarray(image + amount * (image - _blurred(image, 1.2)), np.float32)


def _compressed(image: UInt8Array, rng: np.random.Generator) -> UInt8Array:
    quality = int(rng.integers(55, 98))
    _, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)
