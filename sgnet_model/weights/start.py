"""Weights to start a training from: an ImageNet ResNet's, or a whole network's.

The kernel of an S-Conv, or of a baseline, takes the weight of the 3x3 convolution it stands for;
what infers offsets and weights stays fresh, as do the decoder, and with torchvision's layout the
stem and the two convolutions of layer1.0 that read it. With early fusion the stem takes the kernels
for colours and keeps its own for depth.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

import torch
from safetensors import safe_open
from torch import Tensor

from sgnet_model.nn.sgnet import SGNet
from sgnet_model.untrusted import reading, reason

from .authors import state_dict_of, without_prefix
from .authors_keys import to_authors
from .card import card_of, licence_of_start
from .checkpoint import load_checkpoint, read_info
from .fit import check_finite, check_fit
from .imagenet import Layout, State, read_imagenet
from .own_format import FORMAT
from .sniff import FileKind, file_kind
from .torch_file import open_torch_file

# Optionally a stream of two ("colour", "second") stands between "backbone" and the rest.
_STEM = re.compile(r"backbone\.(?:colour\.|second\.)?stem\.")
_READS_STEM = re.compile(r"backbone\.(?:colour\.|second\.)?layer1\.0\.(?:conv1|bn1|shortcut)\.")
_FIRST = "backbone.stem.0.weight"  # the convolution that reads the picture
_READS_SPATIAL = re.compile(r"backbone\.second\.stem\.[01]\.")
# What infers offsets and weights, and the zero bias beside it: no ImageNet network has any.
_INFERRED = re.compile(r"\.conv2\.(?:projector|offset_generator|weight_generator|bias)\b")
_COUNT = "num_batches_tracked"
COLOURS = 3


@dataclass(frozen=True, slots=True)
class StartReport:
    """What became of every tensor. `taken`, `fresh`: our keys. `unused`: the file's own.

    `stride_in_1x1`, `licence`: see `ImageNetFile`; a network has that of what it began with itself,
    else the one in its card.
    """

    file: str
    layout: Layout | Literal["network"]
    taken: tuple[str, ...]
    fresh: tuple[str, ...]
    unused: tuple[str, ...]
    stride_in_1x1: bool = False
    licence: str = ""

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready: every key is listed."""
        return asdict(self)

    def summary(self) -> str:
        """The same in a few sentences."""
        parts = [_part(key) for key in self.fresh]
        counted = {part: parts.count(part) for part in dict.fromkeys(parts)}
        fresh = ", ".join(f"{part} ({count})" for part, count in counted.items())
        unused = ", ".join(self.unused)
        what = "Weights" if self.layout == "network" else f"ImageNet weights, {self.layout} layout,"
        return (
            f"{what} from {self.file}: {len(self.taken)} tensors taken. "
            f"Left fresh: {fresh or 'none'}. Not used from the file: {unused or 'none'}."
        )


def start_from(network: SGNet, path: Path | str) -> StartReport:
    """Fills the network, in place, with what a file has for it; the rest stays as it is.

    Never runs code from the file. Raises UserError where tensors that the network should find are
    missing or of another shape, or others are left over; its details list all.
    """
    path = Path(path)
    if _holds_network(path):
        return _from_network(network, path)
    file = read_imagenet(path)
    own, sources = network.state_dict(), _sources(network, file.layout)
    backbone = _with_fresh_channels(file.backbone, network, sources)
    check_fit(
        {key: tuple(tensor.shape) for key, tensor in backbone.items()},
        {source: tuple(own[key].shape) for key, source in sources.items()},
        name=path.name,
        variant=network.config.variant,
    )
    check_finite(backbone, name=path.name)
    new = {key: backbone[source] for key, source in sources.items() if source in backbone}
    report = StartReport(
        path.name, file.layout, (), (), file.unused, file.stride_in_1x1, file.licence
    )
    return _filled(network, new, report)


