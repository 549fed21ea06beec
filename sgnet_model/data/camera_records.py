"""The cameras and the depth scale in what a camera file holds.

Files differ in names, nesting and order; what they have in common is fx, fy, cx and cy, as numbers
or in a matrix, and sometimes the size of the picture. A pose or an extrinsic is no camera.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import numpy as np

from .camera_text import Tree

MAX_NODES = 20_000
SKEW_MOST = 0.01  # of the focal length
SMALLEST_SIDE = 16  # pixels: what is smaller is no picture's side

# Names as `_key` writes them: small letters and digits only.
_FX = ("fx", "flx", "focalx", "focallengthx")
_FY = ("fy", "fly", "focaly", "focallengthy")
_CX = ("cx", "ppx", "u0", "mx", "principalpointx")
_CY = ("cy", "ppy", "v0", "my", "principalpointy")
_FOCAL = ("f", "focal", "focallength")
_CENTRE = ("principalpoint", "principal", "center", "centre")
_WIDTHS = ("width", "w", "imagewidth", "imgwidth", "resx")
_HEIGHTS = ("height", "h", "imageheight", "imgheight", "resy")
_SIZES = ("resolution", "imagesize", "size")  # width, height
_SCALES = ("depthscale", "depthunitm", "depthunits", "scale", "depthmapfactor", "depthshift")
_SPELT = {"depthscale": "depth_scale", "depthunitm": "depth_unit_m", "depthunits": "depth_units"}
_FACTORS = ("factordepth",)  # units in a metre
_FILES = ("filepath", "rgb", "rgbpath", "image", "imagepath", "filename")
_COLOUR, _DEPTH = {"color", "colour", "rgb"}, {"depth", "tof"}
_ROLES = {"": ("",), "color": ("color", "colour", "rgb"), "depth": ("depth",)}
# Words that the key of a matrix is made of, one of the first at least.
_MATRIX_WORDS = {"intrinsic", "intrinsics", "k", "matrix", "cameramatrix", "p", "p2"}
_WITH_MATRIX = {"camera", "cam", "calibration", "calib", "m", "in", "intr", "params", "original"}
_NO_CAMERA = {
    *("extrinsic", "extrinsics", "pose", "poses", "transform", "trajectory", "ir", "infrared"),
    *("infra1", "infra2", "fisheye", "right", "imu", "distortion", "projection"),
}


@dataclass(frozen=True, slots=True)
class CameraRecord:
    """fx, fy, cx, cy in pixels of a (width, height) picture, None where that is not said."""

    numbers: tuple[float, float, float, float]
    size: tuple[int, int] | None
    words: frozenset[str]  # of the keys it stands under
    frame: str = ""  # the only one it belongs to


@dataclass(frozen=True, slots=True)
class DepthScale:
    """Metres per unit of integer depth, by the key that says it."""

    unit_m: float
    said: str  # "depth_scale 0.1"


def records_of(tree: Tree, file_words: frozenset[str], frame: str) -> list[CameraRecord]:
    """The cameras in `tree`, the likeliest of the colour picture with the stem `frame` first."""
    if isinstance(tree, list):
        numbers = _of_numbers(_flat(tree))
        found = [] if numbers is None else [CameraRecord(*numbers, file_words)]
        found = found or list(_walk(tree, file_words, frame))
    else:
        found = list(_walk(tree, file_words, frame))
    own = [record for record in found if record.frame and _same_frame(record.frame, frame)]
    general = [record for record in found if not record.frame]
    numbered = [record for record in found if record.frame]
    if not own and not general and len({record.numbers for record in numbered}) == 1:
        general = numbered[:1]  # frames of one camera, this one not among them
    return sorted(own or general, key=_likelihood)


def scale_of(tree: Tree, frame: str) -> DepthScale | None:
    """The depth scale that `tree` names for this frame or for all, else for another frame."""
    other: DepthScale | None = None
    for node in _nodes(tree, frozenset(), frame):
        scale = _scale_in(node.values)
        if scale is None:
            continue
        if not node.frame or _same_frame(node.frame, frame):
            return scale
        other = other or scale
    return other


def words_of(name: str) -> frozenset[str]:
    """Lower-case words of a key or a file's name, also of "depthIntrinsics" and "color_camera"."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return frozenset(re.findall(r"[a-z]+\d*|\d+", apart.lower()))


def _likelihood(record: CameraRecord) -> int:
    return 0 if record.words & _COLOUR else 2 if record.words & _DEPTH else 1


def _walk(tree: Tree, words: frozenset[str], frame: str) -> Iterator[CameraRecord]:
    for node in _nodes(tree, words, frame):
        if node.words & _NO_CAMERA:
            continue
        for numbers, role in _cameras_in(node):
            size = _size_in(node.values, role) or node.size
            own = frozenset({role}) if role else frozenset()
            yield CameraRecord(numbers, size, node.words | own, node.frame)


