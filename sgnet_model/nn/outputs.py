"""Outputs that torch knows as containers of tensors: for export, and for what maps over them."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, TypeVar

from torch.utils import _pytree as pytree

Output = TypeVar("Output", bound=type)


def known_to_torch(kind: Output) -> Output:
    """A decorator for dataclasses: their fields are what they contain.

    As `torch.export.register_dataclass`, whose home takes a second to import with older versions.
    """
    names = [field.name for field in fields(kind)]

    def taken_apart(output: Any) -> tuple[list[Any], None]:
        return [getattr(output, name) for name in names], None

    def with_keys(output: Any) -> tuple[list[tuple[Any, Any]], None]:
        return [(pytree.GetAttrKey(name), getattr(output, name)) for name in names], None

    pytree.register_pytree_node(
        kind,
        taken_apart,
        lambda values, _: kind(*values),
        serialized_type_name=f"{kind.__module__}.{kind.__qualname__}",
        flatten_with_keys_fn=with_keys,
    )
    return kind
