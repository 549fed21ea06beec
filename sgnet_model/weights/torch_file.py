"""The two containers of torch.save: the legacy stream (before 1.6) and the zip archive."""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import torch
from torch import Tensor

from .inert_pickle import StorageRecord, TensorRecord, UnreadableError, read_pickle
from .sniff import FileKind

MOST_VALUES = 500_000_000  # the largest networks have a few hundred million
_SPARE_BYTES = 64 << 20  # what a small file may unpack to; a large one, to four times its size

# Bytes of a storage, from a root record.
_ReadStorage = Callable[[StorageRecord], bytes]


@dataclass(frozen=True, slots=True, eq=False)
class TorchFile:
    """What a file holds: plain data, `TensorRecord` and `Inert`; and how to read the tensors."""

    content: Any
    read_storage: _ReadStorage

    def tensors(self, records: Mapping[str, TensorRecord]) -> dict[str, Tensor]:
        """The values of records, their dtypes kept. Raises UnreadableError.

        A few bytes may be stretched to any shape, so the sizes are checked first; and each storage
        is read once, however many tensors share it.
        """
        values = sum(math.prod(record.shape) for record in records.values())
        if values > MOST_VALUES:
            raise UnreadableError(
                f"damaged (it speaks of {values:,} values, more than any network)"
            )
        tensors: dict[str, Tensor] = {}
        root, raw = "", bytearray()
        for name, record in sorted(records.items(), key=lambda item: item[1].storage.key):
            if record.storage.key != root or not tensors:
                root, raw = record.storage.key, bytearray(self.read_storage(record.storage))
            tensors[name] = _view(raw, record)
        return {name: tensors[name] for name in records}


@contextmanager
def open_torch_file(path: Path, kind: FileKind) -> Iterator[TorchFile]:
    """The content of a file, open while tensors are read.

    Raises UnreadableError, and whatever else a damaged zip file makes its reader raise.
    """
    if kind is FileKind.TORCH_LEGACY:
        with path.open("rb") as file:
            yield _open_legacy(file)
        return
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        raise UnreadableError("cut off or damaged (its zip directory is missing)") from error
    with archive:
        yield _open_zip(archive, 4 * path.stat().st_size + _SPARE_BYTES)


def _view(raw: bytearray, record: TensorRecord) -> Tensor:
    storage = record.storage
    try:
        flat = torch.frombuffer(raw, dtype=storage.dtype)
        return flat.as_strided(record.shape, record.stride, storage.offset + record.offset).clone()
    except (RuntimeError, ValueError, OverflowError) as error:
        raise UnreadableError("damaged (a tensor reaches beyond its storage)") from error


def _open_legacy(file: BinaryIO) -> TorchFile:
    """Magic number, protocol, system information, content and storage keys, each a pickle of its
    own; then for every key an int64 count of elements and the elements."""
    for _ in range(3):
        read_pickle(file)
    content, roots = read_pickle(file)
    keys, _ = read_pickle(file)
    named = isinstance(keys, list) and all(isinstance(key, str | int) for key in keys)
    if not named or not set(map(str, keys)) >= set(roots):
        raise UnreadableError("damaged (its list of storages is incomplete)")
    starts = _legacy_starts(file, [str(key) for key in keys], roots)

    def read(record: StorageRecord) -> bytes:
        file.seek(starts[record.key])
        return _exactly(file, _bytes_of(roots[record.key]))

    return TorchFile(content, read)


def _legacy_starts(
    file: BinaryIO, keys: list[str], roots: dict[str, StorageRecord]
) -> dict[str, int]:
    """Where each storage's elements begin."""
    starts = {}
    for key in keys:
        count = int.from_bytes(_exactly(file, 8), "little", signed=True)
        if key not in roots or count != roots[key].length:
            raise UnreadableError("damaged (a storage has another length than its tensors say)")
        starts[key] = file.tell()
        file.seek(_bytes_of(roots[key]), 1)
    return starts


def _open_zip(archive: zipfile.ZipFile, most: int) -> TorchFile:
    """`NAME/data.pkl`, and the storages raw under `NAME/data/KEY`; `most` bytes of each."""
    names = [name for name in archive.namelist() if name.endswith("/data.pkl")]
    if len(names) != 1:
        raise UnreadableError("a zip archive of something else")
    folder = names[0].removesuffix("data.pkl")
    content, roots = read_pickle(io.BytesIO(_member(archive, archive.getinfo(names[0]), most)))

    def read(record: StorageRecord) -> bytes:
        try:
            entry = archive.getinfo(f"{folder}data/{record.key}")
        except KeyError as error:
            raise UnreadableError("damaged (a storage is missing)") from error
        if entry.file_size != _bytes_of(roots[record.key]):
            raise UnreadableError("damaged (a storage has another length than its tensors say)")
        return _member(archive, entry, most)

    return TorchFile(content, read)


def _member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    if entry.file_size > most:
        raise UnreadableError("damaged (a part unpacks to far more than the file)")
    try:
        return archive.read(entry)
    except Exception as error:  # of a wrong sum, of encryption, of each compression's own kind
        raise UnreadableError("damaged (a part of it cannot be unpacked)") from error


def _bytes_of(root: StorageRecord) -> int:
    return int(root.length) * root.dtype.itemsize


def _exactly(file: BinaryIO, count: int) -> bytes:
    data = file.read(count)
    if len(data) != count:
        raise UnreadableError("cut off (the end is missing: an interrupted download?)")
    return data
