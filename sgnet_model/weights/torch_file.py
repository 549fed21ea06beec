"""The two containers of torch.save: the legacy stream (before 1.6) and the zip archive."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import torch
from torch import Tensor

from .inert_pickle import StorageRecord, TensorRecord, UnreadableError, read_pickle
from .sniff import FileKind

# Bytes of a storage, from a root record.
_ReadStorage = Callable[[StorageRecord], bytes]


@dataclass(frozen=True, slots=True, eq=False)
class TorchFile:
    """What a file holds: plain data, `TensorRecord` and `Inert`; and how to read the tensors."""

    content: Any
    read_storage: _ReadStorage

    def tensor(self, record: TensorRecord) -> Tensor:
        """The values of a record, its dtype kept. Raises UnreadableError."""
        storage = record.storage
        raw = self.read_storage(storage)
        first = storage.offset + record.offset
        try:
            flat = torch.frombuffer(bytearray(raw), dtype=storage.dtype)
            return flat.as_strided(record.shape, record.stride, first).clone()
        except (RuntimeError, ValueError, OverflowError) as error:
            raise UnreadableError("damaged (a tensor reaches beyond its storage)") from error


@contextmanager
def open_torch_file(path: Path, kind: FileKind) -> Iterator[TorchFile]:
    """The content of a file, open while tensors are read. Raises UnreadableError."""
    if kind is FileKind.TORCH_LEGACY:
        with path.open("rb") as file:
            yield _open_legacy(file)
        return
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        raise UnreadableError("cut off or damaged (its zip directory is missing)") from error
    with archive:
        yield _open_zip(archive)


def _open_legacy(file: BinaryIO) -> TorchFile:
    """Magic number, protocol, system information, content and storage keys, each a pickle of its
    own; then for every key an int64 count of elements and the elements."""
    for _ in range(3):
        read_pickle(file)
    content, roots = read_pickle(file)
    keys, _ = read_pickle(file)
    if not isinstance(keys, list) or not set(map(str, keys)) >= set(roots):
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


def _open_zip(archive: zipfile.ZipFile) -> TorchFile:
    """`NAME/data.pkl`, and the storages raw under `NAME/data/KEY`."""
    names = [name for name in archive.namelist() if name.endswith("/data.pkl")]
    if len(names) != 1:
        raise UnreadableError("a zip archive of something else")
    folder = names[0].removesuffix("data.pkl")
    with archive.open(names[0]) as file:
        content, roots = read_pickle(file)  # type: ignore[arg-type]

    def read(record: StorageRecord) -> bytes:
        try:
            entry = archive.getinfo(f"{folder}data/{record.key}")
        except KeyError as error:
            raise UnreadableError("damaged (a storage is missing)") from error
        if entry.file_size != _bytes_of(roots[record.key]):
            raise UnreadableError("damaged (a storage has another length than its tensors say)")
        try:
            return archive.read(entry)
        except (zipfile.BadZipFile, zlib.error, RuntimeError, OSError) as error:
            raise UnreadableError("damaged (a storage cannot be unpacked)") from error

    return TorchFile(content, read)


def _bytes_of(root: StorageRecord) -> int:
    return int(root.length) * root.dtype.itemsize


def _exactly(file: BinaryIO, count: int) -> bytes:
    data = file.read(count)
    if len(data) != count:
        raise UnreadableError("cut off (the end is missing: an interrupted download?)")
    return data
