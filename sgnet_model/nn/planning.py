"""From a network to its plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import numpy as np
import torch
from torch import Tensor, nn

from sgnet_model.plan import (
    LOGITS,
    PICTURE,
    Add,
    Average,
    Concatenate,
    Convolve,
    Plan,
    Pool,
    Resize,
    Step,
)

from .heads import AsppHead, CrispHead
from .operator import Operator
from .resnet import Backbone, Bottleneck
from .sgnet import SGNet
from .two_stream import TwoStreamBackbone

SECOND = "second"  # the second stream's picture


@torch.no_grad()
def plan_of(network: SGNet) -> Plan:
    """Every convolution of the network between the picture and its logits."""
    steps: list[Step] = []
    inputs: dict[str, str] = {}
    backbone, second = network.backbone, ""
    if isinstance(backbone, TwoStreamBackbone):
        second = SECOND
        layers = _backbone(steps, inputs, backbone.colour, PICTURE, str)
        other = _backbone(steps, inputs, backbone.second, SECOND, backbone.name_of)
        steps.append(Add((layers[3], other[3]), "fused"))
        layers = (*layers[:3], "fused")
    else:
        layers = _backbone(steps, inputs, backbone, PICTURE, str)
    _head(steps, network.decoder.main, layers)
    return Plan(tuple(steps), inputs, second, network.config.taps_follow_features)


def _backbone(
    steps: list[Step],
    inputs: dict[str, str],
    backbone: Backbone,
    picture: str,
    name_of: Callable[[str], str],
) -> tuple[str, ...]:
    """The names of the maps after the four layers."""
    stem, x = f"{name_of('layer')}.stem", picture
    for index, convolution in enumerate(list(backbone.stem)[0::3]):
        x = _convolve(steps, convolution, x, f"{stem}.{index}")
    steps.append(Pool(x, f"{stem}.pool"))
    x = f"{stem}.pool"
    layers = {}
    for place, block in backbone.named_blocks():
        name = name_of(place)
        if isinstance(block.conv2, Operator) and block.conv2.has_taps:
            inputs[name] = x
        _bottleneck(steps, block, x, name)
        layers[place.split(".")[0]] = x = name
    return tuple(layers.values())


def _bottleneck(steps: list[Step], block: Bottleneck, x: str, name: str) -> None:
    y = _convolve(steps, block.conv1, x, f"{name}.conv1")
    operator = block.conv2
    if isinstance(operator, Operator):
        layer = name if operator.has_taps else ""
        dilation = getattr(operator, "dilation", 1)  # where its taps are regular
        weights = _weights(operator.weight)
        target = f"{name}.conv2"
        steps.append(Convolve(y, target, weights, operator.stride, dilation, dilation, layer))
        y = target
    else:
        y = _convolve(steps, operator, y, f"{name}.conv2")
    y = _convolve(steps, block.conv3, y, f"{name}.conv3")
    if not isinstance(block.shortcut, nn.Identity):
        x = _convolve(steps, next(block.shortcut.children()), x, f"{name}.shortcut")
    steps.append(Add((x, y), name))


def _head(steps: list[Step], head: nn.Module, layers: tuple[str, ...]) -> None:
    if isinstance(head, CrispHead):
        _crisp(steps, head, layers)
    elif isinstance(head, AsppHead):
        _aspp(steps, head, layers[3])
    else:
        first, *_, last = head.children()
        _convolve(steps, last, _convolve(steps, first, layers[3], "head"), LOGITS)


def _aspp(steps: list[Step], head: AsppHead, x: str) -> None:
    steps.append(Average(x, "head.mean"))
    parts = [_convolve(steps, head.pooled[0], "head.mean", "head.pooled")]
    parts += [
        _convolve(steps, cast(nn.Sequential, branch)[0], x, f"head.branch{index}")
        for index, branch in enumerate(head.branches)
    ]
    norms = [float(part.norm()) for part in _kernel(head.project[0]).chunk(len(parts), 1)]
    total = sum(norms) or 1.0
    shares = tuple(norm / total for norm in norms)
    steps.append(Concatenate(tuple(parts), shares, "head.parts"))
    y = _convolve(steps, head.project[0], "head.parts", "head.project")
    _convolve(steps, head.classify, y, LOGITS)


def _crisp(steps: list[Step], head: CrispHead, layers: tuple[str, ...]) -> None:
    layer1, layer2, _, layer4 = layers
    steps.append(Average(layer4, "head.mean"))
    pooled = _convolve(steps, head.pooled[0], "head.mean", "head.pooled")
    context = _convolve(steps, head.context[0], layer4, "head.context")
    steps.append(Add((context, pooled), "head.4"))
    x = _fused(steps, head.lateral2, head.fuse2, "head.4", layer2, "head.2")
    x = _fused(steps, head.lateral1, head.fuse1, x, layer1, "head.1")
    _convolve(steps, head.classify, x, LOGITS)


def _fused(
    steps: list[Step], lateral: nn.Sequential, fuse: nn.Sequential, x: str, layer: str, name: str
) -> str:
    """What a separable convolution makes of the sum of a coarser map and a lateral one."""
    other = _convolve(steps, lateral[0], layer, f"{name}.lateral")
    steps.append(Resize(x, f"{name}.resized", other))
    steps.append(Add((f"{name}.resized", other), f"{name}.sum"))
    y = _convolve(steps, fuse[0], f"{name}.sum", f"{name}.depthwise")
    return _convolve(steps, fuse[1], y, name)


def _convolve(steps: list[Step], convolution: nn.Module, source: str, target: str) -> str:
    """Adds an `nn.Conv2d`; returns its target."""
    made = cast(nn.Conv2d, convolution)
    padding = int(made.padding[0])
    steps.append(
        Convolve(source, target, _weights(made.weight), made.stride[0], padding, made.dilation[0])
    )
    return target


def _weights(kernel: Tensor) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """||W_k||_F over the sum of all k, (kh kw,); even where the kernel is zero."""
    norms = kernel.detach().flatten(2).double().pow(2).sum((0, 1)).sqrt()
    norms = norms if norms.sum() > 0 else torch.ones_like(norms)
    return np.asarray((norms / norms.sum()).cpu().numpy(), np.float64)


def _kernel(convolution: nn.Module) -> Tensor:
    return cast(nn.Conv2d, convolution).weight.detach()
