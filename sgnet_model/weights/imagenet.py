"""ImageNet ResNets as files: state dicts in three layouts, brought to one spelling.

The deep stem's under the authors' names (conv1, conv2, conv3), the same with the stem in one
sequence (conv1.0, conv1.3, conv1.6), or torchvision's (a single 7x7 conv1).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from safetensors import safe_open
from torch import Tensor

from sgnet_model.types import UserError
from sgnet_model.untrusted import reading, reason

from .authors import state_dict_of, without_prefix
from .card import LICENCE
from .sniff import FileKind, file_kind
from .torch_file import open_torch_file

State = dict[str, Tensor]
Layout = Literal["deep-stem", "torchvision"]

_IN_SEQUENCE = {  # the deep stem as one sequence -> under the authors' names
    "conv1.0": "conv1",
    "conv1.1": "bn1",
    "conv1.3": "conv2",
    "conv1.4": "bn2",
    "conv1.6": "conv3",
    "bn1": "bn3",
}
# Of torchvision's: its stem, and what reads the stem's 64 channels where the deep one has 128.
_ONE_STEM = ("conv1.", "bn1.", "layer1.0.conv1.", "layer1.0.bn1.", "layer1.0.downsample.")
_CLASSIFIER = "fc."
STRIDE, STRIDE_IN_1X1 = "stride", "1x1"  # in a safetensors file's metadata
_ADVICE = "fetch it again, an ImageNet ResNet or a checkpoint of this program"


@dataclass(frozen=True, slots=True, eq=False)
class ImageNetFile:
    """`backbone`: tensors by the authors' key that a deep-stem network can take, floats as float32.

    `unused`: keys of the file that have no place in it. `stride_in_1x1`: its metadata say that the
    original strides in the 1x1 convolution before a 3x3, where ours stride in the 3x3. `licence`:
    of the weights, where its metadata have one.
    """

    layout: Layout
    backbone: State
    unused: tuple[str, ...]
    stride_in_1x1: bool = False
    licence: str = ""


def read_imagenet(path: Path) -> ImageNetFile:
    """Never runs code from the file. Raises UserError where it holds no ResNet."""
    found = _spelt(_read(path))
    layout = _layout(found, path.name)
    no_place: tuple[str, ...] = (_CLASSIFIER,)
    if layout == "torchvision":
        no_place += _ONE_STEM
    backbone = {
        key: tensor.float() if tensor.is_floating_point() else tensor
        for key, tensor in found.items()
        if not key.startswith(no_place)
    }
    unused = tuple(key for key in found if key not in backbone)
    metadata = _metadata(path)
    strides = metadata.get(STRIDE) == STRIDE_IN_1X1
    return ImageNetFile(layout, backbone, unused, strides, metadata.get(LICENCE, ""))


def _read(path: Path) -> State:
    kind = file_kind(path)
    with reading(path, lambda error: f"{path.name} cannot be read ({reason(error)}): {_ADVICE}."):
        if kind is FileKind.SAFETENSORS:
            with safe_open(path, framework="pt") as file:
                # Copied: a mapped file that shrinks under its reader would end the program.
                return {key: file.get_tensor(key).clone() for key in file.keys()}  # noqa: SIM118
        with open_torch_file(path, kind) as torch_file:
            records = without_prefix(state_dict_of(torch_file.content, path.name))
            return torch_file.tensors(records)


def _metadata(path: Path) -> dict[str, str]:
    """Of a safetensors file that was read before; a torch file has none."""
    if file_kind(path) is not FileKind.SAFETENSORS:
        return {}
    with safe_open(path, framework="pt") as file:
        return dict(file.metadata() or {})


def _spelt(state: State) -> State:
    if "conv1.0.weight" not in state:
        return state
    spelt = {}
    for key, value in state.items():
        module, _, tensor = key.rpartition(".")
        spelt[f"{_IN_SEQUENCE.get(module, module)}.{tensor}"] = value
    return spelt


def _layout(found: Mapping[str, Tensor], name: str) -> Layout:
    first = found.get("conv1.weight")
    if first is not None and first.dim() == 4 and "layer4.0.conv3.weight" in found:
        return "deep-stem" if "conv2.weight" in found else "torchvision"
    raise UserError(
        f"{name} holds {len(found)} tensors (first: {', '.join(list(found)[:3])}) that are not a "
        "ResNet's: expected conv1 and layer1 to layer4 of an ImageNet ResNet with bottlenecks, or "
        "a checkpoint of this program.",
        details="\n".join(found),
    )
