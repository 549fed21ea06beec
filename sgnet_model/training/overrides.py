"""Settings from words: "learning_rate=1e-3", "augment.flip=0"."""

from __future__ import annotations

import types
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass, replace
from difflib import get_close_matches
from typing import Any, Literal, get_args, get_origin, get_type_hints

from sgnet_model.types import UserError

from .settings import AugmentSettings, TrainSettings

_YES, _NO = ("true", "yes", "on", "1"), ("false", "no", "off", "0")
Value = Any  # of the setting's own type


def setting_types() -> dict[str, Any]:
    """Every setting by the name `parse_setting` knows ("augment.flip") with its type."""
    return dict(_walk(TrainSettings, ""))


def parse_setting(text: str) -> tuple[str, Value]:
    """("augment.flip", 0.0) from "augment.flip=0".

    Numbers as Python writes them; true or false; a pair as "480x640" or "0.5,2.25". UserError for
    an unknown name or a value of another type.
    """
    name, equals, word = (part.strip() for part in text.partition("="))
    if not equals or not word:
        raise UserError(f"The setting {text!r} has no value: write NAME=VALUE, like batch=4.")
    known = setting_types()
    name = name.replace("-", "_")
    if name not in known:
        near = get_close_matches(name, known, 1)
        hint = f"{near[0]} may be meant." if near else "--list-settings tells them."
        raise UserError(f"There is no setting called {name!r}: {hint}")
    try:
        return name, _value(word, known[name])
    except ValueError:
        raise UserError(f"{name} cannot be {word!r}: give {_wanted(known[name])}.") from None


def with_settings(settings: TrainSettings, values: Iterable[tuple[str, Value]]) -> TrainSettings:
    """The settings with some replaced; UserError where a value is out of its range."""
    for name, value in values:
        inner = name.removeprefix("augment.")
        if inner != name:
            value, name = replace(settings.augment, **{inner: value}), "augment"
        settings = replace(settings, **{name: value})
    return settings


def _walk(kind: type[Any], prefix: str) -> Iterator[tuple[str, Any]]:
    hints = get_type_hints(kind)
    for field in fields(kind):
        inner = hints[field.name]
        if is_dataclass(inner):
            assert inner is AugmentSettings  # the only one inside another
            yield from _walk(inner, f"{field.name}.")
        else:
            yield prefix + field.name, inner


def _value(word: str, kind: Any) -> Value:
    """`word` as `kind`; ValueError where it is none."""
    if kind is bool:
        if word.lower() not in _YES + _NO:
            raise ValueError(word)
        return word.lower() in _YES
    if get_origin(kind) is Literal:
        if word not in get_args(kind):
            raise ValueError(word)
        return word
    if isinstance(kind, types.GenericAlias):  # a pair
        parts = word.replace("x", ",").split(",")
        inner = get_args(kind)
        if len(parts) != len(inner):
            raise ValueError(word)
        return tuple(one(part) for one, part in zip(inner, parts, strict=True))
    return kind(word)


def _wanted(kind: Any) -> str:
    if get_origin(kind) is Literal:
        return " or ".join(get_args(kind))
    if isinstance(kind, types.GenericAlias):
        return "two numbers like " + ("480x640" if get_args(kind)[0] is int else "0.5,2.25")
    return {bool: "true or false", int: "a whole number"}.get(kind, "a number")
