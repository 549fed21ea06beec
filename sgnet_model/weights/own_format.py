"""This program's checkpoint format: safetensors whose metadata tells what the weights are.

Metadata (all strings): "format" and "format_version" name the format; "config" is the
`SGNetConfig`, "classes" the C names, "palette" C [R, G, B] triples, "provenance" free, each as
JSON; "scheme" is the class list's name. Tensors lie under the keys of `SGNet.state_dict()`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import save
from torch import Tensor

from sgnet_model.config import HeadKind, SGNetConfig, SpatialKind
from sgnet_model.files import write_atomically
from sgnet_model.types import LabelScheme, UserError
from sgnet_model.untrusted import parse_json, reading, reason

from .info import CheckpointInfo, Stored, count_parameters
from .recognise import OutputStride, at_stride

FORMAT = "sgnet-viewer"
FORMAT_VERSION = 1

Storage = Literal["fp16"]


@contextmanager
def open_own(path: Path, output_stride: OutputStride | None = None) -> Iterator[Stored]:
    """A file of ours with its weights not yet read. Raises UserError in one sentence."""
    with (
        reading(path, lambda error: _cut_off(path.name, error)),
        safe_open(path, framework="pt") as file,
    ):
        keys = list(file.keys())
        shapes = {key: tuple(file.get_slice(key).get_shape()) for key in keys}
        config, scheme, provenance = _describe(file.metadata() or {}, path.name)
        config = at_stride(config, output_stride)
        info = CheckpointInfo(config, scheme, provenance, count_parameters(shapes))

        def read() -> dict[str, Tensor]:
            # Copied: a mapped file that shrinks under its reader would end the program.
            return {key: _widened(file.get_tensor(key)) for key in keys}

        yield Stored(info, shapes, lambda key: key, read)


def _cut_off(name: str, error: Exception) -> str:
    return f"{name} is cut off or damaged ({reason(error)}): fetch it again."


def write_own(
    path: Path,
    state: Mapping[str, Tensor],
    config: SGNetConfig,
    scheme: LabelScheme,
    provenance: Mapping[str, Any],
    storage: Storage | None = None,
) -> None:
    """UserError where the folder is missing, not writable or full."""
    tensors = {key: _stored(key, tensor, storage) for key, tensor in state.items()}
    write_atomically(path, save(tensors, _metadata(config, scheme, provenance)))


def _stored(key: str, tensor: Tensor, storage: Storage | None) -> Tensor:
    """Half precision for kernels only: a norm's variance may exceed its range of 65504."""
    tensor = tensor.detach().cpu().contiguous()
    if storage is None or tensor.dim() < 2 or not tensor.is_floating_point():
        return tensor.clone()
    half = tensor.half()
    if not torch.isfinite(half).all():
        raise UserError(
            f"{key} holds values beyond half precision's range (65504): save without fp16."
        )
    return half


def _widened(tensor: Tensor) -> Tensor:
    return tensor.to(torch.float32 if tensor.is_floating_point() else tensor.dtype, copy=True)


def _metadata(
    config: SGNetConfig, scheme: LabelScheme, provenance: Mapping[str, Any]
) -> dict[str, str]:
    return {
        "format": FORMAT,
        "format_version": str(FORMAT_VERSION),
        "config": json.dumps(config.to_dict()),
        "scheme": scheme.name,
        "classes": json.dumps(scheme.classes),
        "palette": json.dumps(scheme.palette.tolist()),
        "provenance": json.dumps(dict(provenance), default=_plain),
    }


def _plain(value: Any) -> Any:
    """NumPy's and torch's numbers as numbers; whatever else JSON does not know as text."""
    if isinstance(value, np.generic | np.ndarray | Tensor):
        return value.tolist()
    return str(value)


def _describe(
    metadata: Mapping[str, str], name: str
) -> tuple[SGNetConfig, LabelScheme, dict[str, Any]]:
    if metadata.get("format") != FORMAT:
        raise UserError(
            f"{name} is a safetensors file without this program's configuration: expected one "
            "written by save_checkpoint, sgnet-model convert or training."
        )
    _check_version(metadata.get("format_version", ""), name)
    config = _config(_json(metadata, "config", name), name)
    provenance = _json(metadata, "provenance", name)
    if not isinstance(provenance, dict):
        raise _damaged(name, "provenance")
    return config, _scheme(metadata, config.classes, name), provenance


def _check_version(version: str, name: str) -> None:
    if not version.isdecimal() or int(version) > FORMAT_VERSION:
        raise UserError(
            f"{name} has format version {version or 'none'}, this program reads up to "
            f"{FORMAT_VERSION}: update sgnet-viewer."
        )


def _config(values: Any, name: str) -> SGNetConfig:
    if not isinstance(values, dict):
        raise _damaged(name, "config")
    try:
        config = SGNetConfig.from_dict(values)
    except UserError as error:
        raise UserError(f"{name} asks for a network that cannot be: {error}") from error
    for value, kind in ((config.head, HeadKind), (config.spatial, SpatialKind)):
        if value not in get_args(kind):
            raise UserError(
                f"{name} asks for {value!r}, which this version does not know (it knows "
                f"{', '.join(get_args(kind))}): update sgnet-viewer."
            )
    return config


def _scheme(metadata: Mapping[str, str], classes: int, name: str) -> LabelScheme:
    names, colours = _json(metadata, "classes", name), _json(metadata, "palette", name)
    for what, values in (("class names", names), ("colours", colours)):
        if not isinstance(values, list) or len(values) != classes:
            count = len(values) if isinstance(values, list) else "no"
            raise UserError(
                f"{name} holds {count} {what} for a network of {classes} classes: fetch it again."
            )
    try:
        palette = np.array(colours, np.uint8).reshape(classes, 3)
    except (TypeError, ValueError, OverflowError) as error:
        raise _damaged(name, "palette") from error
    palette.flags.writeable = False
    return LabelScheme(metadata.get("scheme", "custom"), tuple(map(str, names)), palette)


def _json(metadata: Mapping[str, str], key: str, name: str) -> Any:
    try:
        return parse_json(metadata[key], nan_as_none=key == "provenance")
    except (KeyError, ValueError) as error:
        raise _damaged(name, key) from error


def _damaged(name: str, key: str) -> UserError:
    return UserError(f"{name} has no readable {key!r} in its metadata: fetch or write it again.")
