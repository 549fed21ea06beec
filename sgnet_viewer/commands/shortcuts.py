"""Which key runs which command: those the commands begin with, and those the user chose."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from sgnet_viewer.state.event import Event

from .command import Command

NONE = ""  # a command whose key was taken away


class Shortcuts:
    """`chosen`: command key -> key sequence in Qt's portable form, "" for none.

    `save` is called with them whenever they change.
    """

    def __init__(
        self,
        chosen: Mapping[str, str] | None = None,
        save: Callable[[dict[str, str]], object] = lambda _: None,
    ) -> None:
        self.changed: Event[[]] = Event()
        self._chosen = dict(chosen or {})
        self._save = save

    def of(self, command: Command) -> str:
        """The key sequence that runs it; "" for none."""
        return self._chosen.get(command.key, command.shortcut)

    def conflicts(
        self, command: Command, sequence: str, commands: Iterable[Command]
    ) -> tuple[Command, ...]:
        """The other commands that this sequence runs already."""
        if not sequence:
            return ()
        return tuple(
            other for other in commands if other.key != command.key and self.of(other) == sequence
        )

    def choose(self, command: Command, sequence: str) -> None:
        """Run it by another sequence from now on; "" by none."""
        if sequence == command.shortcut:
            self._chosen.pop(command.key, None)
        else:
            self._chosen[command.key] = sequence
        self._tell()

    def take(self, command: Command, sequence: str, commands: Iterable[Command]) -> None:
        """`choose`, and take the sequence from the commands that had it."""
        for other in self.conflicts(command, sequence, commands):
            self._chosen[other.key] = NONE
        self.choose(command, sequence)

    def reset(self) -> None:
        """Every command has the key it began with."""
        self._chosen.clear()
        self._tell()

    def _tell(self) -> None:
        self._save(dict(self._chosen))
        self.changed.emit()
