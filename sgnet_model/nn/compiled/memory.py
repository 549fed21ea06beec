"""Whether tensors have memory that a kernel may read behind PyTorch's back."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch._ops import _len_torch_dispatch_stack_pre_dispatch

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
    return bool(
        torch.compiler.is_compiling()  # first: a compiler cannot ask the others
        or torch._C._len_torch_dispatch_stack()
        or torch._C._are_functorch_transforms_active()
        or torch._C._is_tracing()
        or _len_torch_dispatch_stack_pre_dispatch()  # type: ignore[no-untyped-call]
    )
