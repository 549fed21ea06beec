"""Colour pictures and stored depth, brought to the shapes the rest of the program expects."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sgnet_model.types import FloatArray, UInt8Array, UserError

from .decode import decode
from .packed_depth import unpacked_depth

UNIT_FLOATS_UP_TO = 2.0  # what 99 of 100 floats of 0..1 stay below
OVERSHOOT = 1.2  # of floats of 0..255
DEPTHS = (10, 12, 14, 16)  # bits of a colour, by the largest value


def read_rgb(path: Path) -> tuple[UInt8Array, tuple[str, ...]]:
    """(H, W, 3) uint8 RGB, and sentences on what was changed to get there.

    Grey is repeated, alpha left out, 10 to 16 bits (by the largest value) scaled to 8, floats
    scaled as 0..1 or 0..255 by their largest value; EXR, which is linear light, goes through the
    sRGB curve. The pixels lie as stored, whatever a rotation tag says. Raises UserError.
    """
    stored = _channels_last(decode(path))
    if stored.ndim == 3 and stored.shape[2] not in (1, 2, 3, 4):
        raise UserError(
            f"{path.name} has {stored.shape[2]} channels: colour has three, and grey has one."
        )
    notes = []
    if stored.ndim == 3 and stored.shape[2] in (2, 4):
        stored = stored[..., :-1]
        notes.append(f"The transparency of {path.name} was left out.")
    if stored.ndim == 2 or stored.shape[2] == 1:
        stored = np.repeat(
            stored.reshape(*stored.shape[:2], 1), 3, axis=2
        )  # (H, W, 1) -> (H, W, 3)
        notes.append(f"{path.name} is grey: the network was made for colour.")
    picture, note = _to_8_bit(stored, path)
    return np.ascontiguousarray(picture), (*notes, *note)


def read_depth(path: Path) -> NDArray[Any]:
    """(H, W) depth as stored: any integer or float, no unit applied. Raises UserError.

    See `read_stored_depth`.
    """
    return read_stored_depth(path)[0]


def read_stored_depth(path: Path) -> tuple[NDArray[Any], str]:
    """(H, W) depth as stored, and a sentence where the file holds more than one plane.

    Equal channels count as one, alpha is left out, and floats that a simulator packed into the
    bytes of a colour picture are metres. Raises UserError for other files of several planes.
    """
    stored = _channels_last(decode(path, "depth"))
    if stored.ndim == 2:
        return stored, ""
    planes = stored.shape[2]
    packed = unpacked_depth(stored)
    if packed is not None:
        return packed.metres, f"{path.name} {packed.said}."
    said = f"The transparency of {path.name} was left out." if planes in (2, 4) else ""
    kept = stored[..., :-1] if said else stored
    first = kept[..., 0]
    if planes > 4 or not bool((kept == first[..., None]).all()):
        raise UserError(
            f"{path.name} has {planes} differing channels: depth has one, and a coloured depth map "
            "or an HHA picture cannot be turned back into metres."
        )
    return np.ascontiguousarray(first), said


def _channels_last(stored: NDArray[Any]) -> NDArray[Any]:
    """(3, H, W) and (1, H, W), as arrays are often saved, become (H, W, 3) and (H, W)."""
    if stored.ndim == 3 and stored.shape[0] in (1, 3) and stored.shape[2] > 4:
        stored = np.moveaxis(stored, 0, -1)
    return stored[..., 0] if stored.ndim == 3 and stored.shape[2] == 1 else stored


def _to_8_bit(stored: NDArray[Any], path: Path) -> tuple[UInt8Array, tuple[str, ...]]:
    if stored.dtype == np.uint8:
        return stored, ()
    if stored.dtype == np.bool_:
        return stored.astype(np.uint8) * 255, ()
    if stored.dtype.kind not in "uif":
        raise UserError(f"{path.name} holds {stored.dtype} values: colours must be numbers.")
    values = np.nan_to_num(stored.astype(np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    top = float(values.max())
    if path.suffix.lower() == ".exr":
        return _bytes(_srgb(values) * 255), (f"{path.name} is linear light, shown through sRGB.",)
    if stored.dtype.kind == "f" and _is_of_unit(values, top):
        said = f"{path.name} holds colours up to {top:.4g}: what is above 1 was cut off."
        return _bytes(values * 255), (said,) if top > 1 else ()
    if top <= 255 or (stored.dtype.kind == "f" and top <= 255 * OVERSHOOT):
        return _bytes(values), ()
    bits = next((bits for bits in DEPTHS if top <= 2**bits - 1), 0)
    if not bits:
        raise UserError(
            f"{path.name} holds colours up to {top:.6g}: 0..1, 0..255 or 0..65535 was expected."
        )
    return _bytes(values * (255 / (2**bits - 1))), (_said_bits(path, bits, top),)


def _is_of_unit(values: FloatArray, top: float) -> bool:
    """Whether floats are of 0..1, whatever resizing or a lamp puts above; of 0..255 with so little
    they would be black."""
    return top <= 1 or float(np.percentile(values[::4, ::4], 99)) <= UNIT_FLOATS_UP_TO


def _said_bits(path: Path, bits: int, top: float) -> str:
    if bits == DEPTHS[-1]:
        return f"{path.name} has 16 bits a colour: 8 are used."
    return (
        f"{path.name} holds colours up to {top:.6g}, so they were read as {bits} bits in 16 and "
        "scaled to 8."
    )


def _srgb(linear: FloatArray) -> FloatArray:
    """The transfer curve of IEC 61966-2-1, for values clipped to 0..1."""
    x = np.clip(linear, 0, 1)
    encoded = np.where(x <= 0.0031308, 12.92 * x, 1.055 * np.power(x, 1 / 2.4) - 0.055)
    return encoded.astype(np.float32)


def _bytes(values: NDArray[np.floating[Any]]) -> UInt8Array:
    rounded: UInt8Array = np.rint(np.clip(values, 0, 255)).astype(np.uint8)
    return rounded
