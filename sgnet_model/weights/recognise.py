"""Which network a state dict under the authors' names belongs to, from its keys and shapes."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Literal

from sgnet_model.config import R50, R101, VARIANTS, HeadKind, SGNetConfig, SpatialKind
from sgnet_model.types import UserError

from .info import Shapes

OutputStride = Literal[8, 16]

CUSTOM = "custom"  # the variant of a configuration that has no name
_LONGEST_KEY = 200  # of digits alone it may be a million long
_BLOCK = re.compile(r"layer([1-4])\.(\d+)\.")
_S_CONV = re.compile(
    r"layer([1-4])\.(\d+)\.conv2\.(?:offset_generator|weight_generator[12]|spatial_projector)\."
)


def recognise(shapes: Shapes, name: str, output_stride: OutputStride | None = None) -> SGNetConfig:
    """The configuration whose keys these are; incomplete lists get the nearest one.

    Output stride 8 and 16 have the same keys: the authors' files are 16 unless `output_stride` says
    otherwise. UserError where the keys are not an SGNet's.
    """
    if any(key.startswith("backbone.stem.0.") for key in shapes):
        raise UserError(
            f"{name} holds the state dict of a network without saying of which one: write it with "
            "sgnet_model.save_checkpoint, or fill a network of your own by "
            "build(...).load_state_dict(...)."
        )
    blocks = _blocks(shapes)
    head: HeadKind = "aspp" if any(key.startswith("head.") for key in shapes) else "dsn"
    classes = _first(shapes, 0, "head.1.weight", "dsn4.3.weight", "dsn3.3.weight")
    if blocks is None or classes is None:
        raise UserError(
            f"{name} holds {len(shapes)} tensors (first: {', '.join(list(shapes)[:3])}) that are "
            "not an SGNet's: expected the authors' layer1..layer4 with dsn4 or head.",
            details="\n".join(shapes),
        )
    s_convs = _s_conv_blocks(shapes)
    projector = next((k for k in shapes if k.endswith("spatial_projector.0.weight")), "")
    try:
        config = SGNetConfig(
            CUSTOM,
            blocks,
            s_convs,
            classes=classes,
            width=_first(shapes, 0, "conv1.weight", "conv2.weight") or 64,
            projector_channels=_first(shapes, 0, projector) or 64,
            head=head,
            head_channels=_first(shapes, 0, "head.0.bottleneck.0.weight", "dsn4.0.weight") or 512,
            output_stride=output_stride or 16,
            spatial=_spatial(shapes, projector),
        )
    except UserError as error:
        raise UserError(f"{name} asks for a network that cannot be: {error}") from error
    return named(config)


def at_stride(config: SGNetConfig, output_stride: OutputStride | None) -> SGNetConfig:
    """The configuration at another output stride (the same weights fit), under its own name."""
    if output_stride in (None, config.output_stride):
        return config
    return named(replace(config, output_stride=output_stride))


def named(config: SGNetConfig) -> SGNetConfig:
    """The same configuration under the name of the variant it equals up to its class count.

    Its own name where that is one of them, else the first.
    """
    names = [config.variant] if config.variant in VARIANTS else []
    for variant in (*names, *VARIANTS):
        known = VARIANTS[variant]
        if replace(known, variant=config.variant, classes=config.classes) == config:
            return replace(config, variant=variant)
    return replace(config, variant=CUSTOM)


def _blocks(shapes: Shapes) -> tuple[int, int, int, int] | None:
    """Blocks of each layer: those of the smallest known depth that holds all found."""
    counts = [0, 0, 0, 0]
    for key in shapes:
        if match := _BLOCK.match(key[:_LONGEST_KEY]):
            layer = int(match[1]) - 1
            counts[layer] = max(counts[layer], int(match[2]) + 1)
    if 0 in counts:
        return None
    for depth in (R50, R101):
        if all(found <= known for found, known in zip(counts, depth, strict=True)):
            return depth
    return counts[0], counts[1], counts[2], counts[3]


def _s_conv_blocks(shapes: Shapes) -> tuple[tuple[int, ...], ...]:
    found: list[set[int]] = [set(), set(), set(), set()]
    for key in shapes:
        if match := _S_CONV.match(key[:_LONGEST_KEY]):
            found[int(match[1]) - 1].add(int(match[2]))
    return tuple(tuple(sorted(layer)) for layer in found)


def _spatial(shapes: Shapes, projector: str) -> SpatialKind:
    """From the projector's input channels: 1 depth, 3 coordinates, else the feature map itself.

    Three channels may also be HHA; nothing in the keys tells, and coordinates are assumed.
    """
    channels = _first(shapes, 1, projector)
    kinds: dict[int | None, SpatialKind] = {None: "depth", 1: "depth", 3: "xyz"}
    return kinds.get(channels, "feature")


def _first(shapes: Shapes, axis: int, *keys: str) -> int | None:
    """Length along an axis of the first of these tensors that is there."""
    for key in keys:
        shape = shapes.get(key, ())
        if len(shape) > axis:
            return shape[axis]
    return None
