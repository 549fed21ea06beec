"""What the kernels are written in: addresses, the next row, sixteen channels at once, exp."""
# mypy: disable-error-code="no-untyped-call, untyped-decorator, no-untyped-def, misc"

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

FAST = {"contract", "nsz"}  # multiply-adds; NaN and infinity keep their meaning
LANES = 16
helper = njit(fastmath=FAST, error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True)
_LOG2_E, _LN_2_HIGH, _LN_2_LOW = 1.44269504, 0.693359375, -2.12194440e-4


@intrinsic
def pointer_to(typing: Any, address: Any):  # noqa: ARG001
    """An address as a pointer."""

    def code(context, builder, signature, arguments):  # noqa: ARG001
        return builder.inttoptr(arguments[0], ir.IntType(8).as_pointer())

    return types.voidptr(types.int64), code


@intrinsic
def next_row(typing: Any, header: Any):  # noqa: ARG001
    """The header's first entry, and one more for the next thread that asks."""

    def code(context, builder, signature, arguments):  # noqa: ARG001
        one = ir.Constant(ir.IntType(64), 1)
        return builder.atomic_rmw("add", arguments[0], one, "monotonic")

    return types.int64(types.CPointer(types.int64)), code


@intrinsic
def blend(typing: Any, out: Any, at: Any, table: Any, rows: Any, weights: Any):  # noqa: ARG001
    """out[at : at + 16] = the sum over four rows of weights[i] * table[rows[i] : rows[i] + 16].

    `out` and `table`: flat arrays of one type, float32 or bfloat16 (as uint16), which is rounded to
    nearest even. The sum is float32. Vectors are named here because compilers see them seldom.
    """

    def code(context, builder, signature, arguments):
        out, at, table, rows, weights = arguments
        half = signature.args[2].dtype == types.uint16
        total = _weighted(context, builder, signature.args[2], (table, rows, weights))
        total = _rounded(builder, total) if half else total
        builder.store(total, _at(context, builder, signature.args[0], out, at), align=2)

    return types.void(out, at, table, rows, weights), code


@helper
def exp(x):
    """e^x in float32 to 2 units in the last place, for x between -87 and 88."""
    whole = np.floor(x * np.float32(_LOG2_E) + np.float32(0.5))
    r = x - whole * np.float32(_LN_2_HIGH) - whole * np.float32(_LN_2_LOW)  # |r| <= ln 2 / 2
    series = np.float32(1 / 720)
    series = series * r + np.float32(1 / 120)
    series = series * r + np.float32(1 / 24)
    series = series * r + np.float32(1 / 6)
    series = series * r + np.float32(0.5)
    series = series * r * r + r + np.float32(1)
    return series * np.uint32((np.int32(whole) + np.int32(127)) << np.int32(23)).view(np.float32)


_CONTRACT = ("contract",)  # a product and a sum may become one instruction
_FLOATS = ir.VectorType(ir.FloatType(), LANES)
_WORDS = ir.VectorType(ir.IntType(32), LANES)
_HALVES = ir.VectorType(ir.IntType(16), LANES)


def _at(context, builder, array_type, array, index):
    """A pointer to sixteen elements of a flat array."""
    data = context.make_array(array_type)(context, builder, array).data
    vector = _HALVES if array_type.dtype == types.uint16 else _FLOATS
    return builder.bitcast(builder.gep(data, [index]), vector.as_pointer())


def _weighted(context, builder, table_type, operands):
    """The sum of the four weighted rows, as one vector of float32."""
    table, rows, weights = operands
    total = None
    for i in range(4):
        weight = _spread(builder, builder.extract_value(weights, i))
        pointer = _at(context, builder, table_type, table, builder.extract_value(rows, i))
        row = builder.load(pointer, align=2)
        row = _widened(builder, row) if table_type.dtype == types.uint16 else row
        product = builder.fmul(weight, row, flags=_CONTRACT)
        total = product if total is None else builder.fadd(total, product, flags=_CONTRACT)
    return total


def _spread(builder, scalar):
    first = builder.insert_element(ir.Constant(_FLOATS, ir.Undefined), scalar, ir.IntType(32)(0))
    nowhere = ir.Constant(_FLOATS, ir.Undefined)
    return builder.shuffle_vector(first, nowhere, ir.Constant(_WORDS, [0] * LANES))


def _widened(builder, halves):
    """bfloat16 is the upper half of float32."""
    return builder.bitcast(builder.shl(builder.zext(halves, _WORDS), _words(16)), _FLOATS)


def _rounded(builder, floats):
    """To bfloat16, nearest even."""
    bits = builder.bitcast(floats, _WORDS)
    odd = builder.and_(builder.lshr(bits, _words(16)), _words(1))
    bits = builder.add(builder.add(bits, _words(0x7FFF)), odd)
    return builder.trunc(builder.lshr(bits, _words(16)), _HALVES)


def _words(value):
    return ir.Constant(_WORDS, [value] * LANES)
