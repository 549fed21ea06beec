"""EXR: files of the OpenEXR library itself, and damaged ones."""

from __future__ import annotations

import base64
import random
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest

from sgnet_model.data.decode import decode
from sgnet_model.data.images import read_depth, read_rgb
from sgnet_model.types import FloatArray, UserError

# 18 x 6 pixels (two ZIP blocks), written by OpenEXR 3.5: float Z = i / 8 for pixel i, half
# R = i / 32, G = 0.5, B = (i mod 7) / 8. Deflated once more, in base 64.
WRITTEN_BY_OPENEXR = {
    "none": (
        "eNqF0z1s01AUBeCbtA2htCVFCFUIIQshVKGqpCFN8+PY7xkEBVUQVYgixGCTuK2l1Iliq7QSgwcGBoYODAwMHhgY"
        "GDIwMDB46MDA0KEDA0OGDgwMHTp0YOA4cVTTCjnRp2s57x4/+zrrN2ZicSKqrmqmqdctHNQNy6Z7OKdQjHqfWODu"
        "iTOLJ848pfixM1RtrDVbumUZDfOf4+6PNc3Wlgyz1nhBzxsbGYNSdPQZgnF/kWE169pm5Lq6YeoPWzW9FTrqXqVp"
        "bOh1bjX1qr2o2UaDlusNzabBbrcjW9WWrpu9+Fu6aaNtPbNMydAlwkuWjJq9eizC3mzqZNktw1yh0e56zfQ3Yaxp"
        "KzodBo9JDB6OE9TtoCYHenUhqFtB3Q3qRO8y9CyoblD3gjo51Kv1oLaDehDUfKJXXyaO7kjslTRlKUd5KsDRF5E0"
        "RdP4dSZYLmHX4AHJRIIc62cUQynhb4ZuUtbJ0qwzS8TQo8r+k8LdgQttOd7PKPwnJefkaM6ZozzDnjz07EAH9oEY"
        "nhwb6GfkQymhDCfv4RdWcApegSiFngkQYBLSkGeD/YxcKCW8jyIrOkWvSCVWwmXRMw8VeAIqrLKhfkY2lBLeR8kr"
        "kSiITFSxrImeDXDgFbyGNyzRz0iHUsIZoit6YkekslDGc0TPW3gH78GFD+xUxGxZWS07ZbfslTvI+IieT9CGz/AF"
        "vrJk1GwlQWKSKjmS678T6NmGb/AddmCXnY6YrSd1JJIFmcn+e/EDPT+hA3vwC36z4ajZyq7syXgfmD/XfTiAQ/gD"
        "xIni/EzEbAWWZoxVmMr8mQyiJwFJGIYRGOMjUbNlW8xlbeYx/95T6DkH5+ECTMBFPhox2w7D/nmKCzyN9ZfgMghw"
        "Ba7CNT4WNVte4SpvcodvYf0kXIcpmAY/N8PPRszW5W3u8R3e4ftYn4Uc5KEIIkg8FfW/VVKKoKQVplQU/F/Qo8Bt"
        "uAPzcJ+PR8xWVZqKo2wprtJGxgJ6HkAFFuERPOZ/AaRtDRI="
    ),
    "rle": (
        "eNqFk19IU1Ecx4/zzsw/NaGgoIc99LAH02k+SJjOP+n6Qw2LlLDYdFd3Y95dtssyETt3LVsSMaJCKuISEiMkVoiM"
        "EL2GhJSFhISPe4jwwU0RHySSdc7dudejPnQPh+/hx+9zf7/f+d4bLK/IMQAAujwunme9AXTwcgERnEWxBpADsk8O"
        "2S17Iq17IteAYVcEdPl6BT8bCHA+fsdZTXC7RFcbx7t9t0Cnr6+SAyaw/RjRLkHbzQUEr+v2f/O8HM9e8rtZP3VS"
        "WxC4PtZbHxDYLrHVJXI+0O31uUTAqDSsC3T5WZbPvr6R5UWEBSu7QT5Vgk5p49yiZ9crxNsCCwKin+N7QLGa7+Jx"
        "E1yvq4cFm+SaLORyrhN9SvQrUUNuVk8TDRIdI5okejRbFlwmOkx0hugfohXGrHYTfWHcnsiCdgYchusA2BQIZWc8"
        "HApJdxiYtsfw6RKEUw14TddP4/ZPqPnFMBesKrakGQDTmjlpLWjGmBGm+yUJSvA8StYWnsmqQoUIWlFsNsURd8pC"
        "FMLIe0nlULFBiDm7Rik2Bc9YpnIFMAOMSjoqjHhkZ6w97khACYPhPJiRDHCjBWVrC09cTqoxSgqF5qoXrEuWpHn5"
        "YghTEQZmQga4LsEzFIYv5CQptgUUxSCnzGumTWQ98zd/s8gSwmyCgVt3Ia7YRKF5+IL1Phk55TStHVo5snzslzl5"
        "vAhfoTSIaobVmo0UuI8eUDHKactS6aJ1oWq+eq5mVnMhc4+BGzSFv8ZSbUA5nbQpTZP2xIVxR/zKb2JCZggxDRSz"
        "n27Rhlo0t8c6Rp2y+6VnxPtN82BrSJ2tngILEFSpz5Yrr0QFISo+7IsMhCEMTWRdQE3eV4fTuZm6mULdB0TKTDRl"
        "Cg8M9Uf6hoMPxUcx3Qm0N3C6topoDCAsHhUe80+8z26OeJ4/11zYgxXTAzoR5njpftUpO1/fGO14M6x5sBVRB6yj"
        "wAN0PQWBa7H2t1fHrrxrjTs+XNRNeMDsxA7qPwLCzMbo6viFiXMJ+8fmyaapAc2F3ZBJh5Bz0ZRVsX2qna35fGqu"
        "+otP8yAzjKBaCiqhG0wibGG+6nvlgvVH2WLpz07dgN3YPzvI90E="
    ),
    "zips": (
        "eNor0zdkZGJgYEjOSMzLS80pBjJyMotLGDyBYk4MjAwQwAjF7hgiQRgiUQxMaCIMyfm5BUWpxcWZ+XkobJAkU0pi"
        "SWJ4Zl5KfjlDUn6FUSaDAAMCsAKxIBCnZBYX5CRWElSXk5mX6l+UklqExAI7oSCzIjXHsbggNbkkKLEkM58hLSc/"
        "sYSBBay7wb44uSg1NQ9ivHNqXglQW5lRGgMHkhXISsIzU0oy0IwoqSxIZSguKcrMS2fgBatPzAM5IjM3MT2V4Qc0"
        "mDShgRMLpadB6ZNQ+h+UNmeG0DlQej6Uvgil2SHWMjhA6SIovQxK34bSfKwQ2h5KF7EifKQJxBVxyRkHuCQkZPhM"
        "THQ8bly4dOVKBL/YpwjGpN/mJm+KmQ7+7fvNGGovcwDkfh2oBgdGHoeCAw8bmZibD7C3srPF5ElHzZqlEBTa28vb"
        "y3vvt+xDAYYH6ZIHQH4xhOlhAuk5+NDhQFsLK6uwlJSVmdmu3IzMLCbva6YmTAuP17lz2DwoYGCQN5E+CPKkNkwj"
        "QxtzgsHCBLdjTS2igtJMZSYmYI2Np8yZNv5mZLdgYVhmIncQ5F9duF3sDgceNhzm7OZmMzeR09jzITsrp+T2BcZp"
        "OUyPjrGFT7ARYWJYlSB3kBXZgUB72MV0IhZ8cHzAzs7MfFq+T95Gyte3tzfP+sCms7y9DpeeNjDLMDGYb5E+yIZs"
        "G0Mbq8IEhQ+OT3qPcM9U5+IPqQCGhpT06wObdB3u3HhQc4CRjzEyReYgO7KvGpi5Dzg8bjsn2sytlq7jd0PmJiTs"
        "p+WyTj7HLvNAgGGZndxBUALUgvuK2+FB42HG6bZy1jXbWHI4Kp9tW7h0JafSTTa1uXwWBxQZlobKHeQEqtaDu6yd"
        "VWGBwEalNM9DTVMsJY2LzkHD/PQ2YJh7HmfmK+BgqMqSPciFGhCsDgYLFyQ4efq7uvt6Oztf3nbMbTuvroOYwBbm"
        "wuTmw4waNhn1AgyVBbKHuJEd2MAq7OCwYOmytasWL1q9ZvmSfNfg5MW32/g26LSUWGTwtzPUbJM9xIOckBjaOBU2"
        "JDodXLJH0/LyprSUM7OuXrly48U2Zp3bjGqyfLcOKzJUOske4kUO7oYWTgUBA/XUuEtNLa6F3knTSreamJqaXWtM"
        "tZaSalzy15GFhaH6n+whPtTgFnZ4cLirIzQx2+kaay7HjSfbgWG3cqOczm1Otbf8SgoMK/zkDvEj5QoHhlbOhA1H"
        "02df5+uPzauO+XZ1Byjomk6UNXn+buYAhtt12UMCyHYwCTsceNBwWHG3stnxNX4Rc07lA9PcpSss094wTS5jfwvM"
        "FLVpsocEkf3fwA501iHJycVu4jx6L2Mv7pwG8v3Cpaw6t1nV3oL9v/KD3CEA1CGXcg=="
    ),
    "zip": (
        "eNor0zdkZGJgYEjOSMzLS80pBjJyMotLGDyBYk4MjAwQwAjF7hgiQRgiUQxMaCIMyfm5BUWpxcWZ+XkobJAkc0pi"
        "SWJ4Zl5KfjlDUn6FUSaDAAMCsAKxIBCnZBYX5CRWElSXk5mX6l+UklqExAI7oSCzIjXHsbggNbkkKLEkM58hLSc/"
        "sYSBBay7wb44uSg1NQ9ivHNqXglQW5lRGgMHkhXISsIzU0oy0IwoqSxIZSguKcrMS2fgBatPzAM5IjM3MT2VoQIa"
        "TEHMCBMvAcUq4nIvOmqwBEqwfygvKCi40dzcfFgGCL49eLCgZ+u1lhkquZPUPGcfOXIp6tHerdcmmHjeUtkLFdNg"
        "Z2+3tbCwOHPw4MFEfj4+vnu/r93Sf117Nrtq/76fz+ydX+zvFri6dIp0vT9nYai/4pHp4Tb16+6EhJfz5N2aEmXY"
        "o6dz28d9x0RO66owZy/G0PDajFM/57+2fbqWbeGLp3O0K++nqyqKxk+dHyof0VqY9+PT1fem+VvXd4V/bwop6wr9"
        "f+fDk/Omdma2JveVlzbMe8W2fmvO99Z3X+YrhThOLUh7ceLB4t8TvxzhC5qRPXuZ7N2eyG5PL2Fvj5260/V3zuiK"
        "3ti78+yLaybvWEtziquL0pPKbWRvSjtnNbz6vZhd+Y6FjJ2UlZzLq6Znxg8nN17+t9nO3f6946qGW+J3p8+NfKtV"
        "IruH0+KkS5Nuc5Zk5X3vl74O13Jfv3XyKFpofk4idYv3HDHtc157VHoC12Y8yj8648mT8ylq6/h+8tdn6SneZJrs"
        "n7BFNjNkDzt3qmP4AvOOK1PWn+S6H2w3/6LZEi2vLVzW1yy8pjTZNpTIqXodjJm5JMLiotSZv1t3T9sdOWXFhtOX"
        "k84ucHlq1SoUabA9ZVHAotIbG88tdnn6i7cu5e5FULJ0ZQDFbHKGA5Oww4EHDYcVdyubHV/jFzHHyHlSDcO0vQXH"
        "nsy5yNrsXRVesk7VfFduRmYW0+myRs/dzd8KIu5xTMo7qMjN4HvO5hAAoctSjA=="
    ),
}
PIXELS = np.arange(108, dtype=np.float32).reshape(18, 6)


