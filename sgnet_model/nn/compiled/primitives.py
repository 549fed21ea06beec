"""What the kernels are written in: memory, the next row, sixteen channels at once, exp."""
# mypy: disable-error-code="no-untyped-call, untyped-decorator, no-untyped-def, misc"

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

from .layout import LANES

FAST = {"contract", "nsz"}  # multiply-adds; NaN and infinity keep their meaning
_UPPER, _NAN = 0xFFFF0000, 0x7FC00000
helper = njit(fastmath=FAST, error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True)
_LOG2_E, _LN_2_HIGH, _LN_2_LOW = 1.44269504, 0.693359375, -2.12194440e-4


@intrinsic
def pointer_to(typing: Any, address: Any):  # noqa: ARG001
    """An address as a pointer."""

    def code(context, builder, signature, arguments):  # noqa: ARG001
        return builder.inttoptr(arguments[0], ir.IntType(8).as_pointer())

    return types.voidptr(types.int64), code


@intrinsic
def acquire(typing: Any, size: Any):  # noqa: ARG001
    """The address of so many bytes of memory, until they are released.

    NumPy's arrays would do, but for numba's runtime, which they need wherever a kernel is loaded.
    """

    def code(context, builder, signature, arguments):  # noqa: ARG001
        kind = ir.FunctionType(ir.IntType(8).as_pointer(), [ir.IntType(64)])
        malloc = cgutils.get_or_insert_function(builder.module, kind, "malloc")
        return builder.ptrtoint(builder.call(malloc, arguments), ir.IntType(64))

    return types.int64(types.int64), code


