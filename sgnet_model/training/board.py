"""What a run tells while it goes: numbers and pictures by step."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from sgnet_model.files import make_folder
from sgnet_model.types import UInt8Array

if TYPE_CHECKING:
    from torch.utils.tensorboard import SummaryWriter

LOG_FILE = "log.jsonl"
NO_TENSORBOARD = (
    "TensorBoard is not installed (pip install tensorboard), so scalars go to log.jsonl alone."
)


class Board(Protocol):
    """Somewhere to show them."""

    def scalars(self, step: int, values: Mapping[str, float]) -> None:
        """Numbers by name ("loss", "validation/miou")."""

    def picture(self, step: int, name: str, rgb: UInt8Array) -> None:
        """(H, W, 3) uint8."""

    def close(self) -> None:
        """All that was logged is on disk."""


class Boards:
    """Several as one."""

    def __init__(self, boards: Iterable[Board]) -> None:
        self.boards = tuple(boards)

    def scalars(self, step: int, values: Mapping[str, float]) -> None:
        for board in self.boards:
            board.scalars(step, values)

    def picture(self, step: int, name: str, rgb: UInt8Array) -> None:
        for board in self.boards:
            board.picture(step, name, rgb)

    def close(self) -> None:
        for board in self.boards:
            board.close()


class LogBoard:
    """Appends one JSON object a step to log.jsonl; pictures are left out."""

    def __init__(self, folder: Path) -> None:
        make_folder(folder)
        self._file = (folder / LOG_FILE).open("a", encoding="utf-8")

    def scalars(self, step: int, values: Mapping[str, float]) -> None:
        # JSON knows no NaN: a class mean over nothing is null.
        known = {name: value if math.isfinite(value) else None for name, value in values.items()}
        self._file.write(json.dumps({"step": step, **known}) + "\n")
        self._file.flush()

    def picture(self, step: int, name: str, rgb: UInt8Array) -> None:
        """A line of text holds none."""

    def close(self) -> None:
        self._file.close()


class TensorBoard:
    """TensorBoard's event files."""

    def __init__(self, writer: SummaryWriter) -> None:
        self._writer = writer

    def scalars(self, step: int, values: Mapping[str, float]) -> None:
        for name, value in values.items():
            self._writer.add_scalar(name, value, step)

    def picture(self, step: int, name: str, rgb: UInt8Array) -> None:
        self._writer.add_image(name, rgb, step, dataformats="HWC")

    def close(self) -> None:
        self._writer.close()


def open_tensorboard(folder: Path) -> TensorBoard | None:
    """Event files in `folder`; None where TensorBoard is not installed."""
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        return None
    return TensorBoard(SummaryWriter(str(folder)))