def reference(path: Path, compression: str) -> Path:
    path.write_bytes(zlib.decompress(base64.b64decode(WRITTEN_BY_OPENEXR[compression])))
    return path


def exr_bytes(
    channels: dict[str, FloatArray],
    compression: int = 0,
    flags: int = 0,
    claimed: tuple[int, int] | None = None,
) -> bytes:
    """An uncompressed file of float channels, whatever compression and size its header claims."""
    height, width = next(iter(channels.values())).shape
    bottom, right = (side - 1 for side in claimed or (height, width))
    names = sorted(channels)
    listed = b"".join(n.encode() + b"\0" + struct.pack("<4i", 2, 0, 1, 1) for n in names) + b"\0"
    attributes = {
        b"channels\0chlist\0": listed,
        b"compression\0compression\0": bytes([compression]),
        b"dataWindow\0box2i\0": struct.pack("<4i", 0, 0, right, bottom),
        b"lineOrder\0lineOrder\0": b"\0",
    }
    header = b"v/1\x01" + struct.pack("<I", 2 | flags)
    header += b"".join(k + struct.pack("<I", len(v)) + v for k, v in attributes.items()) + b"\0"
    size = 4 * width * len(names)
    first = len(header) + 8 * height
    table = b"".join(struct.pack("<Q", first + y * (8 + size)) for y in range(height))
    lines = (b"".join(channels[n][y].astype("<f4").tobytes() for n in names) for y in range(height))
    return header + table + b"".join(struct.pack("<iI", y, size) + x for y, x in enumerate(lines))