@dataclass(frozen=True, slots=True)
class _Node:
    """A mapping, its keys as compared, and what the keys and mappings around it say."""

    raw: dict[str, Tree]
    values: dict[str, Tree]
    words: frozenset[str]
    frame: str
    size: tuple[int, int] | None


def _nodes(tree: Tree, words: frozenset[str], frame: str) -> Iterator[_Node]:
    """Every mapping once, however often YAML's aliases repeat it."""
    stack: list[tuple[Tree, _Node]] = [(tree, _Node({}, {}, words, "", None))]
    seen: set[int] = set()
    while stack and len(seen) < MAX_NODES:
        inner, above = stack.pop()
        if id(inner) in seen:
            continue
        seen.add(id(inner))
        if isinstance(inner, list):
            stack += [(child, above) for child in reversed(_entries(inner, frame))]
        elif isinstance(inner, dict):
            values = {_key(str(key)): value for key, value in inner.items()}
            node = _Node(
                {str(key): value for key, value in inner.items()},
                values,
                above.words,
                above.frame or _frame_named(values),
                _size_in(values, "") or above.size,
            )
            yield node
            stack += [
                (child, _below(node, key)) for key, child in reversed(_members(node.raw, frame))
            ]


def _members(mapping: Mapping[str, Tree], frame: str) -> list[tuple[str, Tree]]:
    """What a mapping holds; of frames by number the wanted one alone, where it is there."""
    inner = [(key, child) for key, child in mapping.items() if isinstance(child, dict | list)]
    others = {key for key, _ in inner if key.isdecimal() and not _same_frame(key, frame)}
    has_own = any(key.isdecimal() and key not in others for key, _ in inner)
    return [(key, child) for key, child in inner if not has_own or key not in others]


def _entries(values: list[Tree], frame: str) -> list[Tree]:
    """What a list holds; of frames by their picture's path the wanted one alone, likewise."""
    inner: list[Tree] = [child for child in values if isinstance(child, dict | list)]
    named = [child for child in inner if isinstance(child, dict)]
    own: list[Tree] = [child for child in named if frame in map(_stem, child.values())]
    return own or inner


def _stem(value: Tree) -> str | None:
    if not isinstance(value, str):
        return None
    return PurePosixPath(value.replace("\\", "/")).name.rsplit(".", 1)[0]


def _below(node: _Node, key: str) -> _Node:
    frame = key if key.isdecimal() else node.frame
    return _Node({}, {}, node.words | words_of(key), frame, node.size)


def _frame_named(node: Mapping[str, Tree]) -> str:
    """The stem of the picture that an entry of a list names."""
    for key in _FILES:
        value = node.get(key)
        if isinstance(value, str) and ("/" in value or "." in value or key == "filepath"):
            return _stem(value) or ""
    return ""


def _same_frame(one: str, other: str) -> bool:
    if one == other:
        return True
    numbers = re.findall(r"\d+", other)
    return one.isdecimal() and bool(numbers) and int(one) == int(numbers[-1])


def _key(key: str) -> str:
    """As compared: "Camera1.fx", "focal_length_x" and "m_colorWidth" lose all but their letters."""
    return re.sub(r"[^a-z0-9]", "", re.sub(r"^camera(?:_info)?\d*\.", "", key.lower()))


def _cameras_in(
    node: _Node,
) -> Iterator[tuple[tuple[float, float, float, float], str]]:
    """The cameras that a mapping itself holds, each with "color" or "depth" where a key says so."""
    for role, names in _ROLES.items():
        found = next((n for name in names if (n := _named(node.values, name)) is not None), None)
        if found is not None:
            yield found, role
    for key, value in node.raw.items():
        words = words_of(key) - ({"m"} if key.lower().startswith("m_") else set())
        plain = words - _COLOUR - _DEPTH
        is_matrix = bool(plain & _MATRIX_WORDS) and plain <= _MATRIX_WORDS | _WITH_MATRIX
        if is_matrix or plain in ({"cam", "in"}, {"cam", "intr"}):
            numbers = _of_numbers(_flat(_data_of(value)))
            if numbers is not None:
                yield numbers[0], "color" if words & _COLOUR else "depth" if words & _DEPTH else ""


def _data_of(value: Tree) -> Tree:
    """ROS and OpenCV write a matrix as a mapping of rows, cols and data."""
    return value.get("data") if isinstance(value, dict) else value


def _named(node: Mapping[str, Tree], role: str) -> tuple[float, float, float, float] | None:
    fx, fy, cx, cy = (_first(node, keys, role) for keys in (_FX, _FY, _CX, _CY))
    focal = _flat(next((node[key] for key in _FOCAL if key in node), None)) if not role else []
    centre = _flat(next((node[key] for key in _CENTRE if key in node), None)) if not role else []
    if fx is None and len(focal) in (1, 2):
        fx, fy = focal[0], focal[-1]
    if fx is not None and fy is None:
        fy = fx
    if cx is None and len(centre) == 2:
        cx, cy = centre
    if fx is None or fy is None or cx is None or cy is None:
        return None
    return fx, fy, cx, cy


