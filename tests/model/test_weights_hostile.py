"""Files that try to run code: nothing runs, and weights beside the attempt still load."""

from __future__ import annotations

import io
import os
import pickle
import pickletools
import subprocess
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from reference.official_files import SMALL, save_legacy
from reference.official_layout import random_state

from sgnet_model.types import UserError
from sgnet_model.weights import load_checkpoint, read_info
from sgnet_model.weights.inert_pickle import Inert, TensorRecord, UnreadableError, read_pickle
from sgnet_model.weights.torch_file import _member


class Reduced:
    """Pickles as a call of `function(*arguments)`."""

    def __init__(self, function: Callable[..., Any], *arguments: Any) -> None:
        self.call = (function, arguments)

    def __reduce__(self) -> tuple[Any, ...]:
        return self.call


class Trap:
    """An importable class that acts when it is built or filled."""

    def __init__(self, marker: str) -> None:
        self.marker = marker

    def __setstate__(self, state: dict[str, str]) -> None:
        Path(state["marker"]).touch()


def _nested(marker: Path) -> Reduced:
    """A function of torch that unpickles bytes freely."""
    inner = io.BytesIO()
    torch.save(Reduced(os.system, f"touch {marker}"), inner)
    return Reduced(torch.storage._load_from_bytes, inner.getvalue())


ATTEMPTS: dict[str, Callable[[Path], Any]] = {
    "system": lambda marker: Reduced(os.system, f"touch {marker}"),
    "exec": lambda marker: Reduced(exec, f"open({str(marker)!r}, 'w')"),
    "call": lambda marker: Reduced(subprocess.call, ["touch", str(marker)]),
    "setstate": lambda marker: Trap(str(marker)),
    "nested": _nested,
}
CONTAINERS = {
    "legacy": {"_use_new_zipfile_serialization": False},
    "zip": {"_use_new_zipfile_serialization": True},
    "legacy protocol 4": {"_use_new_zipfile_serialization": False, "pickle_protocol": 4},
    "zip protocol 4": {"_use_new_zipfile_serialization": True, "pickle_protocol": 4},
}


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("attempt", ATTEMPTS)
@pytest.mark.filterwarnings("ignore::ResourceWarning")  # from the attempt that does run, below
def test_nothing_runs(attempt: str, container: str, tmp_path: Path) -> None:
    """Beside the weights, as one of them, and in their place."""
    marker, path = tmp_path / "it_ran", tmp_path / "hostile.pth"
    state = random_state(SMALL.shapes())
    hostile = ATTEMPTS[attempt](marker)

    torch.save({"state_dict": state, "extra": [hostile]}, path, **CONTAINERS[container])
    loaded = load_checkpoint(path).state_dict()
    assert torch.equal(loaded["backbone.stem.0.weight"], state["conv1.weight"])

    for content in ({"state_dict": {**state, "conv1.weight": hostile}}, hostile):
        torch.save(content, path, **CONTAINERS[container])
        for read in (load_checkpoint, read_info):
            with pytest.raises(UserError, match=r"state_dict|not tensors|pickled object|weights"):
                read(path)
    assert not marker.exists()

    torch.load(path, weights_only=False)  # the attempt itself is real
    assert marker.exists()


@pytest.mark.parametrize("position", range(5))
def test_nothing_runs_in_any_pickle_of_a_legacy_file(position: int, tmp_path: Path) -> None:
    """Magic number, protocol, system information, content, list of storages."""
    marker, path = tmp_path / "it_ran", tmp_path / "hostile.pth"
    parts: list[Any] = [0x1950A86A20F9469CFC6C, 1001, {"little_endian": True}, {}, []]
    parts[position] = (parts[position], Reduced(os.system, f"touch {marker}"))
    stream = b"".join(pickle.dumps(part, protocol=2) for part in parts)
    path.write_bytes(stream)
    with pytest.raises(UserError):
        load_checkpoint(path)
    assert not marker.exists()


