"""torch's own modules as ONNX nodes."""

from __future__ import annotations

from dataclasses import replace
from functools import singledispatch

from torch import Tensor, nn

from sgnet_model.types import UserError

from .graph import Graph, Value


@singledispatch
def emit(module: nn.Module, graph: Graph, x: Value, name: str) -> Value:  # noqa: ARG001
    """The nodes of `module`, applied to `x`; names start with `name`, its path in the network."""
    raise no_counterpart(module, name)


@emit.register
def _(module: nn.Sequential, graph: Graph, x: Value, name: str) -> Value:
    for key, child in module.named_children():
        x = emit(child, graph, x, f"{name}.{key}")
    return x


@emit.register(nn.Identity)
@emit.register(nn.Dropout2d)  # acts in training only
def _(module: nn.Module, graph: Graph, x: Value, name: str) -> Value:  # noqa: ARG001
    return x


@emit.register
def _(module: nn.Conv2d, graph: Graph, x: Value, name: str) -> Value:
    return convolution(
        graph,
        x,
        module.weight,
        module.bias,
        name,
        stride=module.stride[0],
        padding=int(module.padding[0]),
        dilation=module.dilation[0],
        groups=module.groups,
    )


@emit.register
def _(module: nn.BatchNorm2d, graph: Graph, x: Value, name: str) -> Value:
    parameters = [
        graph.parameter(getattr(module, key), f"{name}.{key}")
        for key in ("weight", "bias", "running_mean", "running_var")
    ]
    graph.add("BatchNormalization", [x.name, *parameters], name, epsilon=module.eps)
    return replace(x, name=name)


@emit.register
def _(module: nn.ReLU, graph: Graph, x: Value, name: str) -> Value:  # noqa: ARG001
    return replace(x, name=graph.add("Relu", [x.name], name))


@emit.register
def _(module: nn.LeakyReLU, graph: Graph, x: Value, name: str) -> Value:
    return replace(x, name=graph.add("LeakyRelu", [x.name], name, alpha=module.negative_slope))


@emit.register
def _(module: nn.MaxPool2d, graph: Graph, x: Value, name: str) -> Value:
    kernel, stride, padding = module.kernel_size, module.stride, module.padding
    assert isinstance(kernel, int)  # the same in both directions, as the stem has it
    assert isinstance(stride, int)
    assert isinstance(padding, int)
    graph.add(
        "MaxPool",
        [x.name],
        name,
        kernel_shape=[kernel, kernel],
        strides=[stride, stride],
        pads=[padding] * 4,
    )
    height, width = (length_after(n, kernel, stride, padding) for n in x.size)
    return replace(x, name=name, height=height, width=width)


def no_counterpart(module: nn.Module, name: str) -> UserError:
    """Of a part that somebody added to the network and not here."""
    return UserError(
        f"{type(module).__name__} at {name} has no counterpart in ONNX: export a network without "
        "it, or add one in sgnet_model/onnx."
    )


def convolution(
    graph: Graph,
    x: Value,
    weight: Tensor,
    bias: Tensor | None,
    name: str,
    *,
    stride: int = 1,
    padding: int = 0,
    dilation: int = 1,
    groups: int = 1,
) -> Value:
    """conv2d with a square kernel, the same in both directions."""
    inputs = [x.name, graph.parameter(weight, f"{name}.weight")]
    if bias is not None:
        inputs.append(graph.parameter(bias, f"{name}.bias"))
    kernel = weight.shape[2]
    graph.add(
        "Conv",
        inputs,
        name,
        kernel_shape=[kernel, kernel],
        strides=[stride, stride],
        pads=[padding] * 4,
        dilations=[dilation, dilation],
        group=groups,
    )
    height, width = (length_after(n, dilation * (kernel - 1) + 1, stride, padding) for n in x.size)
    return Value(name, weight.shape[0], height, width)


def added(graph: Graph, x: Value, y: Value, name: str) -> Value:
    """x + y."""
    return replace(x, name=graph.add("Add", [x.name, y.name], name))


def length_after(length: int, extent: int, stride: int, padding: int) -> int:
    """Of one axis, after a window that spans `extent`."""
    return (length + 2 * padding - extent) // stride + 1
