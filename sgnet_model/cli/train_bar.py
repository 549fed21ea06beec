"""The line that shows how a training goes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sgnet_model.types import UInt8Array

from .console import Console

if TYPE_CHECKING:
    from tqdm import tqdm


class Bar:
    """A board that shows the step, the time left, the loss and the latest score."""

    def __init__(self, bar: tqdm[Any], console: Console) -> None:
        self._bar = bar
        self._console = console
        self._shown: dict[str, str] = {}

    def total(self, steps: int) -> None:
        """Known once the data set is open."""
        self._bar.total = steps
        self._bar.refresh()

    def say(self, sentence: str) -> None:
        """A line above the bar."""
        self._bar.write(sentence, file=self._console.err)

    def scalars(self, step: int, values: Mapping[str, float]) -> None:
        """See `Board`."""
        if self._bar.n == 0 and step > 1:  # a continued run: what lies behind took no time
            self._bar.initial = self._bar.n = step - 1
        for name, short in (("loss", "loss"), ("validation/miou", "mIoU")):
            if name in values:
                self._shown[short] = f"{values[name]:.3f}"
        self._bar.set_postfix(self._shown, refresh=False)
        self._bar.update(step - self._bar.n)

    def picture(self, step: int, name: str, rgb: UInt8Array) -> None:
        """A terminal shows none."""

    def close(self) -> None:
        """Clears its line."""
        self._bar.close()


@contextmanager
def open_bar(console: Console, shown: bool) -> Iterator[Bar]:
    """Where somebody is there to see it."""
    from tqdm import tqdm

    hidden = not (shown and console.err.isatty())
    with tqdm(desc="training", unit="step", file=console.err, disable=hidden, leave=False) as bar:
        yield Bar(bar, console)
