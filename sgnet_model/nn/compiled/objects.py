"""A kernel as an object file: numba makes it, LLVM alone loads it.

numba takes half a second to import and to set up, and is wanted where a kernel is compiled alone.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import llvmlite
import llvmlite.binding as llvm

_FROM_LIBC = ("malloc", "free")
_RUNTIME = ("Py", "numba_", "NRT_")  # Python's and numba's own
_MAKES_ARRAYS = "lloc"  # those of numba's runtime that kernels would call in earnest


@dataclass(frozen=True, slots=True)
class CompiledKernel:
    """A kernel in memory: it is there as long as this. `address`: of its C entry."""

    engine: llvm.ExecutionEngine
    address: int


def emitted(kernel: Callable[[Any], None]) -> bytes:
    """Compiles a function of one pointer to int64; its C entry has its name.

    ImportError without numba.
    """
    from numba import cfunc, types

    from .primitives import FAST

    signature = types.void(types.CPointer(types.int64))
    entry = cfunc(signature, fastmath=FAST, error_model="numpy")(kernel)
    module = llvm.parse_assembly(entry.inspect_llvm())
    module.get_function(entry.native_name).name = kernel.__name__
    module.link_in(_stand_ins(module))
    return bytes(_machine().emit_object(module))


def loaded(code: bytes, name: str) -> CompiledKernel:
    """The C entry `name` of an object file that was made for this processor."""
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), _machine())
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    return CompiledKernel(engine, engine.get_function_address(name))


def processor() -> str:
    """What an object file is made for and by, as a name of sixteen digits."""
    host = llvm.get_host_cpu_name(), _features(), llvm.get_process_triple(), llvmlite.__version__
    return sha256(repr(host).encode()).hexdigest()[:16]


def _machine() -> llvm.TargetMachine:
    """As numba's own: code may lie anywhere in memory, and need not be moved."""
    with suppress(RuntimeError):  # newer ones need no telling, and say so
        llvm.initialize()
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    target = llvm.Target.from_default_triple()
    return target.create_target_machine(
        cpu=llvm.get_host_cpu_name(),
        features=_features(),
        opt=3,
        reloc="static" if target.name.startswith("x86") else "default",
        codemodel="jitdefault",
        jit=True,
    )


def _features() -> str:
    try:
        return str(llvm.get_host_cpu_features().flatten())
    except RuntimeError:  # not known for every processor
        return ""


def _stand_ins(module: llvm.ModuleRef) -> llvm.ModuleRef:
    """What numba's wrapper would call to report an exception. Kernels raise none: these trap."""
    text = []
    for function in module.functions:
        if not function.is_declaration or function.name.startswith("llvm."):
            continue
        if function.name in _FROM_LIBC:
            continue
        if not function.name.startswith(_RUNTIME) or _MAKES_ARRAYS in function.name:
            raise RuntimeError(f"A kernel calls {function.name}: only malloc and free are there.")
        text.append(f"define void @{function.name}() {{\n call void @llvm.trap()\n unreachable\n}}")
    for variable in module.global_variables:
        if variable.is_declaration:
            text.append(f"@{variable.name} = global i8 0")
    return llvm.parse_assembly("\n".join((*text, "declare void @llvm.trap()")))