def _with_fresh_channels(state: State, network: SGNet, sources: dict[str, str]) -> State:
    """`state`; with early fusion its first kernels, which know colours, are followed by the
    network's own for the other channels."""
    source = sources.get(_FIRST)
    if not network.config.early_fusion or source not in state:
        return state
    kernel = state[source]
    fresh = network.state_dict()[_FIRST][:, kernel.shape[1] :]
    return {**state, source: torch.cat([kernel, fresh.to(kernel)], 1)}


def _sources(network: SGNet, layout: Layout) -> dict[str, str]:
    """For each of our keys that the file should fill, its key in the authors' spelling."""
    own = network.state_dict()
    skipped = [_INFERRED]
    if layout == "torchvision":
        skipped += [_STEM, _READS_STEM]
    if network.config.two_streams and network.config.spatial_channels != COLOURS:
        skipped.append(_READS_SPATIAL)
    sources = {}
    for key in own:
        if key.startswith("backbone.") and not any(pattern.search(key) for pattern in skipped):
            source = to_authors(re.sub(r"^backbone\.(?:colour|second)\.", "backbone.", key))
            assert source is not None  # every part of a backbone has a name there
            sources[key] = source
    return sources


def _filled(network: SGNet, new: State, report: StartReport) -> StartReport:
    """`report` with what was taken and what stays fresh."""
    network.load_state_dict(new, strict=False)
    own = [key for key in network.state_dict() if not key.endswith(_COUNT)]
    taken = tuple(key for key in own if key in new)
    fresh = tuple(key for key in own if key not in new)
    return replace(report, taken=taken, fresh=fresh)


def _holds_network(path: Path) -> bool:
    """Whether it is a checkpoint of a segmentation network, in our format or the authors'."""
    kind = file_kind(path)
    with reading(
        path, lambda error: f"{path.name} cannot be read ({reason(error)}): fetch it again."
    ):
        if kind is FileKind.SAFETENSORS:
            with safe_open(path, framework="pt") as file:
                return (file.metadata() or {}).get("format") == FORMAT
        with open_torch_file(path, kind) as torch_file:
            keys = without_prefix(state_dict_of(torch_file.content, path.name))
    return any(key.startswith(("dsn3.", "dsn4.")) for key in keys)


def _from_network(network: SGNet, path: Path) -> StartReport:
    """Everything but last layers of other classes, and what only one of the two infers."""
    source = load_checkpoint(path)
    found, own = source.state_dict(), network.state_dict()
    optional = {
        key
        for key in found.keys() | own.keys()
        if _INFERRED.search(key) and _shape(found, key) != _shape(own, key)
    }
    if source.config.classes != network.config.classes:
        optional |= {key for key in found.keys() & own.keys() if _is_last(key, found, source)}
    check_fit(
        {key: tuple(tensor.shape) for key, tensor in found.items() if key not in optional},
        {key: tuple(tensor.shape) for key, tensor in own.items() if key not in optional},
        name=path.name,
        variant=network.config.variant,
    )
    new = {key: tensor for key, tensor in found.items() if key in own and key not in optional}
    unused = tuple(key for key in found if key not in new)
    info = read_info(path)
    licence = licence_of_start(info.provenance) or card_of(info).licence or ""
    return _filled(network, new, StartReport(path.name, "network", (), (), unused, licence=licence))


def _shape(state: Mapping[str, Tensor], key: str) -> tuple[int, ...] | None:
    return tuple(state[key].shape) if key in state else None


def _is_last(key: str, found: Mapping[str, Tensor], source: SGNet) -> bool:
    """Whether it belongs to a layer that says the classes."""
    module, _, _ = key.rpartition(".")
    weight = found.get(f"{module}.weight")
    return (
        key.startswith("decoder.")
        and weight is not None
        and weight.dim() == 4
        and weight.shape[0] == source.config.classes
        and weight.shape[2:] == (1, 1)
    )


def _part(key: str) -> str:
    """What a person calls it: "the stem", "layer1.0.conv1", "the decoder"."""
    if _INFERRED.search(key):
        return "what guides S-Convs"
    if _STEM.match(key):
        return "the stem"
    if key.startswith("decoder."):
        return "the decoder"
    return ".".join(key.split(".")[1:-1])
