"""A camera file to the values it holds, whatever wrote it: JSON, YAML, a matrix, key and value.

Nothing is interpreted here: `camera_records` finds the cameras in what this returns.
"""

from __future__ import annotations

import codecs
import io
import os
import re
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

import numpy as np

from sgnet_model.types import UserError
from sgnet_model.untrusted import parse_json, read_bytes, reading

from .matlab5 import read_arrays

MAX_BYTES = 1_000_000
# Lists of all frames of a scene; YCB-Video's files hold pictures beside the camera.
_MOST = {".json": 32_000_000, ".mat": 32_000_000}
MAX_YAML_BYTES = 100_000  # its reader is slow
MAX_NUMBERS = 64

Tree: TypeAlias = "dict[str, Tree] | list[Tree] | str | float | int | bool | None"

_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_ONLY_NUMBERS = re.compile(r"[\s\d.,;+\-eE\[\]()]*")
_NAMED = re.compile(r"\s*([A-Za-z_][\w.\-]*)\s*(?:[:=]|\s)\s*(\S.*)")
_COLMAP = re.compile(r"\s*\d+\s+(SIMPLE_PINHOLE|PINHOLE|OPENCV)\s+(\d+)\s+(\d+)\s+(.*)")
_ENCODINGS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_tree(path: Path) -> Tree:
    """Mappings, lists and values of a camera file; a matrix is a list of numbers.

    Raises UserError where it cannot be opened or understood.
    """
    if not os.path.isfile(path):
        why = "it is a folder" if os.path.isdir(path) else "there is no such file"
        raise UserError(
            f"The camera file {path} cannot be read ({why}): give a JSON file or a matrix as text, "
            "or write fx,fy,cx,cy."
        )
    with reading(path, f"The camera file {path} cannot be read: check it."):
        state = path.stat()
    return _tree_of(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=1)  # a set's frames ask for the same long list one after the other
def _tree_of(path: Path, _changed: int, _size: int) -> Tree:
    is_matlab = path.suffix.lower() == ".mat"
    data = read_bytes(path, _MOST.get(path.suffix.lower(), MAX_BYTES))
    with reading(
        path,
        f"{path.name} is not a camera file: JSON, YAML, a matrix or named values (fx, fy, cx and "
        "cy) were expected.",
    ):
        if data.startswith(b"\x93NUMPY"):
            return _array(data)
        if is_matlab:
            return _matlab(path)
        return _parsed(_text(data, path), path.suffix.lower())


def _text(data: bytes, path: Path) -> str:
    """UTF-8, or UTF-16 by its byte order mark or by the zeros between its letters."""
    encoding = next((name for mark, name in _ENCODINGS if data.startswith(mark)), "")
    if not encoding:
        zeros = data[:64].count(0) > len(data[:64]) // 4
        encoding = ("utf-16-be" if data[:1] == b"\0" else "utf-16-le") if zeros else "utf-8"
    try:
        text = data.decode(encoding)
    except ValueError:
        text = "\0"
    if "\0" in text or not text.strip():
        what = "it is not text" if text.strip() else "it is empty"
        raise UserError(
            f"The camera file {path.name} cannot be read ({what}): give a JSON file or a matrix as "
            "text, or write fx,fy,cx,cy."
        )
    return text


def _parsed(text: str, suffix: str) -> Tree:
    begins = text.lstrip()[:1]
    if begins == "{" or suffix == ".json":
        tree: Tree = parse_json(text)
        return tree
    if suffix in (".yaml", ".yml") or text.startswith("%YAML"):
        return _yaml(text)
    if _ONLY_NUMBERS.fullmatch(_without_comments(text)):
        return _numbers(_without_comments(text))
    return _named_values(text)


def _yaml(text: str) -> Tree:
    """YAML as ROS writes it, and as OpenCV does, whose first line and matrices are its own."""
    if len(text) > MAX_YAML_BYTES:
        raise ValueError("too long for a camera")
    import yaml  # late: few cameras come so

    class Loader(yaml.SafeLoader):
        """Takes OpenCV's matrices for what they are: mappings."""

    Loader.add_multi_constructor(
        "tag:yaml.org,2002:opencv-", lambda loader, _, node: loader.construct_mapping(node, True)
    )
    plain = re.sub(r"^%YAML[^\n]*\n", "", text)
    documents = list(yaml.load_all(plain, Loader))
    tree: Tree = documents[0] if documents else None
    return tree


def _numbers(text: str) -> Tree:
    return [float(number) for number in _NUMBER.findall(text)[: MAX_NUMBERS + 1]]


def _without_comments(text: str) -> str:
    return "\n".join(line.split("#")[0].split("//")[0] for line in text.splitlines())


def _named_values(text: str) -> Tree:
    """Lines of a name and its numbers; without any, the numbers of the text."""
    found: dict[str, Tree] = {}
    for line in _without_comments(text).splitlines():
        colmap, named = _COLMAP.fullmatch(line), _NAMED.fullmatch(line)
        if colmap:
            numbers = [float(number) for number in colmap[4].split()]
            if colmap[1] == "SIMPLE_PINHOLE":
                numbers = [numbers[0], *numbers]
            found.setdefault("intrinsics", list(numbers[:4]))
            found.setdefault("width", int(colmap[2]))
            found.setdefault("height", int(colmap[3]))
        elif named and _ONLY_NUMBERS.fullmatch(named[2]):
            values = [float(number) for number in _NUMBER.findall(named[2])[:MAX_NUMBERS]]
            if values:
                found[named[1]] = values[0] if len(values) == 1 else list(values)
    return found or _numbers(text)


def _matlab(path: Path) -> Tree:
    """Its small arrays by name, as lists of their rows' numbers."""
    small = [(name, values) for name, values in read_arrays(path) if values.size <= MAX_NUMBERS]
    return {name: [float(number) for number in values.ravel()] for name, values in small}


def _array(data: bytes) -> Tree:
    values = np.lib.format.read_array(io.BytesIO(data), allow_pickle=False)
    if values.size > MAX_NUMBERS:
        raise ValueError("too many numbers for a camera")
    return [float(number) for number in values.ravel()]