@pytest.mark.parametrize(
    "program",
    [
        b"(S'touch {}'\nios\nsystem\n.",  # INST
        b"(cos\nsystem\nS'touch {}'\no.",  # OBJ
        b"cos\nsystem\n(S'touch {}'\ntR.",  # REDUCE, protocol 0
        b"\x80\x04\x8c\x05posix\x8c\x06system\x93\x8c\x01x\x85R.",  # STACK_GLOBAL
        b"ccollections\nOrderedDict\n(N}S'fromkeys'\ncos\nsystem\nstb.",  # BUILD on a class
    ],
)
def test_hand_written_programs(program: bytes, tmp_path: Path) -> None:
    """Every opcode that can call something, in an archive's data.pkl."""
    marker, path = tmp_path / "it_ran", tmp_path / "hostile.pth"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.pkl", program.replace(b"{}", str(marker).encode()))
    with pytest.raises(UserError):
        load_checkpoint(path)
    assert not marker.exists()


def test_only_the_listed_names_mean_anything() -> None:
    """Whatever else a pickle names is inert, dotted names and close relatives too."""
    names = [("os", "system"), ("builtins", "eval"), ("torch", "load"), ("torch", "hub.load")]
    names += [("collections", "OrderedDict.fromkeys"), ("torch._utils", "_rebuild_sparse_tensor")]
    names += [("torch", "FloatStorage.from_file"), ("torch.cuda", "load"), ("numpy", "dtype")]
    for module, name in names:
        program = b"c" + module.encode() + b"\n" + name.encode() + b"\n."
        content, _ = read_pickle(io.BytesIO(program))
        assert isinstance(content, type)
        assert issubclass(content, Inert)
        assert content("anything", key=1)() is not None  # may be called: nothing happens


def test_what_a_file_sets_does_not_outlive_it() -> None:
    """A pickle cannot change the classes that the next file is read with."""
    program = b"cos\nsystem\n)\x81N}S'append'\nI1\ns\x86b."  # attributes on an inert object
    content, _ = read_pickle(io.BytesIO(program))
    assert isinstance(content, Inert)
    assert callable(Inert.append)
    assert not hasattr(content, "__dict__")


def test_strings_of_python_2(tmp_path: Path) -> None:
    """It pickled text as byte strings, and so may a file of 2018 have its keys."""
    path = save_legacy({"conv1.weight": torch.ones(2)}, tmp_path / "weights.pth")
    with path.open("rb") as file:
        for _ in range(3):
            read_pickle(file)
        program = _as_python_2(file.read())
    content, storages = read_pickle(io.BytesIO(program))
    assert list(content) == ["conv1.weight"]
    assert isinstance(content["conv1.weight"], TensorRecord)
    assert [storage.length for storage in storages.values()] == [2]


def _as_python_2(program: bytes) -> bytes:
    """The first pickle of a stream, its text opcodes exchanged for byte strings."""
    parts, operations = [], list(pickletools.genops(program))
    ends = [position for _, _, position in operations[1:]] + [operations[-1][2] + 1]
    for (operation, argument, start), end in zip(operations, ends, strict=True):
        text = operation.name == "BINUNICODE"
        raw = argument.encode() if text and isinstance(argument, str) else b""
        parts.append(b"U" + bytes([len(raw)]) + raw if text else program[start:end])
    return b"".join(parts)


def _again_and_again(function: bytes, items: bytes, times: int) -> bytes:
    """Calls of a function of torch or of Python with the same list."""
    return b"(c" + function + b"q\x01](" + items + b"e\x85q\x02" + times * b"h\x01h\x02R" + b"t."


