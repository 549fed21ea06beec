"""A network in bytes, its scales measured on what it will see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any, cast

import torch
from torch import Tensor, nn

from sgnet_model.config import SGNetConfig
from sgnet_model.nn.prepare.backbone import PreparedBackbone
from sgnet_model.nn.prepare.folding import Kernel
from sgnet_model.nn.prepare.guidance import Guidance
from sgnet_model.nn.prepare.network import prepared
from sgnet_model.nn.prepare.target import Target
from sgnet_model.nn.resnet import Backbone, Geometry
from sgnet_model.nn.sgnet import SGNet, SGNetOutput, check_input, stem_input
from sgnet_model.switches import NO_SWITCHES, Switches

from .backbone import Int8Backbone
from .convolution import Int8Convolution, Scale
from .heads import Int8Head

try:
    from sgnet_model.nn.compiled import calls
except ImportError:  # no numba for this Python or processor
    calls = None  # type: ignore[assignment]

CPU = torch.device("cpu")
Ranges = Mapping[str, tuple[float, float]]  # lowest and highest value after each place
SAMPLED_AT_ONCE = 16  # channels that the compiled gather of bytes takes together
STEM_CONVOLUTIONS = 3
Input = tuple[Tensor, Tensor | None]  # as `SGNet.forward` takes it


class QuantisedNetwork(nn.Module):
    """As `PreparedNetwork`, on CPUs: maps, columns and kernels of the backbone are bytes.

    What says where taps lie and what they weigh is in float32: in anything less taps would move.
    What follows a head's first convolution is in bfloat16 where the processor has that.
    `ranges`: of all `places_of` the network, see `ranges_of`.
    """

    @torch.no_grad()
    def __init__(self, network: SGNet, ranges: Ranges) -> None:
        super().__init__()
        half = bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())
        self.target = Target(CPU, torch.float32)
        of_head = Target(CPU, torch.bfloat16) if half else self.target
        self.config = network.config
        self.scheme = network.scheme
        self._geometry = network.geometry()
        scales = {name: Scale.of(*ends) for name, ends in ranges.items()}
        self.backbone = Int8Backbone(cast(Backbone, network.backbone), self.target, scales)
        self.head = Int8Head(network.decoder.main, of_head, self.backbone.scales)
        self.eval()

    def geometry(self) -> dict[str, Geometry]:
        """As `SGNet.geometry`."""
        return self._geometry

    @torch.inference_mode()
    def forward(
        self, rgb: Tensor, spatial: Tensor | None = None, switches: Switches = NO_SWITCHES
    ) -> SGNetOutput:
        """As `PreparedNetwork.forward`; the features of its taps are bytes."""
        check_input(self.config, rgb, spatial)
        guidance = Guidance(spatial, self.target)
        picture = stem_input(self.config, rgb, spatial)
        features = self.backbone(picture, guidance, switches)
        return SGNetOutput(self.head(features.layers), None, features.taps)


def quantised(network: SGNet, inputs: Iterable[Input]) -> QuantisedNetwork:
    """A copy of the network that computes in bytes. `inputs`: what its scales are measured on."""
    return QuantisedNetwork(network, ranges_of(network, inputs))


def reason_against(config: SGNetConfig) -> str | None:
    """Why there is no such copy of a network here; None where there is one."""
    reason = reason_of_network(config)
    if reason is not None:
        return reason
    if calls is None:
        return "int8 needs numba to sample bytes, which is not installed: choose fp32 or bf16."
    if not torch.cpu._is_vnni_supported():
        return "int8 needs a processor that multiplies bytes (VNNI): choose fp32."
    if not _is_computed():
        return f"PyTorch {torch.__version__} does not compute int8 here: choose fp32 or bf16."
    return None


def reason_of_network(config: SGNetConfig) -> str | None:
    """Why no machine has such a copy of a network; None where one may."""
    if config.two_streams:
        return "int8 is made for networks with one stream: choose fp32 or bf16."
    if config.taps_follow_features:
        return "Taps that follow features would move with their bytes: choose fp32 or bf16."
    odd = [width for width in _sampled_widths(config) if width % SAMPLED_AT_ONCE]
    if odd:
        return (
            f"int8 samples maps whose channels are a multiple of {SAMPLED_AT_ONCE}, not {odd[0]}: "
            "choose fp32 or bf16."
        )
    return None


def _sampled_widths(config: SGNetConfig) -> list[int]:
    """Channels of the maps in which taps move, layer by layer."""
    return [
        config.width * 2**layer
        for layer, (places, kind) in enumerate(
            zip(config.s_conv_blocks, config.operators, strict=True)
        )
        if places and kind != "unapplied"
    ]


@cache
def _is_computed() -> bool:
    """Whether this PyTorch has oneDNN's products of bytes, called as they are called here."""
    eye = torch.eye(16, dtype=torch.float64)[:, :, None, None]
    kernel = Kernel(eye, torch.zeros(16, dtype=torch.float64), activation="relu")
    bytes_ = torch.full((1, 16, 2, 2), 6, dtype=torch.uint8)
    bytes_ = bytes_.contiguous(memory_format=torch.channels_last)
    try:
        summed = Int8Convolution(kernel, Scale(1.0), Scale(1.0), Scale(2.0))
        return bool((summed(bytes_, bytes_.clone()) == 6 + 2 * 6).all())
    except (AttributeError, RuntimeError):
        return False


def places_of(config: SGNetConfig) -> tuple[str, ...]:
    """What there are ranges of: the picture, and the maps after the convolutions, save those of
    shortcuts. Of all networks with one stream."""
    stem = [f"stem.{index}" for index in range(STEM_CONVOLUTIONS)]
    blocks = [
        f"layer{layer}.{index}"
        for layer, count in enumerate(config.blocks, 1)
        for index in range(count)
    ]
    return (
        "picture",
        *stem,
        *(place for name in blocks for place in (name, f"{name}.conv1", f"{name}.conv2")),
    )


def ranges_of(network: SGNet, inputs: Iterable[Input]) -> dict[str, tuple[float, float]]:
    """Lowest and highest value at each of `places_of`, of the network in float32."""
    copy = prepared(network)
    found: dict[str, tuple[float, float]] = {}
    with _watched(cast(PreparedBackbone, copy.backbone), found):
        for rgb, spatial in inputs:
            _note(found, "picture", stem_input(network.config, rgb, spatial))
            copy(rgb, spatial)
    return found


@contextmanager
def _watched(backbone: PreparedBackbone, found: dict[str, tuple[float, float]]) -> Iterator[None]:
    places: dict[str, nn.Module] = {f"stem.{index}": one for index, one in enumerate(backbone.stem)}
    for name, block in zip(backbone.names, backbone.blocks, strict=True):
        places[name] = block
        for part in ("conv1", "conv2"):
            places[f"{name}.{part}"] = block.get_submodule(part)

    def watch(name: str) -> Any:
        return lambda _module, _arguments, out: _note(found, name, out)

    handles = [place.register_forward_hook(watch(name)) for name, place in places.items()]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def _note(found: dict[str, tuple[float, float]], name: str, out: Any) -> None:
    x: Tensor = out[0] if isinstance(out, tuple) else out
    low, high = (float(end) for end in torch.aminmax(x))
    before = found.get(name, (0.0, 0.0))
    found[name] = min(low, before[0]), max(high, before[1])