@pytest.mark.parametrize("compression", WRITTEN_BY_OPENEXR)
def test_files_of_the_library(tmp_path: Path, compression: str) -> None:
    path = reference(tmp_path / "a.exr", compression)
    np.testing.assert_array_equal(read_depth(path), PIXELS / 8)
    colour = decode(path)
    assert colour.dtype == np.float32
    expected = np.stack([PIXELS / 32, np.full((18, 6), 0.5), PIXELS % 7 / 8], axis=-1)
    np.testing.assert_array_equal(colour, expected)


def test_a_single_channel_of_any_name(tmp_path: Path) -> None:
    (tmp_path / "a.exr").write_bytes(exr_bytes({"V": PIXELS + 1}))
    np.testing.assert_array_equal(read_depth(tmp_path / "a.exr"), PIXELS + 1)


def test_colour_is_linear_light(tmp_path: Path) -> None:
    planes = {"R": 1.0, "G": 0.2158605, "B": -3.0}  # sRGB puts 128 at 21.6 % of the light
    flat = {name: np.full((2, 3), value, np.float32) for name, value in planes.items()}
    (tmp_path / "a.exr").write_bytes(exr_bytes(flat))
    rgb, notes = read_rgb(tmp_path / "a.exr")
    assert rgb[0, 0].tolist() == [255, 128, 0]
    assert "linear" in notes[0]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (exr_bytes({"A": PIXELS, "B": PIXELS}), "channels A, B: a single"),
        (exr_bytes({"Z": PIXELS}, compression=4), "truncated or damaged"),
        (exr_bytes({"Z": PIXELS}, flags=0x200), "truncated or damaged"),
        (exr_bytes({"Z": PIXELS}, compression=99), "truncated or damaged"),
        (exr_bytes({"Z": PIXELS})[:-1], "truncated or damaged"),
        (exr_bytes({"Z": PIXELS})[:100], "truncated or damaged"),
        (exr_bytes({"Z": PIXELS}, claimed=(10_000, 10_000)), "64 million pixels"),
        (exr_bytes({"Z": PIXELS}, claimed=(1000, 6)), "truncated or damaged"),
        (exr_bytes({"Z": PIXELS}, claimed=(18, 60000)), "truncated or damaged"),
        (exr_bytes({"Z": PIXELS}, claimed=(-5, 6)), "truncated or damaged"),
    ],
)
def test_refusals(tmp_path: Path, content: bytes, sentence: str) -> None:
    (tmp_path / "a.exr").write_bytes(content)
    with pytest.raises(UserError, match=sentence):
        read_depth(tmp_path / "a.exr")


