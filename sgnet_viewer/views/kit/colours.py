"""The colours of the window by purpose, dark and light."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Colours:
    """Colours by purpose, as "#rrggbb"."""

    window: str
    panel: str
    raised: str
    hover: str
    border: str
    text: str
    muted: str
    disabled: str
    accent: str
    on_accent: str
    canvas: str  # behind the picture
    info: str
    warning: str
    error: str


DARK = Colours(
    window="#15181c",
    panel="#1b1f24",
    raised="#262c33",
    hover="#303841",
    border="#343c45",
    text="#e6eaee",
    muted="#9da8b3",
    disabled="#5f6973",
    accent="#5aa7f7",
    on_accent="#0b1118",
    canvas="#0d0f12",
    info="#5aa7f7",
    warning="#f2b84b",
    error="#ff7b72",
)
LIGHT = Colours(
    window="#eef0f3",
    panel="#ffffff",
    raised="#f3f5f7",
    hover="#e3e8ed",
    border="#c9d0d7",
    text="#1a2129",
    muted="#56616d",
    disabled="#9aa3ac",
    accent="#0a62c4",
    on_accent="#ffffff",
    canvas="#d5d9de",
    info="#0a62c4",
    warning="#8a5a00",
    error="#b3261e",
)
