"""Reads the pickles inside PyTorch files without ever running what they name.

A pickle is a program: it names functions and has them called. Here every name but seven means an
`Inert` object that does nothing, and those seven only describe tensors: no module is imported, no
function of the file's choice is called, and a file that tries just yields an `Inert` in that
place. `torch.load(weights_only=True)` is not used because it refuses the whole file where one
entry beside the weights (a numpy scalar, an optimiser) is unknown to it, and reads every such
entry's storage.

Nor can a few bytes take the memory or the time of the machine: the unpickler is the standard
library's own in Python, whose memo is a dictionary (the one in C makes room for any index that a
file names); what is read is counted, and bounded by the file, and so is what is copied; and a key
that is neither text nor a number becomes `Inert`: the hash of a pair of a pair of ..., all the same
one, would take for ever.
"""

from __future__ import annotations

import io
import pickle
from collections import OrderedDict
from collections.abc import Callable
from typing import IO, Any, ClassVar, NamedTuple

import torch

MOST_READS = 10_000_000  # a network's pickle takes some ten thousand
_LONGEST_LINE = 1 << 16  # a name or a number
_MOST_AXES = 64  # PyTorch's own limit
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


def read_pickle(file: IO[bytes]) -> tuple[Any, dict[str, StorageRecord]]:
    """The next pickle of a file that can be sought in, and the root storages it names, by key.

    Tensors come as `TensorRecord`, everything that is not plain data as `Inert`. The file is left
    behind the pickle. Raises UnreadableError.
    """
    unpickler = _InertUnpickler(_Bounded(file))
    try:
        content = unpickler.load()
    except UnreadableError:
        raise
    except Exception as error:  # a damaged pickle can raise nearly anything
        raise UnreadableError("cut off or damaged") from error
    return content, unpickler.storages


class _Bounded:
    """A file of which no more is asked for than it has: memory is taken for what is asked."""

    def __init__(self, file: IO[bytes]) -> None:
        start = file.tell()
        self._left = file.seek(0, io.SEEK_END) - start
        file.seek(start)
        self._file, self._reads, self._copied = file, 0, 0

    def read(self, count: int) -> bytes:
        if not 0 <= count <= self._left:
            raise UnreadableError("cut off or damaged")
        return self._counted(self._file.read(count))

    def readline(self) -> bytes:
        return self._counted(self._file.readline(_LONGEST_LINE))

    def copy(self, count: int) -> None:
        """Notes that so many values are copied. No more are than were read: a file that torch
        wrote names each of its lists once, and not the same one again and again."""
        self._copied += count
        if self._copied > self._reads:
            raise UnreadableError("damaged (it copies far more than it holds)")

    def _counted(self, part: bytes) -> bytes:
        self._left -= len(part)
        self._reads += 1
        if self._reads > MOST_READS:
            raise UnreadableError("no state dict (it holds millions of values that are no tensors)")
        return part


