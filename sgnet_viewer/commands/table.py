"""The table of commands: those that stay, and those that follow what is open."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sgnet_viewer.contract.commands import CommandModel
from sgnet_viewer.state.event import Event

from .command import Command
from .shortcuts import Shortcuts

Provider = Callable[[], Iterable[Command]]


class CommandTable:
    """`changed`: another set of commands. What can be done, and what is marked, is asked again
    at each call of `models`.
    """

    def __init__(self, shortcuts: Shortcuts | None = None) -> None:
        self.changed: Event[[]] = Event()
        self.shortcuts = shortcuts or Shortcuts()
        self._providers: list[Provider] = []

    def provide(self, provider: Provider) -> None:
        """Commands that `provider` lists again at each look: recent files, layers, classes."""
        self._providers.append(provider)
        self.changed.emit()

    @property
    def commands(self) -> tuple[Command, ...]:
        """All, in the order they were added; of two with one key the first counts."""
        found: dict[str, Command] = {}
        for provider in self._providers:
            for command in provider():
                found.setdefault(command.key, command)
        return tuple(found.values())

    def find(self, key: str) -> Command | None:
        """The command of that key."""
        return next((command for command in self.commands if command.key == key), None)

    def run(self, key: str) -> str:
        """Do it; where it cannot be done now, the reason comes back and nothing happens."""
        command = self.find(key)
        if command is None:
            return f"There is no command {key!r} now."
        refusal = command.refusal()
        if not refusal:
            command.run()
        return refusal

    def models(self) -> tuple[CommandModel, ...]:
        """What menus, palette and help show of each."""
        return tuple(self._model(command) for command in self.commands)

    def _model(self, command: Command) -> CommandModel:
        return CommandModel(
            key=command.key,
            title=command.title,
            menu=command.menu,
            shortcut=self.shortcuts.of(command),
            refusal=command.refusal(),
            checked=None if command.checked is None else command.checked(),
            group=command.group,
            after_line=command.after_line,
            tip=command.tip,
            held=command.held,
            icon=command.icon,
        )
