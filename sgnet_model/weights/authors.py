"""The authors' released checkpoints (`SGNet.pth.tar` and the like), and state dicts like theirs."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from torch import Tensor

from sgnet_model.data.palettes import scheme_for
from sgnet_model.types import UserError
from sgnet_model.untrusted import reading

from .authors_keys import to_authors, to_ours
from .inert_pickle import Inert, TensorRecord, UnreadableError
from .info import CheckpointInfo, Shapes, Stored, count_parameters
from .recognise import OutputStride, recognise
from .sniff import FileKind
from .torch_file import TorchFile, open_torch_file

ABN_EPSILON = 1e-5  # in-place ABN scales by |weight| + this
_PREFIX = "module."  # left by torch's DataParallel
_ADVICE = "fetch it again, or save the network's state_dict() anew"
_KNOWN = ("epoch", "iteration")  # entries beside the weights that are kept as provenance


@contextmanager
def open_authors(
    path: Path, kind: FileKind, output_stride: OutputStride | None = None
) -> Iterator[Stored]:
    """A file of theirs with its weights not yet read. Raises UserError in one sentence."""
    with (
        reading(path, lambda error: f"{path.name} is {_fault(error)}: {_ADVICE}."),
        open_torch_file(path, kind) as file,
    ):
        records = without_prefix(state_dict_of(file.content, path.name))
        shapes = {key: record.shape for key, record in records.items()}
        config = recognise(shapes, path.name, output_stride)
        provenance = _provenance(file.content, path)
        info = CheckpointInfo(
            config, scheme_for(config.classes), provenance, count_parameters(shapes)
        )
        yield Stored(info, shapes, lambda key: to_authors(key) or key, lambda: _read(file, records))


def _fault(error: Exception) -> str:
    return str(error) if isinstance(error, UnreadableError) else "cut off or damaged"


def effective_gammas(state: dict[str, Tensor], norms: Shapes) -> dict[str, Tensor]:
    """|weight| + 1e-5 for the weight of every norm: what in-place ABN multiplies by.

    `norms`: any mapping whose keys tell the norms by their running means.
    """
    return {
        key: tensor.abs() + ABN_EPSILON if _is_norm_weight(key, norms) else tensor
        for key, tensor in state.items()
    }


def state_dict_of(content: Any, name: str) -> dict[str, TensorRecord]:
    """The weights: the entry "state_dict" of the file, or all of it. Raises UserError."""
    state = content.get("state_dict", content) if isinstance(content, dict) else content
    if isinstance(state, Inert):
        raise UserError(
            f"{name} holds a whole pickled object, whose code is never run here: save its "
            "state_dict() instead."
        )
    if not isinstance(state, dict) or not state:
        raise UserError(f"{name} holds no weights: expected a state dict, alone or as an entry.")
    strange = [
        str(key)
        for key, value in state.items()
        if not isinstance(value, TensorRecord) or not isinstance(key, str | int)
    ]
    if strange:
        raise UserError(
            f"{name} holds {len(strange)} entries that are not tensors where its weights should be "
            f"(first: {', '.join(strange[:3])}): save the network's state_dict() instead.",
            details="\n".join(strange),
        )
    return {str(key): value for key, value in state.items()}


def without_prefix(records: dict[str, TensorRecord]) -> dict[str, TensorRecord]:
    """As DataParallel found them."""
    while records and all(key.startswith(_PREFIX) for key in records):
        records = {key.removeprefix(_PREFIX): value for key, value in records.items()}
    return records


def _is_norm_weight(key: str, keys: Shapes) -> bool:
    module, _, tensor = key.rpartition(".")
    return tensor == "weight" and f"{module}.running_mean" in keys


def _read(file: TorchFile, records: Mapping[str, TensorRecord]) -> dict[str, Tensor]:
    shapes = {key: record.shape for key, record in records.items()}
    state = {key: _widened(tensor) for key, tensor in file.tensors(records).items()}
    return {to_ours(key) or key: value for key, value in effective_gammas(state, shapes).items()}


def _widened(tensor: Tensor) -> Tensor:
    return tensor.float() if tensor.is_floating_point() else tensor


def _is_count(value: Any) -> bool:
    return isinstance(value, int | float) and 0 <= value < sys.float_info.max


def _provenance(content: dict[str, Any], path: Path) -> dict[str, Any]:
    beside = content if "state_dict" in content else {}
    known = {key: beside[key] for key in _KNOWN if _is_count(beside.get(key))}
    return {"source": path.name, "format": "PyTorch state dict of the authors' SGNet", **known}
