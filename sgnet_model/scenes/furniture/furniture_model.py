"""A catalogue's model (Wavefront OBJ and MTL in a ZIP archive) as shapes and how they look."""

from __future__ import annotations

import posixpath
import zipfile
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from sgnet_model.scenes.furniture_package import Entry
from sgnet_model.scenes.shapes import Shape

Float = NDArray[np.float32]
TEXTURE = 256  # pixels: larger ones are reduced
CREASE = 0.7  # cosine: faces that meet at more than 45 degrees keep their edge


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """A material of the file: linear reflectance, 0..1; `texture` (h, w, 3) float32 or None."""

    colour: tuple[float, float, float]
    gloss: float
    opaque: float
    texture: Float | None


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """What is of one material, inside the cube [-0.5, 0.5]^3 of the whole model."""

    shape: Shape
    look: Look


@lru_cache(maxsize=400)
def pieces(entry: Entry) -> tuple[Piece, ...]:
    """The model's pieces: x to the right, y to the front, z up. Empty for a file without faces."""
    with zipfile.ZipFile(entry.archive) as packed:
        text = packed.read(entry.path).decode("latin-1")
        looks = _looks(packed, entry, text)
    points, texture, faces = _parsed(text)
    if not faces:
        return ()
    turned = points @ np.array(entry.turn).reshape(3, 3).T
    points = np.stack([-turned[:, 0], turned[:, 2], turned[:, 1]], 1)  # y was up, z the front
    used = np.unique(np.concatenate([corners[:, 0] for corners in faces.values()]).ravel())
    low, high = points[used].min(0), points[used].max(0)
    points = (points - (low + high) / 2) / np.maximum(high - low, 1e-6)
    smooth = _smooth(points, faces)
    plain = Look((0.5, 0.5, 0.5), 0.0, 1.0, None)
    return tuple(
        Piece(_shape(points, texture, corners, smooth), looks.get(name, plain))
        for name, corners in faces.items()
    )


def _parsed(text: str) -> tuple[NDArray[np.float64], Float, dict[str, NDArray[np.int64]]]:
    """Points (P, 3), texture coordinates (Q, 2), and by material (T, 2, 3) corners: the numbers of
    the point and of the texture coordinate (-1: none).
    """
    points: list[str] = []
    texture: list[str] = []
    faces: dict[str, list[str]] = {}
    current = faces.setdefault("", [])
    for line in text.splitlines():
        if line.startswith("v "):
            points.append(line[2:])
        elif line.startswith("f "):
            current.append(line[2:])
        elif line.startswith("vt "):
            texture.append(line[3:])
        elif line.startswith("usemtl"):
            current = faces.setdefault(line[6:].strip(), [])
    corners = {name: _triangles(lines) for name, lines in faces.items() if lines}
    return _rows(points, 3), _rows(texture or ["0 0"], 2).astype(np.float32), corners


def _rows(lines: list[str], columns: int) -> NDArray[np.float64]:
    """(n, columns): the first numbers of each line."""
    values = np.fromstring(" ".join(lines), sep=" ")
    return np.asarray(values.reshape(len(lines), -1)[:, :columns])


def _triangles(lines: list[str]) -> NDArray[np.int64]:
    """(T, 2, 3) from faces of any number of corners, each "point", "point/texture", "point//normal"
    or "point/texture/normal", numbered from 1.
    """
    alike: dict[tuple[int, int], list[str]] = {}
    for line in lines:
        words = line.split()
        alike.setdefault((len(words), words[0].count("/")), []).append(line)
    fans = []
    for (count, slashes), group in alike.items():
        text = " ".join(group).replace("//", "/0/").replace("/", " ")
        values = np.fromstring(text, dtype=np.int64, sep=" ").reshape(-1, count, slashes + 1) - 1
        texture = values[..., 1] if slashes else np.full(values.shape[:2], -1)
        both = np.stack([values[..., 0], texture], 1)  # face, which, corner
        fans += [both[..., [0, k, k + 1]] for k in range(1, count - 1)]
    return np.concatenate(fans)