@intrinsic
def release(typing: Any, address: Any):  # noqa: ARG001
    """What was acquired."""

    def code(context, builder, signature, arguments):  # noqa: ARG001
        pointer = ir.IntType(8).as_pointer()
        kind = ir.FunctionType(ir.VoidType(), [pointer])
        free = cgutils.get_or_insert_function(builder.module, kind, "free")
        builder.call(free, [builder.inttoptr(arguments[0], pointer)])
        return context.get_dummy_value()

    return types.void(types.int64), code


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

    `out` and `table`: flat arrays of one type, float32, uint8 or bfloat16 (as uint16), the last two
    rounded to nearest. The sum is float32; of bytes it must lie within 0..255, and NaN becomes any
    byte. Vectors are named here because compilers see them seldom.
    """
    return types.void(out, at, table, rows, weights), _blended(LANES)


@intrinsic
def blend_two(typing: Any, out: Any, at: Any, table: Any, rows: Any, weights: Any):  # noqa: ARG001
    """Twice as many channels of bfloat16: a vector as it is read is half as wide as its sums."""
    return types.void(out, at, table, rows, weights), _blended(2 * LANES)


@intrinsic
def add_blend(typing: Any, out: Any, at: Any, table: Any, rows: Any, weights: Any):  # noqa: ARG001
    """out[at : at + 16] += the sum of `blend`; `out`: float32, whatever the table is."""

    def code(context, builder, signature, arguments):
        out, at, *operands = arguments
        (total,) = _weighted(context, builder, signature.args[2], operands, _in_order)
        pointer = place_of(context, builder, signature.args[0], out, at)
        before = builder.load(pointer, align=4)
        builder.store(builder.fadd(before, total, flags=CONTRACT), pointer, align=4)

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


CONTRACT = ("contract",)  # a product and a sum may become one instruction
FLOATS = ir.VectorType(ir.FloatType(), LANES)
_WORDS = ir.VectorType(ir.IntType(32), LANES)
_HALVES = ir.VectorType(ir.IntType(16), LANES)
_BYTES = ir.VectorType(ir.IntType(8), LANES)


def _blended(count):
    """What compiles a `blend` of so many channels."""

    def code(context, builder, signature, arguments):
        out, at, *operands = arguments
        half = signature.args[2].dtype == types.uint16
        read = partial(_even_and_odd, count) if half else _in_order
        sums = _weighted(context, builder, signature.args[2], operands, read)
        total = _rounded(builder, sums) if half else sums[0]
        if signature.args[2].dtype == types.uint8:
            total = _as_bytes(builder, total)
        pointer = place_of(context, builder, signature.args[0], out, at)
        builder.store(total, builder.bitcast(pointer, total.type.as_pointer()), align=1)

    return code


def place_of(context, builder, array_type, array, index):
    """A pointer to sixteen elements of a flat array."""
    data = context.make_array(array_type)(context, builder, array).data
    vector = {types.uint16: _HALVES, types.uint8: _BYTES}.get(array_type.dtype, FLOATS)
    return builder.bitcast(builder.gep(data, [index]), vector.as_pointer())


def _weighted(context, builder, table_type, operands, read):
    """The sums of the four weighted rows, in the vectors of float32 that they are read as."""
    table, rows, weights = operands
    totals = None
    for i in range(4):
        pointer = place_of(context, builder, table_type, table, _item(builder, rows, i))
        parts = read(builder, pointer)
        weight = filled(builder, _item(builder, weights, i), parts[0].type)
        products = [builder.fmul(weight, part, flags=CONTRACT) for part in parts]
        totals = (
            [
                builder.fadd(total, product, flags=CONTRACT)
                for total, product in zip(totals, products, strict=True)
            ]
            if totals
            else products
        )
    return totals


def _item(builder, values, index):
    return builder.extract_value(values, index)


def _in_order(builder, pointer):
    """Sixteen channels as one vector."""
    row = builder.load(pointer, align=1)
    if row.type == _BYTES:
        return [builder.uitofp(builder.zext(row, _WORDS), FLOATS)]
    return [widened(builder, row) if row.type == _HALVES else row]


def _even_and_odd(count, builder, pointer):
    """Channels of bfloat16 as two vectors. A word holds two, each the upper half of a float32: no
    element changes its place."""
    words, floats = _vectors(count // 2)
    both = builder.load(builder.bitcast(pointer, words.as_pointer()), align=2)
    even, odd = builder.shl(both, _all(words, 16)), builder.and_(both, _all(words, _UPPER))
    return [builder.bitcast(one, floats) for one in (even, odd)]


def _vectors(count):
    return ir.VectorType(ir.IntType(32), count), ir.VectorType(ir.FloatType(), count)


def filled(builder, scalar, vector=FLOATS):
    """A vector of one number."""
    nowhere = ir.Constant(vector, ir.Undefined)
    first = builder.insert_element(nowhere, scalar, ir.IntType(32)(0))
    return builder.shuffle_vector(first, nowhere, _all(_vectors(vector.count)[0], 0))


def widened(builder, halves):
    """bfloat16 is the upper half of float32."""
    return builder.bitcast(builder.shl(builder.zext(halves, _WORDS), _all(_WORDS, 16)), FLOATS)


def _rounded(builder, parts):
    """Even and odd channels to bfloat16, nearest even, side by side again."""
    words, _ = _vectors(parts[0].type.count)
    even, odd = (_nearest(builder, part, words) for part in parts)
    even = builder.lshr(even, _all(words, 16))
    return builder.or_(even, builder.and_(odd, _all(words, _UPPER)))


def _nearest(builder, floats, words):
    """Half a unit of what stays is added; the upper halves are then the rounded ones. NaN, to which
    nothing may be added, is one and the same."""
    bits = builder.bitcast(floats, words)
    odd = builder.and_(builder.lshr(bits, _all(words, 16)), _all(words, 1))
    nearest = builder.add(builder.add(bits, _all(words, 0x7FFF)), odd)
    return builder.select(builder.fcmp_unordered("uno", floats, floats), _all(words, _NAN), nearest)


def _as_bytes(builder, floats):
    """The nearest whole numbers, of halves the upper."""
    raised = builder.fadd(floats, ir.Constant(FLOATS, [0.5] * LANES))
    return builder.trunc(builder.fptosi(raised, _WORDS), _BYTES)


def _all(vector, value):
    return ir.Constant(vector, [value] * vector.count)
