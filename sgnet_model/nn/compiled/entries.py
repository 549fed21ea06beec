"""From a kernel's name to its address: compiled once for this processor and kept on disk."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sys
import threading
import time
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sgnet_model.files import expanded, write_atomically
from sgnet_model.types import UserError

from .objects import CompiledKernel, emitted, loaded, processor

if find_spec("numba") is None:  # with what was kept alone, half of the kernels might be there
    raise ImportError("numba is not installed")

_HERE = Path(__file__).parent
_NAME = re.compile(r"[0-9a-f]{16}")  # of a folder of kernels
UNUSED_S = 30 * 24 * 3600
_ONE_AT_A_TIME = threading.Lock()
_SUM = sha256().digest_size  # bytes, before the code


def address_of(kernel: str) -> int:
    """Of a C entry, compiled where the disk does not have it; some seconds, once.

    `kernel`: module and name, "gathers.columns_f32". Any thread may ask: one is served at a time,
    because code that is loaded twice would be given up once while its address is in use.
    """
    with _ONE_AT_A_TIME:
        return compiled(kernel).address


@cache
def compiled(kernel: str) -> CompiledKernel:
    """The entry; the code lives as long as this does."""
    folder = cache_folder()
    if "NUMBA_CACHE_DIR" not in os.environ:  # the user's own choice is the user's to clean
        _remove_old(folder)
    path, name = kept_at(kernel), kernel.rpartition(".")[2]
    code = _read(path)
    if code is None:
        code = emitted(_function(kernel))
        with contextlib.suppress(OSError, UserError):  # nowhere to write: for this run alone
            folder.mkdir(parents=True, exist_ok=True)
            write_atomically(path, sha256(code).digest() + code)
    return loaded(code, name)


def kept_at(kernel: str) -> Path:
    """The file of a kernel for this processor, whether it is there or not."""
    return cache_folder() / f"{kernel}-{processor()}.o"


def cache_folder() -> Path:
    """Where NUMBA_CACHE_DIR says, else beside the sources of a source tree that can be written,
    else in the user's cache folder: an installed copy that is removed leaves nothing behind.

    Named after the sources' content: what a kernel calls lies in several files.
    """
    content = b"".join(path.read_bytes() for path in sorted(_HERE.glob("*.py")))
    inside = _HERE / "__pycache__"
    is_tree = len(_HERE.parents) > 2 and (_HERE.parents[2] / "pyproject.toml").is_file()
    beside = is_tree and os.access(inside if inside.exists() else _HERE, os.W_OK)
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    place = Path(chosen) if chosen else inside if beside else user_cache()
    return place / sha256(content).hexdigest()[:16]


def user_cache() -> Path:
    """Where this system keeps what programs can make again; for a user without a home, a place
    where nothing can be written."""
    home = expanded("~")
    if not home.is_absolute():
        home = Path(os.devnull)
    if sys.platform == "win32":
        place = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        place = home / "Library" / "Caches"
    else:
        place = Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache")
    return place / "sgnet-model"


def _function(kernel: str) -> Callable[[Any], None]:
    from . import gathers, labelling, samples, scores

    modules = {"gathers": gathers, "labelling": labelling, "samples": samples, "scores": scores}
    module, _, name = kernel.partition(".")
    function: Callable[[Any], None] = getattr(modules[module], name)
    return function


def _read(path: Path) -> bytes | None:
    """The code that was kept; None where there is none, or not all of it."""
    try:
        kept = path.read_bytes()
    except OSError:
        return None
    code = kept[_SUM:]
    return code if code and sha256(code).digest() == kept[:_SUM] else None


def _remove_old(folder: Path) -> None:
    """Kernels of other sources that were not used for a month; what is used is marked as such."""
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        os.utime(folder)
        for other in folder.parent.iterdir():
            unused = time.time() - other.stat().st_mtime > UNUSED_S
            if other != folder and _NAME.fullmatch(other.name) and unused:
                shutil.rmtree(other, ignore_errors=True)