class _InertUnpickler(pickle._Unpickler):
    stack: list[Any]
    read: Callable[[int], bytes]
    append: Callable[[Any], None]
    pop_mark: Callable[[], list[Any]]

    def __init__(self, file: _Bounded) -> None:
        super().__init__(file, encoding="latin1")  # Python 2 wrote byte strings
        self.storages: dict[str, StorageRecord] = {}
        self._source = file
        # A class of its own for each file: what a file sets on it stays there.
        self._inert = type("Inert", (Inert,), {"__slots__": ()})

    def find_class(self, module: str, name: str) -> Any:
        """The one place where a name of the file gets a meaning."""
        if module in ("torch", "torch.cuda") and name in _DTYPES:
            return _DTYPES[name]
        known: dict[tuple[str, str], Callable[..., Any]] = {
            ("collections", "OrderedDict"): self._ordered,
            ("torch", "Size"): self._size,
            ("torch._utils", "_rebuild_tensor"): self._tensor,
            ("torch._utils", "_rebuild_tensor_v2"): self._tensor,
            ("torch._utils", "_rebuild_parameter"): self._parameter,
            ("torch._utils", "_rebuild_parameter_with_state"): self._parameter,
            ("torch.nn.parameter", "Parameter"): self._parameter,
        }
        return known.get((module, name)) or self._inert

    def persistent_load(self, pid: Any) -> Any:
        """Storages, and the source code of pickled modules (dropped)."""
        if not isinstance(pid, tuple) or len(pid) not in (5, 6) or pid[0] != "storage":
            return Inert
        _, dtype, key, _location, length, *view = pid
        if not isinstance(dtype, torch.dtype):
            return Inert()
        if not isinstance(key, str | int):
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
        return TensorRecord(storage, _count(offset), _counts(shape), _counts(stride))

    def _size(self, lengths: Any = ()) -> Any:
        """Of one that is too long for a tensor nothing is kept: it may be any list of the file."""
        return tuple(lengths) if len(lengths) <= _MOST_AXES else Inert()

    def _parameter(self, data: Any = None, *_rest: Any) -> Any:
        return data

    def _ordered(self, pairs: Any = ()) -> OrderedDict[Any, Any]:
        self._source.copy(len(pairs))
        return OrderedDict((_key(key), value) for key, value in pairs)

    # The operations that would hash, copy or change what the file chooses, or read far ahead.

    def _set_item(self) -> None:
        value, key = self.stack.pop(), self.stack.pop()
        self.stack[-1][_key(key)] = value

    def _set_items(self) -> None:
        items = self.pop_mark()
        for key, value in zip(items[::2], items[1::2], strict=True):
            self.stack[-1][_key(key)] = value

    def _dict(self) -> None:
        items = self.pop_mark()
        self.append({_key(key): value for key, value in zip(items[::2], items[1::2], strict=True)})

    def _add_items(self) -> None:
        """Nothing here is read from sets: they stay empty."""
        self.pop_mark()

    def _frozen_set(self) -> None:
        self.pop_mark()
        self.append(frozenset())

    def _reduce(self) -> None:
        arguments = self.stack.pop()
        self._source.copy(len(arguments))
        self.stack[-1] = self.stack[-1](*arguments)

    def _new(self) -> None:
        arguments, kind = self.stack.pop(), self.stack.pop()
        self._source.copy(len(arguments))
        self.append(kind.__new__(kind, *arguments))

    def _new_with_names(self) -> None:
        """No class here takes named arguments."""
        self.stack.pop()
        self._new()

    def _byte_array(self) -> None:
        """The standard one makes room for any length that a file names, before it reads."""
        self.append(bytearray(self.read(int.from_bytes(self.read(8), "little"))))

    def _build(self) -> None:
        """No object here has a state."""
        self.stack.pop()

    def _frame(self) -> None:
        """Frames only tell how much could be read at once."""
        self._file_read(8)  # type: ignore[attr-defined]

    dispatch: ClassVar[dict[int, Any]] = {
        **pickle._Unpickler.dispatch,
        pickle.SETITEM[0]: _set_item,
        pickle.SETITEMS[0]: _set_items,
        pickle.DICT[0]: _dict,
        pickle.ADDITEMS[0]: _add_items,
        pickle.FROZENSET[0]: _frozen_set,
        pickle.REDUCE[0]: _reduce,
        pickle.NEWOBJ[0]: _new,
        pickle.NEWOBJ_EX[0]: _new_with_names,
        pickle.BYTEARRAY8[0]: _byte_array,
        pickle.BUILD[0]: _build,
        pickle.FRAME[0]: _frame,
    }


def _key(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bytes) else Inert()


def _counts(values: Any) -> tuple[int, ...]:
    """A shape or a stride."""
    if len(values) > _MOST_AXES:
        raise UnreadableError(f"damaged (a tensor has {len(values):,} axes)")
    return tuple(map(_count, values))


def _count(value: Any) -> int:
    if not isinstance(value, int) or not 0 <= value < 1 << 63:
        raise UnreadableError("damaged (a size is not a number)")
    return value
