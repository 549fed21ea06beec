"""Whether tensors have memory that a kernel may read behind PyTorch's back."""

from __future__ import annotations

import torch
from torch import Tensor, nn

# Who looks on, each a function that answers 0 or False where nobody does. They are torch's own and
# may go: without one, what it would have seen is not seen, and everything else works.
_WATCHERS = tuple(
    getattr(home, name)
    for home, name in (
        (torch._C, "_len_torch_dispatch_stack"),
        (torch._C, "_are_functorch_transforms_active"),
        (torch._C, "_is_tracing"),
        (torch._ops, "_len_torch_dispatch_stack_pre_dispatch"),
    )
    if hasattr(home, name)
)
_PLAIN = (Tensor, nn.Parameter)  # not what derives from them: that may have no memory


def readable(*tensors: Tensor) -> bool:
    """No where a compiler, a tracer or a transform looks on: to it nothing would compute the
    result. About a microsecond."""
    return not _is_watched() and all(type(one) in _PLAIN for one in tensors)


def addresses(*tensors: Tensor) -> list[int]:
    """Of their first elements, 0 of a tensor without any. RuntimeError where a kernel must not read
    there."""
    if readable(*tensors):
        found = [one.data_ptr() for one in tensors]
        if all(at or not one.numel() for at, one in zip(found, tensors, strict=True)):
            return found
    raise RuntimeError(
        "Compiled kernels need tensors with memory, outside of tracing: sample with "
        "implementation='gather' or 'grid' there."
    )


def _is_watched() -> bool:
    # A compiler first: it cannot ask the others.
    return torch.compiler.is_compiling() or any(watch() for watch in _WATCHERS)