HUNDRED_MEGABYTES = 100 << 20
PAIRS = b"".join(b"M" + number.to_bytes(2, "little") + b"N\x86" for number in range(5000))
GREEDY = {
    "a memo index": b"K\x01r\x00\x00\x00\x08.",  # LONG_BINPUT 2**27
    "a length": b"\x8e" + (1 << 40).to_bytes(8, "little") + b"x.",  # BINBYTES8
    "an array": b"\x96" + (1 << 40).to_bytes(8, "little") + b"x.",  # BYTEARRAY8
    "an array that there is room for": b"\x96" + (1 << 30).to_bytes(8, "little") + b"x.",
    "sizes": _again_and_again(b"torch\nSize\n", b"N" * 20_000, 1000),
    "ordered pairs": _again_and_again(b"collections\nOrderedDict\n", PAIRS, 400),
    "a frame": b"\x80\x04\x95" + (1 << 40).to_bytes(8, "little") + b"N.",
    "a key of pairs of pairs": b"}" + b"N" + b"q\x01h\x01\x86" * 60 + b"Ns.",
    "an ordered key": b"ccollections\nOrderedDict\n(]N" + b"q\x01h\x01\x86" * 60 + b"N\x86atR.",
    "a set of them": b"\x8f(N" + b"q\x01h\x01\x86" * 60 + b"\x90.",
}


@pytest.mark.parametrize("program", GREEDY.values(), ids=GREEDY)
def test_a_few_bytes_take_neither_memory_nor_time(program: bytes) -> None:
    """Each asks the standard unpickler for a gigabyte or for years."""
    tracemalloc.start()
    started = time.process_time()
    try:
        read_pickle(io.BytesIO(program))
    except UnreadableError as error:
        assert "damaged" in str(error)  # noqa: PT017  reading a frame of any length is right, too
    taken, (_, peak) = time.process_time() - started, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < HUNDRED_MEGABYTES
    assert taken < 5


@pytest.mark.parametrize("call", [b"h\x01h\x02R", b"h\x01h\x02\x81", b"h\x01h\x02}\x92"])
def test_the_same_arguments_are_not_copied_again_and_again(call: bytes) -> None:
    program = b"(cos\nsystem\nq\x01(" + b"N" * 1000 + b"tq\x02" + b"%st."
    read_pickle(io.BytesIO(program % call))
    with pytest.raises(UnreadableError, match="copies far more than it holds"):
        read_pickle(io.BytesIO(program % (call * 10)))


def test_a_tensor_of_many_axes() -> None:
    storage = b"(\x8c\x07storagectorch\nFloatStorage\n\x8c\x010\x8c\x03cpuK\x01tQK\x00"
    program = b"ctorch._utils\n_rebuild_tensor\n(" + storage + b"(%st(%sttR."
    content, _ = read_pickle(io.BytesIO(program % (b"K\x01" * 64, b"K\x01" * 64)))
    assert content.shape == (1,) * 64
    for axes in ((65, 1), (1, 65)):
        ones = tuple(b"K\x01" * count for count in axes)
        with pytest.raises(UnreadableError, match="65 axes"):
            read_pickle(io.BytesIO(program % ones))


def test_millions_of_values_that_are_no_tensors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sgnet_model.weights.inert_pickle.MOST_READS", 1000)
    read_pickle(io.BytesIO(b"(" + b"K\x01" * 400 + b"l."))
    with pytest.raises(UnreadableError, match="millions of values"):
        read_pickle(io.BytesIO(b"(" + b"K\x01" * 1000 + b"l."))


def test_a_part_that_unpacks_to_far_more_than_the_file(tmp_path: Path) -> None:
    """Zeros, packed a thousand times smaller."""
    with zipfile.ZipFile(tmp_path / "zeros.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data/0", bytes(1 << 22))
        entry = archive.infolist()[0]
        with pytest.raises(UnreadableError, match="unpacks to far more"):
            _member(archive, entry, 4 * entry.compress_size)
        assert _member(archive, entry, entry.file_size) == bytes(1 << 22)


def test_an_archive_that_its_reader_refuses_in_its_own_way(tmp_path: Path) -> None:
    """Encrypted, packed by an unknown method, with a damaged LZMA stream."""
    path = tmp_path / "weights.pth"
    torch.save(random_state(SMALL.shapes()), path)
    whole = path.read_bytes()
    central = whole.find(b"PK\x01\x02")
    for at, value in ((8, 1), (10, 99), (10, 14)):  # flags; method
        damaged = bytearray(whole)
        damaged[central + at] = value
        path.write_bytes(damaged)
        with pytest.raises(UserError, match=r"^weights\.pth is damaged \(a part"):
            load_checkpoint(path)