def _face_normals(points: NDArray[np.float64], index: NDArray[np.int64]) -> NDArray[np.float64]:
    """(T, 3), as long as twice the face's area."""
    a, b, c = (points[index[:, k]] for k in range(3))
    return np.cross(b - a, c - a)


def _smooth(
    points: NDArray[np.float64], faces: dict[str, NDArray[np.int64]]
) -> NDArray[np.float64]:
    """(P, 3) unit normals at the points, over all faces that meet there."""
    total = np.zeros_like(points)
    for corners in faces.values():
        normal = _face_normals(points, corners[:, 0])
        for k in range(3):
            np.add.at(total, corners[:, 0, k], normal)
    return np.asarray(total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-12))


def _shape(
    points: NDArray[np.float64],
    texture: Float,
    corners: NDArray[np.int64],
    smooth: NDArray[np.float64],
) -> Shape:
    """Three vertices a triangle; rounded where the faces meet flatly, sharp elsewhere."""
    index = corners[:, 0]
    face = _face_normals(points, index)
    face /= np.maximum(np.linalg.norm(face, axis=1, keepdims=True), 1e-12)
    at_corner = smooth[index]
    flat = (at_corner * face[:, None]).sum(-1, keepdims=True) > CREASE
    normals = np.where(flat, at_corner, face[:, None])
    uv = texture[np.clip(corners[:, 1], 0, len(texture) - 1)]
    return Shape(
        points[index].reshape(-1, 3).astype(np.float32),
        normals.reshape(-1, 3).astype(np.float32),
        np.arange(index.size, dtype=np.int32).reshape(-1, 3),
        uv.reshape(-1, 2).astype(np.float32),
    )


def _looks(packed: zipfile.ZipFile, entry: Entry, text: str) -> dict[str, Look]:
    """By name, from the material files that the model names."""
    folder, names = posixpath.dirname(entry.path), set(packed.namelist())
    found: dict[str, Look] = {}
    for line in text.splitlines():
        if line.startswith("mtllib"):
            path = posixpath.join(folder, line.split(maxsplit=1)[1].strip())
            if path in names:
                found |= _library(packed, names, path)
    return found


def _library(packed: zipfile.ZipFile, names: set[str], path: str) -> dict[str, Look]:
    materials: dict[str, dict[str, str]] = {}
    current: dict[str, str] = {}
    for line in packed.read(path).decode("latin-1").splitlines():
        words = line.split(maxsplit=1)
        if len(words) < 2:
            continue
        if words[0] == "newmtl":
            current = materials.setdefault(words[1].strip(), {})
        else:
            current[words[0]] = words[1].strip()
    folder = posixpath.dirname(path)
    return {name: _look(packed, names, folder, each) for name, each in materials.items()}


def _look(packed: zipfile.ZipFile, names: set[str], folder: str, each: dict[str, str]) -> Look:
    colour = _linear(_triple(each.get("Kd", "0.6 0.6 0.6")))
    shine = float(np.mean(_triple(each.get("Ks", "0 0 0"))))
    gloss = min(0.9, shine) if float(each.get("Ns", "0").split()[0]) > 1 else 0.0
    opaque = float(each.get("d", "1").split()[-1])
    path = posixpath.join(folder, each.get("map_Kd", "").split(" ")[-1])
    texture = _texture(packed.read(path)) if "map_Kd" in each and path in names else None
    return Look((float(colour[0]), float(colour[1]), float(colour[2])), gloss, opaque, texture)


def _triple(text: str) -> NDArray[np.float64]:
    values = [float(word) for word in text.split()[:3]]
    return np.array(values if len(values) == 3 else values[:1] * 3)


def _linear(srgb: NDArray[np.floating]) -> Float:
    return np.asarray(np.clip(srgb, 0, 1) ** 2.2 * 0.9, np.float32)


def _texture(data: bytes) -> Float | None:
    """(h, w, 3) float32 linear reflectance, at most `TEXTURE` a side; None for no picture."""
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    if image is None:
        return None
    factor = TEXTURE / max(image.shape[:2])
    if factor < 1:
        size = (max(1, round(image.shape[1] * factor)), max(1, round(image.shape[0] * factor)))
        image = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    return _linear(image[..., ::-1].astype(np.float32) / np.float32(255))
