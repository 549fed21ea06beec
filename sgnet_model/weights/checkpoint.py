"""Loading, saving, describing and converting checkpoints of either format."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import torch

from sgnet_model.devices import choose_device
from sgnet_model.nn.sgnet import SGNet
from sgnet_model.resources import sha256, verify
from sgnet_model.types import UserError

from .authors import open_authors
from .average import check_share, take_share, with_origins
from .card import unmeasured
from .empty import empty_network, fill
from .fit import check_finite, check_fit
from .info import CheckpointInfo, Stored
from .own_format import Storage, open_own, write_own
from .recognise import OutputStride
from .sniff import FileKind, file_kind


def load_checkpoint(
    path: Path | str,
    device: str | torch.device = "cpu",
    *,
    output_stride: OutputStride | None = None,
) -> SGNet:
    """The network of a checkpoint file, in eval mode, float32, on a device ("auto" prefers CUDA).

    Reads this program's safetensors and the authors' released files, by content. Never
    runs code from a file. Where the GPU asked for is not there the network is on the CPU.
    `output_stride` overrides the file's (the authors' do not say: 16).
    Raises UserError in one sentence where the file cannot be used, also where it is not the one
    that the manifest of its folder lists (`resources.verify`).
    """
    path = Path(path)
    with _opened(path, output_stride) as stored:
        verify(path)
        network = empty_network(stored.info, len(stored.shapes), path.name)
        _check(stored, network, path.name)
        tensors = stored.read()
    check_finite(tensors, name=path.name)
    fill(network, tensors)
    return network.eval().to(choose_device(device)[0])


def save_checkpoint(
    network: SGNet,
    path: Path | str,
    provenance: Mapping[str, Any] | None = None,
    dtype: Storage | None = None,
) -> None:
    """Writes the network with its configuration, classes and palette as safetensors, atomically.

    `provenance`: JSON values: where the weights came from; None: what the network says of it. A
    number that is not finite is read back as None. `dtype` "fp16" stores kernels in half
    precision (norms and biases stay float32); loading gives float32 back. UserError where the
    folder is missing or full, a value does not fit or is not finite.
    """
    path = Path(path)
    if path.is_dir():
        raise UserError(f"{path} is a folder: name the file to write.")
    if dtype not in (None, "fp16"):
        raise UserError(f"Weights cannot be stored as {dtype!r}: use 'fp16' or leave it out.")
    state = network.state_dict()
    check_finite(state, name="The network to be saved")
    said = network.provenance if provenance is None else provenance
    write_own(path, state, network.config, network.scheme, said, dtype)


def read_info(path: Path | str) -> CheckpointInfo:
    """What a checkpoint says of itself, without reading its weights."""
    with _opened(Path(path), None) as stored:
        return stored.info


def convert(
    source: Path | str,
    target: Path | str,
    *,
    output_stride: OutputStride | None = None,
    dtype: Storage | None = None,
    facts: Mapping[str, Any] | None = None,
    average_with: Path | None = None,
    share: float = 0.5,
) -> CheckpointInfo:
    """Writes any loadable checkpoint in this program's format; the source's hash is kept.

    `facts`: added to its provenance, see `card`. `average_with`: a checkpoint of the same network,
    of which the written one has `share` and of the source the rest; its licences and credits are
    kept. What was measured of other weights, or at another output stride, is left out: the
    temperature and the card's scores.
    """
    source = Path(source)
    network = load_checkpoint(source, output_stride=output_stride)
    own = read_info(source)
    origin: dict[str, Any] = {"converted_from": source.name, "sha256": sha256(source)}
    kept = network.provenance
    if average_with is not None:
        check_share(share)
        other = load_checkpoint(average_with, output_stride=output_stride)
        take_share(network, other, share, name=average_with.name)
        mixed = {"file": average_with.name, "sha256": sha256(average_with), "share": share}
        origin["averaged_with"] = mixed
        kept = with_origins(kept, own, read_info(average_with))
    if average_with is not None or network.config != own.config:
        kept = unmeasured(kept)
    save_checkpoint(network, target, {**kept, **origin, **(facts or {})}, dtype)
    return read_info(target)


def _opened(path: Path, output_stride: OutputStride | None) -> AbstractContextManager[Stored]:
    kind = file_kind(path)
    if kind is FileKind.SAFETENSORS:
        return open_own(path, output_stride)
    return open_authors(path, kind, output_stride)


def _check(stored: Stored, network: SGNet, name: str) -> None:
    wanted = {
        stored.name_in_file(key): tuple(tensor.shape)
        for key, tensor in network.state_dict().items()
    }
    check_fit(stored.shapes, wanted, name=name, variant=stored.info.variant)
