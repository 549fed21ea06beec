"""What the scales of bytes are measured on: rendered rooms, the same for every network."""

from __future__ import annotations

from collections.abc import Iterator

from sgnet_model.config import PAPER_SIZE, SGNetConfig
from sgnet_model.preprocess import rgb_tensor, spatial_tensor

from .network import Input

ROOMS = 4
FIRST = 700_000  # seeds that neither training nor evaluation draws by default


def calibration_inputs(config: SGNetConfig, size: tuple[int, int] | None) -> Iterator[Input]:
    """Rendered rooms as a network of `config` is fed them, at `size` (None: the paper's)."""
    from sgnet_model.scenes.generate import render_scene  # with all that rooms are made of

    for seed in range(FIRST, FIRST + ROOMS):
        frame, fed = render_scene(seed), size or PAPER_SIZE
        assert frame.depth_m is not None  # a rendered scene has depth
        spatial = spatial_tensor(frame.depth_m, frame.intrinsics, fed, config)
        yield rgb_tensor(frame.rgb, fed), spatial
