"""The released network written down directly on its state dict's own keys, in float64.

Every norm is in-place ABN: (x - mean) / sqrt(var + 1e-5) * (|weight| + 1e-5) + bias. Nothing is
folded, nothing is shared with the project's code.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

EPSILON = 1e-5
STRIDES = {1: 1, 2: 2, 3: 2, 4: 1}
DILATIONS = {1: 1, 2: 1, 3: 2, 4: 4}
State = dict[str, Tensor]


def forward(state: State, rgb: Tensor, depth: Tensor) -> Tensor:
    """`rgb` (N, 3, H, W), `depth` (N, 1, H, W), both float64. Logits (N, C, H / 16, W / 16)."""
    x = rgb
    for i, stride in ((1, 2), (2, 1), (3, 1)):
        x = F.relu(_abn(state, f"bn{i}", _conv(state, f"conv{i}", x, stride, 1)))
    x = F.max_pool2d(x, 3, 2, 1)
    for layer in (1, 2, 3, 4):
        block = 0
        while f"layer{layer}.{block}.conv1.weight" in state:
            stride = STRIDES[layer] if block == 0 else 1
            x = _bottleneck(state, f"layer{layer}.{block}", x, depth, stride, DILATIONS[layer])
            block += 1
    return _aspp(state, x) if "head.1.weight" in state else _dsn(state, "dsn4", x)


def _bottleneck(
    state: State, name: str, x: Tensor, depth: Tensor, stride: int, dilation: int
) -> Tensor:
    out = F.relu(_abn(state, f"{name}.bn1", _conv(state, f"{name}.conv1", x)))
    if f"{name}.conv2.offset_generator.weight" in state:
        out = _s_conv(state, f"{name}.conv2", out, depth, stride)
    else:
        out = _conv(state, f"{name}.conv2", out, stride, dilation, dilation)
    out = F.relu(_abn(state, f"{name}.bn2", out))
    out = _abn(state, f"{name}.bn3", _conv(state, f"{name}.conv3", out))
    if f"{name}.downsample.0.weight" in state:
        x = _abn(state, f"{name}.downsample.1", _conv(state, f"{name}.downsample.0", x, stride))
    return F.relu(out + x)


def _s_conv(state: State, name: str, x: Tensor, depth: Tensor, stride: int) -> Tensor:
    s = F.interpolate(depth, x.shape[2:], mode="bilinear", align_corners=True)
    for index in (0, 3, 6):
        s = _conv(state, f"{name}.spatial_projector.{index}", s, 1, 1)
        s = F.relu(_abn(state, f"{name}.spatial_projector.{index + 1}", s))
    offsets = _conv(state, f"{name}.offset_generator", s, stride, 1)
    ones = torch.ones_like(offsets[:, :9])
    sampled = _deformed(s, offsets, ones, state[f"{name}.weight_generator1.weight"], stride)
    modulation = torch.sigmoid(_conv(state, f"{name}.weight_generator2", sampled))
    return _deformed(x, offsets, modulation, state[f"{name}.weight"], stride)


def _deformed(x: Tensor, offsets: Tensor, scale: Tensor, weight: Tensor, stride: int) -> Tensor:
    """A modulated deformable 3x3 convolution, tap after tap."""
    height, width = offsets.shape[2:]
    rows = torch.arange(height, dtype=x.dtype)[:, None] * stride
    columns = torch.arange(width, dtype=x.dtype)[None, :] * stride
    total: Tensor | float = 0.0
    for tap in range(9):
        y = rows - 1 + tap // 3 + offsets[:, 2 * tap]  # (N, h, w)
        z = columns - 1 + tap % 3 + offsets[:, 2 * tap + 1]
        values = _bilinear(x, y, z) * scale[:, tap, None]
        kernel = weight[:, :, tap // 3, tap % 3].double()
        total = total + torch.einsum("oc,nchw->nohw", kernel, values)
    assert isinstance(total, Tensor)
    return total


def _bilinear(x: Tensor, y: Tensor, z: Tensor) -> Tensor:
    """x (N, C, H, W) at rows y and columns z, both (N, h, w); corners outside count 0."""
    n, channels, height, width = x.shape
    flat = x.flatten(2)
    total = torch.zeros(n, channels, *y.shape[1:], dtype=x.dtype)
    for row in (y.floor(), y.floor() + 1):
        for column in (z.floor(), z.floor() + 1):
            inside = (row >= 0) & (row < height) & (column >= 0) & (column < width)
            share = (1 - (y - row).abs()) * (1 - (z - column).abs()) * inside
            at = row.clamp(0, height - 1) * width + column.clamp(0, width - 1)
            index = at.long().view(n, 1, -1).expand(-1, channels, -1)
            total += flat.gather(2, index).view_as(total) * share[:, None]
    return total


def _dsn(state: State, name: str, x: Tensor) -> Tensor:
    x = F.leaky_relu(_abn(state, f"{name}.1", _conv(state, f"{name}.0", x, 1, 1)), 0.01)
    return _conv(state, f"{name}.3", x)


def _aspp(state: State, x: Tensor) -> Tensor:
    pooled = _conv(state, "head.0.conv1.1", F.adaptive_avg_pool2d(x, 1))
    pooled = F.leaky_relu(_abn(state, "head.0.conv1.2", pooled), 0.01)
    parts = [F.interpolate(pooled, x.shape[2:], mode="bilinear", align_corners=True)]
    for name, padding, dilation in (
        ("conv2", 0, 1),
        ("conv3", 12, 12),
        ("conv4", 24, 24),
        ("conv5", 36, 36),
    ):
        part = _conv(state, f"head.0.{name}.0", x, 1, padding, dilation)
        parts.append(F.leaky_relu(_abn(state, f"head.0.{name}.1", part), 0.01))
    x = _conv(state, "head.0.bottleneck.0", torch.cat(parts, 1))
    return _conv(state, "head.1", F.leaky_relu(_abn(state, "head.0.bottleneck.1", x), 0.01))


def _conv(
    state: State, name: str, x: Tensor, stride: int = 1, padding: int = 0, dilation: int = 1
) -> Tensor:
    bias = state.get(f"{name}.bias")
    weight = state[f"{name}.weight"].double()
    return F.conv2d(x, weight, None if bias is None else bias.double(), stride, padding, dilation)


def _abn(state: State, name: str, x: Tensor) -> Tensor:
    def column(tensor: str) -> Tensor:
        return state[f"{name}.{tensor}"].double()[:, None, None]

    # The scale is rounded to float32, as the stored weight is.
    scale = (state[f"{name}.weight"].abs() + EPSILON).double()[:, None, None]
    centred = x - column("running_mean")
    return centred / (column("running_var") + EPSILON).sqrt() * scale + column("bias")
