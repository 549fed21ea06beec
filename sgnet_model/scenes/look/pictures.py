"""Images drawn for one scene: paintings, photographs, posters, what a screen or a window shows."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from . import detail
from .materials import Material, Palette, any_colour

Image = NDArray[np.float32]
SIZE = 96


def picture(p: Palette) -> int:
    """A picture's material: shapes, landscape, pattern or photograph, linear reflectance.

    Half of the realistic ones hang behind glass, which reflects and which no depth camera likes.
    """
    rng, grey = p.rng, (0.5,) * 3
    gloss = rng.uniform(0, 0.5)
    detailed = p.profile.detail and rng.random() < 0.75
    image = detail.photograph_of(rng) if detailed else drawing(rng)
    if p.profile.glass and rng.random() < 0.5:
        mirror = rng.uniform(0.04, 0.16)
        return p.keep(Material(grey, grey, gloss=0.8, mirror=mirror, sensor=0.5, image=image))
    return p.keep(Material(grey, grey, gloss=gloss, image=image))


def screen(p: Palette) -> int:
    """A screen: off and shiny, or on."""
    rng = p.rng
    if rng.random() < 0.55:
        dark = rng.uniform(0.004, 0.03)
        return p.keep(Material((dark,) * 3, (dark,) * 3, gloss=0.9, mirror=0.15, sensor=0.5))
    return p.keep(
        Material((0.5,) * 3, (0.5,) * 3, glow=rng.uniform(0.5, 1.5), sensor=0.6, image=_shown(p))
    )


def _shown(p: Palette) -> Image:
    """On a screen: a film, or windows with text."""
    if not p.profile.detail:
        return drawing(p.rng)
    return detail.photograph_of(p.rng) if p.rng.random() < 0.5 else detail.page(p.rng)


def outdoors(p: Palette) -> int:
    """What a window pane shows: sky and trees too bright for the camera, or the night."""
    rng = p.rng
    if rng.random() < 0.15:
        return p.keep(Material((0.01,) * 3, (0.02,) * 3, gloss=0.9, mirror=0.25, sensor=0.15))
    photographed = p.profile.detail and rng.random() < 0.85
    image = detail.photograph_of(rng) if photographed else drawing(rng, landscape=True)
    glow = rng.uniform(1.5, 6.0)
    return p.keep(Material((0.5,) * 3, (0.5,) * 3, glow=glow, gloss=0.5, sensor=0.15, image=image))


def drawing(rng: np.random.Generator, landscape: bool = False) -> Image:
    """(96, 96, 3) float32 in 0..1: one of several kinds of composition."""
    canvas = _gradient(any_colour(rng), any_colour(rng), rng.random() < 0.7)
    if landscape or rng.random() < 0.35:
        _hills(canvas, rng)
    for _ in range(int(rng.integers(2, 14))):
        _figure(canvas, rng)
    if not landscape and rng.random() < 0.5:
        canvas += (
            rng.normal(0, 0.05, (SIZE // 4, SIZE // 4, 1))
            .astype(np.float32)
            .repeat(4, 0)
            .repeat(4, 1)
        )
    if not landscape and rng.random() < 0.35:
        margin, paper = int(rng.integers(6, 22)), np.array(any_colour(rng), np.float32)
        frame = np.ones((SIZE, SIZE), bool)
        frame[margin:-margin, margin:-margin] = False
        canvas[frame] = paper
    return np.clip(canvas, 0, 0.95)


def _gradient(first: tuple[float, ...], second: tuple[float, ...], vertical: bool) -> Image:
    share = np.linspace(0, 1, SIZE, dtype=np.float32)
    share = share[:, None, None] if vertical else share[None, :, None]
    a, b = np.array(first, np.float32), np.array(second, np.float32)
    return np.broadcast_to(a + share * (b - a), (SIZE, SIZE, 3)).copy()


def _hills(canvas: Image, rng: np.random.Generator) -> None:
    x = np.arange(SIZE)
    for level in np.sort(rng.uniform(0.2, 0.9, 3)):
        wave = level * SIZE + 8 * np.sin(x * rng.uniform(0.03, 0.12) + rng.uniform(0, 6))
        mask = np.arange(SIZE)[:, None] > wave[None]
        canvas[mask] = any_colour(rng)


def _figure(canvas: Image, rng: np.random.Generator) -> None:
    x, y = (int(v) for v in rng.integers(0, SIZE, 2))
    size, colour = int(rng.integers(3, 32)), any_colour(rng)
    line = int(rng.choice([-1, -1, 1, 2]))
    kind = rng.integers(4)
    if kind == 0:
        cv2.circle(canvas, (x, y), size, colour, line, cv2.LINE_AA)
    elif kind == 1:
        cv2.rectangle(canvas, (x, y), (x + size, y + int(rng.integers(3, 40))), colour, line)
    elif kind == 2:
        axes = (size, max(2, int(size * rng.uniform(0.2, 1))))
        cv2.ellipse(
            canvas, (x, y), axes, float(rng.uniform(0, 180)), 0, 360, colour, line, cv2.LINE_AA
        )
    else:
        points = rng.integers(-size, size + 1, (int(rng.integers(3, 6)), 2)) + np.array([x, y])
        cv2.fillPoly(canvas, [points.astype(np.int32)], colour, cv2.LINE_AA)
