"""Loops over the channels of one tap, sixteen at once: its gradient multiplied and spread.

Vectors and their loops are written out here because compilers see them seldom.
"""
# mypy: disable-error-code="no-untyped-call, untyped-decorator, no-untyped-def, misc"

from __future__ import annotations

from contextlib import contextmanager
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from .layout import LANES
from .primitives import CONTRACT, FLOATS, filled, place_of, widened

_SUMMED = f"llvm.vector.reduce.fadd.v{LANES}f32"
_ANY_ORDER = ("reassoc", "contract")  # the same order in every call


@intrinsic
def products(typing: Any, table: Any, four: Any, grad: Any, at: Any, count: Any):  # noqa: ARG001
    """Four sums over c < `count` of table[four[i] + c] * grad[at + c], in float32.

    `table` and `grad`: flat arrays of one type, float32 or bfloat16 (as uint16). The others: int64.
    """

    def code(context, builder, signature, arguments):
        table, four, grad, at, count = arguments
        of_table, _, of_grad, *_ = signature.args
        zeros = ir.Constant(FLOATS, None)
        totals = [cgutils.alloca_once_value(builder, zeros) for _ in range(4)]
        with _sixteens(builder, count) as c:
            near = _loaded(context, builder, of_grad, grad, builder.add(at, c))
            for i, total in enumerate(totals):
                start = builder.add(builder.extract_value(four, i), c)
                row = _loaded(context, builder, of_table, table, start)
                builder.store(_multiply_add(builder, row, near, builder.load(total)), total)
        sums = [_sum(builder, builder.load(total)) for total in totals]
        return context.make_tuple(builder, signature.return_type, sums)

    return types.UniTuple(types.float32, 4)(table, four, grad, at, count), code


@intrinsic
def spread(typing: Any, into: Any, four: Any, of: Any, grad: Any, at: Any, count: Any):  # noqa: ARG001
    """into[four[i] + c] += of[i] * grad[at + c] for c < `count`, i = 0..3 in turn: some may be one.

    `into`: a flat array of float32. `grad`: float32 or bfloat16 (as uint16). `of`: four float32.
    """

    def code(context, builder, signature, arguments):
        into, four, of, grad, at, count = arguments
        of_into, _, _, of_grad, *_ = signature.args
        weights = [filled(builder, builder.extract_value(of, i)) for i in range(4)]
        with _sixteens(builder, count) as c:
            near = _loaded(context, builder, of_grad, grad, builder.add(at, c))
            for i, weight in enumerate(weights):
                start = builder.add(builder.extract_value(four, i), c)
                pointer = place_of(context, builder, of_into, into, start)
                before = builder.load(pointer, align=4)
                builder.store(_multiply_add(builder, weight, near, before), pointer, align=4)
        return context.get_dummy_value()

    return types.void(into, four, of, grad, at, count), code


@contextmanager
def _sixteens(builder, count):
    """A loop over 0, 16, ... below `count`."""
    start, step = ir.Constant(count.type, 0), ir.Constant(count.type, LANES)
    with cgutils.for_range_slice(builder, start, count, step, count.type) as (index, _):
        yield index


def _loaded(context, builder, array_type, array, index):
    """Sixteen elements of a flat array, as float32."""
    vector = builder.load(place_of(context, builder, array_type, array, index), align=2)
    return widened(builder, vector) if array_type.dtype == types.uint16 else vector


def _multiply_add(builder, one, other, total):
    product = builder.fmul(one, other, flags=CONTRACT)
    return builder.fadd(total, product, flags=CONTRACT)


def _sum(builder, vector):
    signature = ir.FunctionType(ir.FloatType(), [ir.FloatType(), FLOATS])
    function = cgutils.get_or_insert_function(builder.module, signature, _SUMMED)
    zero = ir.Constant(ir.FloatType(), 0.0)
    return builder.call(function, [zero, vector], fastmath=_ANY_ORDER)
