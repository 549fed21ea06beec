"""Random scale, crop, flip, colour and cameras' faults, on pictures as they are read."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from PIL import Image

from sgnet_model.resize import resize_nearest, resize_rgb
from sgnet_model.types import FloatArray, Intrinsics, UInt8Array

from .depth_faults import with_depth_faults
from .picture_faults import with_picture_faults
from .settings import AugmentSettings, DepthResize


class Sample(NamedTuple):
    """`rgb`: (H, W, 3). `depth`: (H, W) metres. `labels`: (H, W), 0 = void. `camera`: of these.

    `hha`: (H, W, 3) uint8 of the whole frame, where a network is guided by it; else None.
    """

    rgb: UInt8Array
    depth: FloatArray
    labels: UInt8Array
    camera: Intrinsics
    hha: UInt8Array | None = None


def augment(sample: Sample, settings: AugmentSettings, random: np.random.Generator) -> Sample:
    """The sample at `settings.crop`, its camera moved along.

    What lies outside the scaled picture is black, without depth, and void. HHA is moved along and
    not made anew: a crop knows nothing of the floor that heights are counted from.
    """
    sample = _crop(_zoom(sample, settings, random), settings.crop, random)
    if random.random() < settings.flip:
        sample = _mirrored(sample)
    rgb, depth, labels, camera, picture = sample
    if settings.colour_jitter:
        rgb = _jitter(rgb, settings.colour_jitter, random)
    depth = with_depth_faults(depth, rgb, labels, settings, random)
    rgb = with_picture_faults(rgb, settings, random)
    if settings.registered and random.random() < settings.registered:
        rgb = np.where((depth > 0)[..., None], rgb, np.uint8(0))
    return Sample(
        np.ascontiguousarray(rgb),
        np.ascontiguousarray(depth),
        np.ascontiguousarray(labels),
        camera,
        None if picture is None else np.ascontiguousarray(picture),
    )


def _zoom(sample: Sample, settings: AugmentSettings, random: np.random.Generator) -> Sample:
    """Scale so that the short side is `settings.scale` times the crop's."""
    rgb, depth, labels, camera, picture = sample
    height, width = rgb.shape[:2]
    zoom = _drawn(settings, random)
    factor = zoom * min(settings.crop) / min(height, width)
    size = (max(1, round(height * factor)), max(1, round(width * factor)))
    depth = _resized(depth, size, settings.depth_resize)
    camera = camera.scaled_to(size[1], size[0])
    if settings.divide_depth:  # the camera came nearer, its lens stayed
        depth = depth / np.float32(zoom)
        camera = replace(camera, fx=camera.fx / zoom, fy=camera.fy / zoom)
    picture = None if picture is None else resize_rgb(picture, size)
    return Sample(resize_rgb(rgb, size), depth, resize_nearest(labels, size), camera, picture)


def _drawn(settings: AugmentSettings, random: np.random.Generator) -> float:
    low, high = settings.scale
    if settings.zoom == "uniform":
        return float(random.uniform(low, high))
    return float(np.exp(random.uniform(np.log(low), np.log(high))))


def _resized(depth: FloatArray, size: tuple[int, int], how: DepthResize) -> FloatArray:
    if how == "nearest" or depth.shape == size:
        return resize_nearest(depth, size)
    image = Image.fromarray(depth.astype(np.float32))
    return np.asarray(image.resize(size[::-1], Image.Resampling.BILINEAR))


def _crop(sample: Sample, size: tuple[int, int], random: np.random.Generator) -> Sample:
    rgb, depth, labels, camera, picture = sample
    missing = [max(0, wanted - have) for wanted, have in zip(size, depth.shape, strict=True)]
    if any(missing):
        border = [(0, missing[0]), (0, missing[1])]
        rgb = np.pad(rgb, [*border, (0, 0)])
        depth, labels = np.pad(depth, border), np.pad(labels, border)
        picture = None if picture is None else np.pad(picture, [*border, (0, 0)])
    top, left = (
        int(random.integers(0, have - wanted + 1))
        for wanted, have in zip(size, depth.shape, strict=True)
    )
    window = (slice(top, top + size[0]), slice(left, left + size[1]))
    camera = replace(camera, cx=camera.cx - left, cy=camera.cy - top, width=size[1], height=size[0])
    picture = None if picture is None else picture[window]
    return Sample(rgb[window], depth[window], labels[window], camera, picture)


def _mirrored(sample: Sample) -> Sample:
    rgb, depth, labels, camera, picture = sample
    camera = replace(camera, cx=camera.width - 1 - camera.cx)
    picture = None if picture is None else picture[:, ::-1]
    return Sample(rgb[:, ::-1], depth[:, ::-1], labels[:, ::-1], camera, picture)


def _jitter(rgb: UInt8Array, amount: float, random: np.random.Generator) -> UInt8Array:
    """Brightness, contrast and saturation, each by a factor in 1 - amount .. 1 + amount."""
    brightness, contrast, saturation = random.uniform(1 - amount, 1 + amount, 3)
    image = rgb.astype(np.float32) * np.float32(brightness)
    mean = image.mean()
    image = (image - mean) * np.float32(contrast) + mean
    grey = image.mean(-1, keepdims=True)
    image = (image - grey) * np.float32(saturation) + grey
    jittered: UInt8Array = np.clip(np.rint(image), 0, 255).astype(np.uint8)
    return jittered
