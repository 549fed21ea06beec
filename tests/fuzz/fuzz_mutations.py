"""Valid files made into hostile ones: bytes changed anywhere, and parts of a format exchanged.

Damage of bytes alone rarely passes a checksum or a parser's first test. So a format's parts are
taken out, made hostile and put together again with right sums: PNG chunks, members of a zip
archive, values of JSON, words of a text, entries of a TIFF.
"""

from __future__ import annotations

import io
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

NUMBERS = (
    0,
    1,
    -1,
    0x7F,
    0xFF,
    0x7FFF,
    0xFFFF,
    2**27,
    2**31 - 1,
    2**31,
    2**32 - 1,
    2**62,
    2**64 - 1,
)
PACKED_BEYOND = 64 << 20  # bytes that a part of a few kilobytes unpacks to
WORDS = (
    "nan", "-inf", "1e999", "-1", "0", "1e-320", "9" * 5000, "", "\0", "\ud800", "x" * 10_000,
    "0x7", "٣", "../../../etc/passwd", "/dev/zero", "\u2028", '"', "'", ",,,,", "#", "%YAML:1.0",
    "&a [*a]", "[" * 3000, "{" * 3000, "&a [&b [1,1,1,1,1,1,1,1], *b,*b,*b,*b,*b,*b,*b,*b]",
    "\ufeff", "1_0",
)  # fmt: skip
JSON_TEXTS = (
    "NaN", "Infinity", "-Infinity", "1e999", "9" * 5000, "-1", "0", "1e308", "1e-320", "null",
    "true", '"x"', '""', r'"\ud800"', r'"\u0000"', '"nan"', "[]", "{}", "[[]]",
    "[" * 300 + "]" * 300,
    '{"a":' * 300 + "1" + "}" * 300, "[" + "0," * 50_000 + "0]", str(2**63), "0.5",
    str(-(2**63) - 1), '"' + "y" * 10_000 + '"', "[1, [2]]", "[NaN]",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """`what`: a function of CHANGES or PARTS by name. `place` 0..1 of the file, `value` any."""

    what: str
    place: float
    value: int


def changes(parts: str) -> st.SearchStrategy[list[Change]]:
    """One to four changes of a file whose format is `parts`, a key of PARTS ("" for none)."""
    names = [*CHANGES, *([PART] * len(CHANGES) if parts else [])]
    change = st.builds(
        Change,
        st.sampled_from(names),
        st.floats(0, 1, exclude_max=True),
        st.integers(0, 2**32 - 1),
    )
    return st.lists(change, min_size=1, max_size=4)


def changed(content: bytes, wanted: list[Change], parts: str) -> bytes:
    """The file after the changes, one by one."""
    for change in wanted:
        if change.what != PART:
            content = CHANGES[change.what](content, change.place, change.value)
            continue
        try:
            content = PARTS[parts](content, change.place, change.value)
        except Exception:  # an earlier change broke the format: bytes then
            content = _set_byte(content, change.place, change.value)
    return content


# --- of any file


def _at(content: bytes, place: float) -> int:
    return int(place * max(len(content), 1))


def _set_byte(content: bytes, place: float, value: int) -> bytes:
    at = _at(content, place)
    return content[:at] + bytes([value & 0xFF]) + content[at + 1 :]


def _set_number(content: bytes, place: float, value: int) -> bytes:
    """An interesting one of 2, 4 or 8 bytes, in either order, often within the first kilobyte."""
    at = _at(content[: 1024 if value & 1 else None], place)
    size, order = (2, 4, 8)[value % 3], ("little", "big")[value // 3 % 2]
    number = NUMBERS[value // 6 % len(NUMBERS)] % (1 << 8 * size)
    return content[:at] + number.to_bytes(size, order) + content[at + size :]


def _cut(content: bytes, place: float, _value: int) -> bytes:
    return content[: _at(content, place)]


def _take_out(content: bytes, place: float, value: int) -> bytes:
    at = _at(content, place)
    return content[:at] + content[at + 1 + value % 64 :]


def _repeat(content: bytes, place: float, value: int) -> bytes:
    at, length = _at(content, place), 1 + value % 200
    return content[:at] + content[at : at + length] * (2 + value % 5) + content[at:]


def _move(content: bytes, place: float, value: int) -> bytes:
    """A piece from one place over another."""
    at, other, length = _at(content, place), value % max(len(content), 1), 1 + value % 100
    piece = content[other : other + length]
    return content[:at] + piece + content[at + len(piece) :]


def _word(content: bytes, place: float, value: int) -> bytes:
    at = _at(content, place)
    return content[:at] + WORDS[value % len(WORDS)].encode("utf-8", "surrogatepass") + content[at:]


CHANGES: dict[str, Callable[[bytes, float, int], bytes]] = {
    "byte": _set_byte,
    "number": _set_number,
    "cut": _cut,
    "take out": _take_out,
    "repeat": _repeat,
    "move": _move,
    "word": _word,
}
PART = "part"


# --- of a format's parts


def _png(content: bytes, place: float, value: int) -> bytes:
    chunks, at = [], 8
    while at < len(content):
        (length,) = struct.unpack_from(">I", content, at)
        chunks.append((content[at + 4 : at + 8], content[at + 8 : at + 8 + length]))
        at += 12 + length
    index, kind = int(place * len(chunks)), value % 7
    name, data = chunks[index]
    if kind == 0:
        del chunks[index]
    elif kind == 1:
        chunks.insert(index, (name, data))
    elif kind == 2:
        chunks[index] = (name, CHANGES["number"](data, (value >> 8) % 97 / 97, value >> 3))
    elif kind == 3:
        chunks[index] = (name, CHANGES["byte"](data, (value >> 8) % 97 / 97, value >> 3))
    elif kind == 4:  # more pixels than the picture has
        packed = zlib.compress(bytes(PACKED_BEYOND), 9)
        chunks.insert(-1, (b"IDAT", packed))
    elif kind == 5:
        text = zlib.compress(bytes(PACKED_BEYOND), 9)
        chunks.insert(1, ((b"zTXt", b"iCCP")[value >> 8 & 1], b"a\0\0" + text))
    else:
        packed = zlib.decompress(b"".join(data for name, data in chunks if name == b"IDAT"))
        whole = zlib.compress(packed + bytes(PACKED_BEYOND), 9)
        chunks = [chunks[0], (b"IDAT", whole), chunks[-1]]
    body = (
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
    return content[:8] + b"".join(body)


def _zip(content: bytes, place: float, value: int) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = [(name, archive.read(name)) for name in archive.namelist()]
    kind, small = value % 8, [i for i, (_, data) in enumerate(members) if len(data) < 100_000]
    if kind < 4 and small:  # the pickle, the metadata: where the meaning is
        small.sort(key=lambda i: not members[i][0].endswith(("data.pkl", "metadata")))
        index = small[0] if value & 8 else small[int(place * len(small))]
        name, data = members[index]
        how = ("byte", "number", "move", "take out")[kind]
        members[index] = (name, CHANGES[how](data, (value >> 8) % 997 / 997, value >> 4))
    elif kind == 4:
        del members[int(place * len(members))]
    elif kind == 5:
        name, data = members[int(place * len(members))]
        members[int(place * len(members))] = (name, data + bytes(PACKED_BEYOND))
    elif kind == 6:
        name, _ = members[int(place * len(members))]
        members[int(place * len(members))] = (name, members[(value >> 8) % len(members)][1])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED if value & 16 else 0) as archive:
        for name, data in members:
            archive.writestr(name, data)
    if kind != 7:
        return packed.getvalue()
    damaged = bytearray(packed.getvalue())  # flags or method of a member, in the directory
    found = [match.start() for match in re.finditer(b"PK\x01\x02", damaged)]
    damaged[found[int(place * len(found))] + (8, 10)[value >> 8 & 1]] = value >> 9 & 0xFF
    return bytes(damaged)


def _json(content: bytes, place: float, value: int) -> bytes:
    """One value exchanged for a hostile one, a key left out, or one more put in."""
    tree = json.loads(content)
    places = list(_places(tree))
    holder, key = places[int(place * len(places))]
    if value % 8 == 0 and isinstance(holder, dict):
        del holder[key]
        return json.dumps(tree).encode()
    mark = "\x01 here"
    holder[key] = mark
    hostile = JSON_TEXTS[value // 8 % len(JSON_TEXTS)]
    return json.dumps(tree).replace(json.dumps(mark), hostile).encode()


def _places(tree: Any) -> Any:
    """(container, key) of every value."""
    items = tree.items() if isinstance(tree, dict) else enumerate(tree)
    for key, value in list(items):
        yield tree, key
        if isinstance(value, dict | list):
            yield from _places(value)


def _text(content: bytes, place: float, value: int) -> bytes:
    words = re.split(r"([\s,;:]+)", content.decode("utf-8", "replace"))
    words[int(place * len(words))] = WORDS[value % len(WORDS)]
    return "".join(words).encode("utf-8", "surrogatepass")


def _safetensors(content: bytes, place: float, value: int) -> bytes:
    """A value of the header, or of the JSON texts in its metadata."""
    length = int.from_bytes(content[:8], "little")
    header, data = json.loads(content[8 : 8 + length]), content[8 + length :]
    texts = [name for name, text in header.get("__metadata__", {}).items() if text[:1] in "[{"]
    if value & 1 and texts:
        name = texts[int(place * len(texts))]
        text = _json(header["__metadata__"][name].encode(), (value >> 8) % 997 / 997, value >> 1)
        header["__metadata__"][name] = text.decode()
        packed = json.dumps(header).encode()
    else:
        packed = _json(json.dumps(header).encode(), place, value >> 1)
    return len(packed).to_bytes(8, "little") + packed + data


def _tiff(content: bytes, place: float, value: int) -> bytes:
    """The value or the count of an entry of the first directory."""
    (at,) = struct.unpack_from("<I", content, 4)
    (count,) = struct.unpack_from("<H", content, at)
    where = at + 2 + 12 * int(place * count) + (4, 8)[value & 1]
    number = NUMBERS[value // 2 % len(NUMBERS)] % 2**32
    return content[:where] + struct.pack("<I", number) + content[where + 4 :]


PARTS: dict[str, Callable[[bytes, float, int], bytes]] = {
    "png": _png,
    "zip": _zip,
    "json": _json,
    "text": _text,
    "safetensors": _safetensors,
    "tiff": _tiff,
}
