"""The commands of the Network menu: which weights, where they run, at which size."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import partial

from sgnet_model.resources import other_checkpoints
from sgnet_model.sizes import format_size

from .command import Command, marked
from .file_menu import recent_titles
from .parts import Parts

NETWORK, RECENT = "&Network", "&Network/&Recent checkpoints"
DEVICES = (("auto", "Automatic"), ("cpu", "CPU"), ("cuda", "CUDA"))
PRECISIONS = (
    ("auto", "fp32; live int8, bf16 or fp16 where it is fast"),
    ("fp32", "32-bit floats (fp32)"),
    ("bf16", "bfloat16 (bf16)"),
    ("fp16", "16-bit floats (fp16, on a GPU)"),
    ("int8", "8-bit integers (int8, on a processor)"),
)
SIZES = (
    ("480x640", "480 x 640 (the paper's)"),
    ("360x480", "360 x 480"),
    ("240x320", "240 x 320 (a quarter of the work)"),
    ("native", "As the picture"),
)


def _recent(parts: Parts) -> Iterator[Command]:
    """The checkpoints that were used lately, newest first."""
    recent, choice = parts.settings.checkpoints(), parts.session.choice
    titles = recent_titles(tuple((str(path),) for path in recent))
    for path, title in zip(recent, titles, strict=True):
        yield Command(
            f"checkpoint.{path}",
            title.replace("&", "&&"),
            partial(parts.network.choose_checkpoint, path),
            RECENT,
            checked=marked(lambda: choice.checkpoint, path),
            group="checkpoint",
            tip=str(path),
        )


def _no_device(key: str) -> str:
    """Known once torch is loaded; asked of it alone, since loading it takes a second."""
    torch = sys.modules.get("torch")
    if key != "cuda" or torch is None or not hasattr(torch, "cuda"):
        return ""
    return "" if torch.cuda.is_available() else "PyTorch finds no CUDA device on this machine."


def network_commands(parts: Parts) -> Iterator[Command]:
    """In the order of the menu."""
    network, session = parts.network, parts.session
    yield Command("network.open", "Open &checkpoint…", network.ask_checkpoint, NETWORK, "Ctrl+K")
    yield Command(
        "network.bundled",
        "Use the &bundled network",
        partial(network.choose_checkpoint, None),
        NETWORK,
        checked=marked(lambda: session.choice.checkpoint, None),
    )
    for title, path in other_checkpoints().items():
        yield Command(
            f"network.bundled.{path.stem}",
            f"Use the bundled network {title}",
            partial(network.choose_checkpoint, path),
            NETWORK,
            checked=marked(lambda: session.choice.checkpoint, path),
            tip=str(path),
        )
    yield from _recent(parts)
    yield Command("network.about", "&About this network…", network.show_card, NETWORK)
    for key, title in DEVICES:
        yield Command(
            f"network.device.{key}",
            title,
            partial(network.choose_device, key),
            f"{NETWORK}/&Device",
            refusal=partial(_no_device, key),
            checked=marked(lambda: session.choice.device.partition(":")[0], key),
            group="device",
            after_line=key == "auto",
        )
    for key, title in PRECISIONS:
        yield Command(
            f"network.precision.{key}",
            title,
            partial(network.choose_precision, key),
            f"{NETWORK}/&Precision",
            checked=marked(lambda: session.choice.precision, key),
            group="precision",
        )
    for key, title in SIZES:
        yield Command(
            f"network.size.{key}",
            title,
            partial(network.choose_size, key),
            f"{NETWORK}/Input &size",
            checked=marked(lambda: format_size(session.choice.size), key),
            group="size",
        )
