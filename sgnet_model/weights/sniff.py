"""What kind of file a checkpoint is, by its content; its name's ending says nothing."""

from __future__ import annotations

from enum import Enum, auto
from pathlib import Path

from sgnet_model.types import UserError
from sgnet_model.untrusted import read_head

HEAD_BYTES = 512
# torch.save's magic number as its first pickle writes it, in any protocol.
_LEGACY_MAGIC = b"\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."
_EXPECTED = "expected a safetensors file of this program or the authors' .pth.tar"
_LARGEST_HEADER = 100_000_000  # safetensors' own limit


class FileKind(Enum):
    """The containers this program reads."""

    SAFETENSORS = auto()
    TORCH_LEGACY = auto()  # what torch.save wrote before 1.6: pickles, then raw storages
    TORCH_ZIP = auto()  # what it writes since


def file_kind(path: Path) -> FileKind:
    """The kind of a file; UserError where it is none, saying what it looks like."""
    head, size = _head(path)
    if head.startswith(b"PK\x03\x04"):
        return FileKind.TORCH_ZIP
    if _LEGACY_MAGIC in head[:32]:
        return FileKind.TORCH_LEGACY
    if _is_safetensors(head, size):
        return FileKind.SAFETENSORS
    raise UserError(f"{path.name} {_looks_like(head)}: {_EXPECTED}.")


def _head(path: Path) -> tuple[bytes, int]:
    if path.is_dir():
        raise UserError(f"{path} is a folder: name the checkpoint file in it.")
    try:
        return read_head(path, HEAD_BYTES), path.stat().st_size
    except FileNotFoundError:
        raise UserError(f"There is no checkpoint file {path}: check the name.") from None
    except OSError as error:
        raise UserError(f"{path} cannot be read ({error.strerror}): check the file.") from error


def _is_safetensors(head: bytes, size: int) -> bool:
    length = int.from_bytes(head[:8], "little")
    return head[8:9] == b"{" and 2 <= length <= min(size, _LARGEST_HEADER)


def _looks_like(head: bytes) -> str:
    text = head.lstrip().lower()
    if not head:
        return "is empty (an interrupted download?)"
    if text.startswith((b"<!doctype", b"<html", b"<?xml", b"<head")):
        return "is a web page, saved in place of the file behind its download button"
    if text.startswith(b"version https://git-lfs"):
        return "is a Git LFS pointer, not the file it stands for (run git lfs pull)"
    if head[257:262] == b"ustar":
        return "is a tar archive (unpack it, or save it again with a PyTorch newer than 0.1.10)"
    if head[8:9] == b"{":
        return "is cut off or damaged (its safetensors header is longer than the file)"
    return "is not a checkpoint"
