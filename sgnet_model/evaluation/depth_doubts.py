"""What may be wrong with a frame though it can be read: its unit of depth above all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sgnet_model.data.pair_depth import PLAUSIBLE_MEDIAN_M
from sgnet_model.types import Frame, Origin, UserError


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to know of a frame that was scored."""

    frame: str
    text: str


def check_guessed_depth(frame: Frame) -> None:
    """Raises UserError where the depth's unit was guessed, and puts the frame nowhere near a room.

    A unit that the user or the data set gives is believed.
    """
    info = frame.depth_info
    if info is None or info.origin is not Origin.GUESS:
        return
    low, high = PLAUSIBLE_MEDIAN_M
    if not low <= info.median_m <= high:
        raise UserError(
            f"Its depth, guessed to be in {info.unit}, has a median of {info.median_m:.3g} m: give "
            "the unit with --depth-unit."
        )


def guessed_unit(frame: Frame) -> str | None:
    """The unit of its depth, where it was guessed."""
    info = frame.depth_info
    return info.unit if info is not None and info.origin is Origin.GUESS else None


def odd_units(units: Mapping[str, Sequence[str]]) -> tuple[Remark, ...]:
    """`units`: guessed unit -> frames. A remark on each frame that was read unlike most others."""
    if len(units) < 2:
        return ()
    usual = max(units, key=lambda unit: len(units[unit]))
    return tuple(
        Remark(
            frame,
            f"Its depth was guessed to be in {unit}, that of {len(units[usual])} frames in {usual}:"
            " give the unit with --depth-unit.",
        )
        for unit, frames in units.items()
        if unit != usual
        for frame in frames
    )
