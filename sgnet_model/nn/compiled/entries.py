"""From a kernel to its address: compiled once for this processor and kept on disk."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from numba import cfunc, config, types

from .primitives import FAST

_HERE = Path(__file__).parent
_ONE_AT_A_TIME = threading.Lock()
_SIGNATURE = types.void(types.CPointer(types.int64))


def address_of(kernel: Any) -> int:
    """Of a C entry, compiled where the disk does not have it; some seconds, once.

    Any thread may ask: one is served at a time, because numba's folder is the whole process's, and
    code that is compiled twice would be given up once while its address is in use.
    """
    with _ONE_AT_A_TIME:
        return int(compiled(kernel).address)


@cache
def compiled(kernel: Any) -> Any:
    """The entry as numba holds it; the code lives as long as this does."""
    compiler = {"fastmath": FAST, "error_model": "numpy"}
    with _kept_in(cache_folder()):
        try:
            return cfunc(_SIGNATURE, cache=True, **compiler)(kernel)
        except (OSError, RuntimeError):  # nowhere to write: compiled for this run alone
            return cfunc(_SIGNATURE, **compiler)(kernel)


def cache_folder() -> Path:
    """Beside the sources where that can be written, else in the user's cache folder.

    Named after the sources' content: numba itself looks at the file of the entry alone, and would
    go on using old code of the functions it calls.
    """
    content = b"".join(path.read_bytes() for path in sorted(_HERE.glob("*.py")))
    inside = _HERE / "__pycache__"
    writable = os.access(inside if inside.exists() else _HERE, os.W_OK)
    user = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "sgnet-model"
    return (inside if writable else user) / sha256(content).hexdigest()[:16]


@contextmanager
def _kept_in(folder: Path) -> Iterator[None]:
    before = config.CACHE_DIR
    config.CACHE_DIR = str(Path(before) / folder.name if before else folder)  # NUMBA_CACHE_DIR
    try:
        yield
    finally:
        config.CACHE_DIR = before
