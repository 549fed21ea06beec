"""Random scale, crop, flip, colour and cameras' faults, on pictures as they are read."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from sgnet_model.resize import resize_nearest, resize_rgb
from sgnet_model.types import FloatArray, Intrinsics, UInt8Array

from .depth_faults import with_depth_faults
from .picture_faults import with_picture_faults
from .settings import AugmentSettings


class Sample(NamedTuple):
    """`rgb`: (H, W, 3). `depth`: (H, W) metres. `labels`: (H, W), 0 = void. `camera`: of these."""

    rgb: UInt8Array
    depth: FloatArray
    labels: UInt8Array
    camera: Intrinsics


def augment(sample: Sample, settings: AugmentSettings, random: np.random.Generator) -> Sample:
    """The sample at `settings.crop`, its camera moved along.

    What lies outside the scaled picture is black, without depth, and void.
    """
    sample = _crop(_zoom(sample, settings, random), settings.crop, random)
    if random.random() < settings.flip:
        sample = _mirrored(sample)
    rgb, depth, labels, camera = sample
    if settings.colour_jitter:
        rgb = _jitter(rgb, settings.colour_jitter, random)
    depth = with_depth_faults(depth, rgb, labels, settings, random)
    rgb = with_picture_faults(rgb, settings, random)
    return Sample(
        np.ascontiguousarray(rgb),
        np.ascontiguousarray(depth),
        np.ascontiguousarray(labels),
        camera,
    )


def _zoom(sample: Sample, settings: AugmentSettings, random: np.random.Generator) -> Sample:
    """Scale by a factor drawn uniformly in its logarithm, relative to the crop's height."""
    rgb, depth, labels, camera = sample
    low, high = np.log(settings.scale)
    height, width = rgb.shape[:2]
    zoom = float(np.exp(random.uniform(low, high)))
    factor = zoom * settings.crop[0] / height
    size = (round(height * factor), round(width * factor))
    depth = resize_nearest(depth, size)
    camera = camera.scaled_to(size[1], size[0])
    if settings.divide_depth:  # the camera came nearer, its lens stayed
        depth = depth / np.float32(zoom)
        camera = replace(camera, fx=camera.fx / zoom, fy=camera.fy / zoom)
    return Sample(resize_rgb(rgb, size), depth, resize_nearest(labels, size), camera)


def _crop(sample: Sample, size: tuple[int, int], random: np.random.Generator) -> Sample:
    rgb, depth, labels, camera = sample
    missing = [max(0, wanted - have) for wanted, have in zip(size, depth.shape, strict=True)]
    if any(missing):
        border = [(0, missing[0]), (0, missing[1])]
        rgb = np.pad(rgb, [*border, (0, 0)])
        depth, labels = np.pad(depth, border), np.pad(labels, border)
    top, left = (
        int(random.integers(0, have - wanted + 1))
        for wanted, have in zip(size, depth.shape, strict=True)
    )
    window = (slice(top, top + size[0]), slice(left, left + size[1]))
    camera = replace(camera, cx=camera.cx - left, cy=camera.cy - top, width=size[1], height=size[0])
    return Sample(rgb[window], depth[window], labels[window], camera)


def _mirrored(sample: Sample) -> Sample:
    rgb, depth, labels, camera = sample
    camera = replace(camera, cx=camera.width - 1 - camera.cx)
    return Sample(rgb[:, ::-1], depth[:, ::-1], labels[:, ::-1], camera)


def _jitter(rgb: UInt8Array, amount: float, random: np.random.Generator) -> UInt8Array:
    """Brightness, contrast and saturation, each by a factor in 1 - amount .. 1 + amount."""
    brightness, contrast, saturation = random.uniform(1 - amount, 1 + amount, 3)
    image = rgb.astype(np.float32) * np.float32(brightness)
    mean = image.mean()
    image = (image - mean) * np.float32(contrast) + mean
    grey = image.mean(-1, keepdims=True)
    image = (image - grey) * np.float32(saturation) + grey
    jittered: UInt8Array = np.clip(image, 0, 255).astype(np.uint8)
    return jittered
