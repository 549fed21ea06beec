"""Reads the pickles inside PyTorch files without ever running what they name.

A pickle is a program: it names functions and has them called. Here every name but seven means an
`Inert` object that does nothing, and those seven only describe tensors: no module is imported, no
function of the file's choice is called, and a file that tries just yields an `Inert` in that
place. `torch.load(weights_only=True)` is not used because it refuses the whole file where one
entry beside the weights (a numpy scalar, an optimiser) is unknown to it, reads every such entry's
storage, and could be made to run code before PyTorch 2.6.
"""

from __future__ import annotations

import pickle
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, BinaryIO, NamedTuple

import torch

_DTYPES: dict[str, torch.dtype] = {
    "FloatStorage": torch.float32,
    "DoubleStorage": torch.float64,
    "HalfStorage": torch.float16,
    "BFloat16Storage": torch.bfloat16,
    "LongStorage": torch.int64,
    "IntStorage": torch.int32,
    "ShortStorage": torch.int16,
    "CharStorage": torch.int8,
    "ByteStorage": torch.uint8,
    "BoolStorage": torch.bool,
}


class UnreadableError(Exception):
    """A torch file that is cut off, damaged or of an unknown form; the message says which."""


# The records are tuples: a pickle cannot change one after it was checked.
class StorageRecord(NamedTuple):
    """`length` elements from element `offset` of the file's storage `key`."""

    key: str
    dtype: torch.dtype
    length: int
    offset: int = 0


class TensorRecord(NamedTuple):
    """A strided view of a storage, not yet read. `offset` and `stride` in elements."""

    storage: StorageRecord
    offset: int
    shape: tuple[int, ...]
    stride: tuple[int, ...]


class Inert:
    """Stands for anything a file names that is no tensor: accepts everything, does nothing."""

    __slots__ = ()

    def __new__(cls, *_args: Any, **_kwargs: Any) -> Inert:
        return object.__new__(cls)

    def __init__(self, *_args: Any, **_kwargs: Any) -> None: ...

    def __call__(self, *_args: Any, **_kwargs: Any) -> Inert:
        return Inert()

    def __setstate__(self, _state: Any) -> None: ...

    def __setitem__(self, _key: Any, _value: Any) -> None: ...

    def append(self, _item: Any) -> None:
        """Lists of unknown classes are filled through this."""

    def extend(self, _items: Any) -> None:
        """Likewise."""

    def add(self, _item: Any) -> None:
        """Sets of unknown classes are filled through this."""


def read_pickle(file: BinaryIO) -> tuple[Any, dict[str, StorageRecord]]:
    """The next pickle of a file, and the root storages it speaks of by key.

    Tensors come as `TensorRecord`, everything that is not plain data as `Inert`. The file is left
    behind the pickle. Raises UnreadableError.
    """
    unpickler = _InertUnpickler(file)
    try:
        content = unpickler.load()
    except UnreadableError:
        raise
    except Exception as error:  # a damaged pickle can raise nearly anything
        raise UnreadableError("cut off or damaged") from error
    return content, unpickler.storages


class _InertUnpickler(pickle.Unpickler):
    def __init__(self, file: BinaryIO) -> None:
        super().__init__(file, encoding="latin1")  # Python 2 wrote byte strings
        self.storages: dict[str, StorageRecord] = {}

    def find_class(self, module: str, name: str) -> Any:
        """The one place where a name of the file gets a meaning."""
        if module in ("torch", "torch.cuda") and name in _DTYPES:
            return _DTYPES[name]
        known: dict[tuple[str, str], Callable[..., Any]] = {
            ("collections", "OrderedDict"): OrderedDict,
            ("torch", "Size"): tuple,
            ("torch._utils", "_rebuild_tensor"): self._tensor,
            ("torch._utils", "_rebuild_tensor_v2"): self._tensor,
            ("torch._utils", "_rebuild_parameter"): self._parameter,
            ("torch._utils", "_rebuild_parameter_with_state"): self._parameter,
            ("torch.nn.parameter", "Parameter"): self._parameter,
        }
        # A class of its own for each name: what a file sets on it stays there.
        return known.get((module, name)) or type("Inert", (Inert,), {"__slots__": ()})

    def persistent_load(self, pid: Any) -> Any:
        """Storages, and the source code of pickled modules (dropped)."""
        if not isinstance(pid, tuple) or len(pid) < 5 or pid[0] != "storage":
            return Inert
        _, dtype, key, _location, length, *view = pid
        if not isinstance(dtype, torch.dtype):
            return Inert()
        root = StorageRecord(str(key), dtype, _count(length))
        if self.storages.setdefault(root.key, root) != root:
            raise UnreadableError("damaged (a storage is described twice, differently)")
        if not view or view[0] is None:
            return root
        _, offset, length = view[0]
        return StorageRecord(root.key, dtype, _count(length), _count(offset))

    def _tensor(
        self, storage: Any, offset: Any, shape: Any, stride: Any, *_rest: Any
    ) -> TensorRecord | Inert:
        if not isinstance(storage, StorageRecord):
            return Inert()
        lengths, steps = tuple(map(_count, shape)), tuple(map(_count, stride))
        return TensorRecord(storage, _count(offset), lengths, steps)

    def _parameter(self, data: Any = None, *_rest: Any) -> Any:
        return data


def _count(value: Any) -> int:
    if not isinstance(value, int) or value < 0:
        raise UnreadableError("damaged (a size is not a number)")
    return value