def _first(node: Mapping[str, Tree], keys: tuple[str, ...], role: str) -> float | None:
    """Of "fx", and with a role of "fxcolor" and "colorfx"."""
    names = [name for key in keys for name in ((key + role, role + key) if role else (key,))]
    values = (_number(node.get(name)) for name in names)
    return next((value for value in values if value is not None), None)


def _number(value: Tree) -> float | None:
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return None
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e12:
        return float(value)
    return float("nan") if isinstance(value, int | float) and value != value else None


def _flat(value: Tree) -> list[float]:
    """The numbers of a list or of lists in it; empty where there is anything else."""
    flat: list[float] = []
    rows = value if isinstance(value, list) else [value]
    if len(rows) > 64:
        return []
    for row in rows:
        for cell in row if isinstance(row, list) else [row]:
            number = _number(cell)
            if number is None or len(flat) > 64:
                return []
            flat.append(number)
    return flat


def _of_numbers(
    numbers: list[float],
) -> tuple[tuple[float, float, float, float], tuple[int, int] | None] | None:
    """A matrix (9, 12 or 16 numbers), fx fy cx cy, or width height fx fy cx cy; None for others.

    The last two may be followed by a lens's distortion.
    """
    matrix = _of_matrix(numbers)
    if matrix is not None:
        return matrix, None
    if len(numbers) in (4, 5, 8, 9):
        return (numbers[0], numbers[1], numbers[2], numbers[3]), None
    if len(numbers) in (6, 10, 11):
        width, height = numbers[:2]
        if width == int(width) and height == int(height) and min(width, height) >= SMALLEST_SIDE:
            return (numbers[2], numbers[3], numbers[4], numbers[5]), (int(width), int(height))
    return None


def _of_matrix(numbers: list[float]) -> tuple[float, float, float, float] | None:
    """Of a 3x3, 3x4 or 4x4 pinhole matrix, by rows or by columns; None where it is another one."""
    shape = {9: (3, 3), 12: (3, 4), 16: (4, 4)}.get(len(numbers))
    if shape is None or not np.isfinite(numbers).all():
        return None
    matrix: np.ndarray[Any, np.dtype[np.float64]] = np.reshape(np.array(numbers), shape)
    if shape[0] == shape[1] and (matrix[2, 0] or matrix[2, 1]):
        matrix = matrix.T  # the principal point in the third row: stored by columns
    fx, fy = matrix[0, 0], matrix[1, 1]
    skew = max(abs(matrix[0, 1]), abs(matrix[1, 0]))
    if matrix[2, 0] or matrix[2, 1] or matrix[2, 2] != 1 or skew > SKEW_MOST * abs(fx):
        return None
    if shape == (4, 4) and (matrix[:3, 3].any() or matrix[3, :3].any()):
        return None  # it moves points: a pose
    return float(fx), float(fy), float(matrix[0, 2]), float(matrix[1, 2])


def _size_in(node: Mapping[str, Tree], role: str) -> tuple[int, int] | None:
    for before in dict.fromkeys((role, f"m{role}", "")):
        width = _first(node, tuple(before + key for key in _WIDTHS), "")
        height = _first(node, tuple(before + key for key in _HEIGHTS), "")
        if width and height and min(width, height) >= SMALLEST_SIDE:
            return int(width), int(height)
    for key in _SIZES:
        pair = _flat(node.get(key))
        if len(pair) == 2 and min(pair) >= SMALLEST_SIDE:
            return int(pair[0]), int(pair[1])
    return None


def _scale_in(node: Mapping[str, Tree]) -> DepthScale | None:
    for key in (*_SCALES, *_FACTORS):
        names = (key, f"m{key}", f"camera{key}")
        values = (_first_number(node.get(name)) for name in names)
        value = next((value for value in values if value is not None), None)
        if value is None or not value > 0:
            continue
        unit_m = 1 / value if key in _FACTORS else _metres(key, value)
        if unit_m is not None:
            return DepthScale(unit_m, f"{_SPELT.get(key, key)} {value:g}")
    return None


def _first_number(value: Tree) -> float | None:
    """A number, or the only one in a list."""
    flat = _flat(value)
    return flat[0] if len(flat) == 1 else None


def _metres(key: str, value: float) -> float | None:
    """Metres per unit. A large scale counts units in a metre, a tiny one metres in a unit.

    What lies between is BOP's: millimetres in a unit.
    """
    if key in ("depthunitm", "depthunits"):
        return value if value <= 1 else None
    if value >= 50:
        return 1 / value if value <= 1e6 else None
    if value < 0.02:
        return value if value >= 1e-6 else None
    return value / 1000 if key != "scale" else None  # "scale: 1" is of a model, not of depth
