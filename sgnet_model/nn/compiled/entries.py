"""From a kernel to its address: compiled once for this processor and kept on disk."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from numba import cfunc, config, types

from .primitives import FAST

_HERE = Path(__file__).parent
_NAME = re.compile(r"[0-9a-f]{16}")  # of a folder of kernels
UNUSED_S = 30 * 24 * 3600
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
    folder = cache_folder()
    if not config.CACHE_DIR:  # the user's own choice is the user's to clean
        _remove_old(folder)
    with _kept_in(folder):
        try:
            return cfunc(_SIGNATURE, cache=True, **compiler)(kernel)
        except (OSError, RuntimeError):  # nowhere to write: compiled for this run alone
            return cfunc(_SIGNATURE, **compiler)(kernel)


def is_kept(kernel: Any) -> bool:
    """Whether the disk has an entry, compiled by some process here."""
    folder = cache_folder()
    folder = Path(config.CACHE_DIR) / folder.name if config.CACHE_DIR else folder
    names = f"{kernel.__module__.rpartition('.')[2]}.{kernel.__name__}-*.nbi"
    return any(folder.rglob(names))


def cache_folder() -> Path:
    """Beside the sources of a source tree that can be written, else in the user's cache folder:
    an installed copy that is removed leaves nothing among the packages.

    Named after the sources' content: numba itself looks at the file of the entry alone, and would
    go on using old code of the functions it calls.
    """
    content = b"".join(path.read_bytes() for path in sorted(_HERE.glob("*.py")))
    inside = _HERE / "__pycache__"
    is_tree = len(_HERE.parents) > 2 and (_HERE.parents[2] / "pyproject.toml").is_file()
    beside = is_tree and os.access(inside if inside.exists() else _HERE, os.W_OK)
    return (inside if beside else user_cache()) / sha256(content).hexdigest()[:16]


def user_cache() -> Path:
    """Where this system keeps what programs can make again."""
    home = Path.home()
    if sys.platform == "win32":
        place = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        place = home / "Library" / "Caches"
    else:
        place = Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache")
    return place / "sgnet-model"


def _remove_old(folder: Path) -> None:
    """Kernels of other sources that were not used for a month; what is used is marked as such."""
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        os.utime(folder)
        for other in folder.parent.iterdir():
            unused = time.time() - other.stat().st_mtime > UNUSED_S
            if other != folder and _NAME.fullmatch(other.name) and unused:
                shutil.rmtree(other, ignore_errors=True)


@contextmanager
def _kept_in(folder: Path) -> Iterator[None]:
    before = config.CACHE_DIR
    config.CACHE_DIR = str(Path(before) / folder.name if before else folder)  # NUMBA_CACHE_DIR
    try:
        yield
    finally:
        config.CACHE_DIR = before