@pytest.mark.parametrize("compression", WRITTEN_BY_OPENEXR)
def test_damage_is_told_or_harmless(
    tmp_path: Path, compression: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """Whatever bytes change, a picture or one sentence comes out, and nothing on stderr."""
    whole = reference(tmp_path / "a.exr", compression).read_bytes()
    source = random.Random(0)
    told = 0
    for _ in range(300):
        damaged = bytearray(whole)
        for _ in range(source.choice((1, 4))):
            damaged[source.randrange(len(whole))] = source.choice((0, 255, source.randrange(256)))
        (tmp_path / "b.exr").write_bytes(damaged)
        try:
            assert decode(tmp_path / "b.exr", "depth").size
        except UserError:
            told += 1
    assert told > 30
    assert "".join(capfd.readouterr()) == ""


def test_tiles_of_an_absurd_size_are_refused_before_they_are_made(tmp_path: Path) -> None:
    """Sixteen by twelve million pixels: the library would take gigabytes, and minutes."""
    import OpenEXR

    tiles = OpenEXR.TileDescription()
    tiles.xSize, tiles.ySize = 16, 24
    header = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.tiledimage, "tiles": tiles}
    with OpenEXR.File(header, {"Z": PIXELS}) as file:
        file.write(str(tmp_path / "a.exr"))
    content = (tmp_path / "a.exr").read_bytes()
    sides = struct.pack("<II", 16, 24)
    assert content.count(sides) == 1
    np.testing.assert_array_equal(read_depth(tmp_path / "a.exr"), PIXELS)
    (tmp_path / "a.exr").write_bytes(content.replace(sides, struct.pack("<II", 16, 12_451_856)))
    with pytest.raises(UserError, match="truncated or damaged"):
        read_depth(tmp_path / "a.exr")


def test_a_program_without_standard_error_reads_exr_too(tmp_path: Path) -> None:
    path = reference(tmp_path / "a.exr", "zip")
    program = (
        "import os, sys, pathlib; os.close(2); from sgnet_model.data.images import read_depth; "
        "print(read_depth(pathlib.Path(sys.argv[1])).shape)"
    )
    command = [sys.executable, "-c", program, str(path)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=250, check=True)
    assert done.stdout.strip() == "(18, 6)"
