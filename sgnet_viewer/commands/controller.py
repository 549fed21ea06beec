"""Runs what menus, palette and shortcuts ask for, and keeps them in step with what is open."""

from __future__ import annotations

from sgnet_viewer.controllers.runner import Post
from sgnet_viewer.state.notices import Notices, Subject

from .parts import Parts
from .table import CommandTable


class CommandController:
    """Many changes at once are shown together, a moment later: `post` is given what shows them."""

    def __init__(self, table: CommandTable, parts: Parts, notices: Notices, post: Post) -> None:
        self._table = table
        self._parts = parts
        self._notices = notices
        self._post = post
        self._is_due = False
        self._streamed = (False, False)  # whether the stream has a frame, and a result
        self._connect()
        self.show()

    def run(self, key: str) -> None:
        """Do what was asked for, or say why it cannot be done now."""
        self._notices.forget(Subject.COMMAND)
        refusal = self._table.run(key)
        if refusal:
            self._notices.tell(refusal, "warning", subject=Subject.COMMAND)
        self.refresh()

    def refresh(self) -> None:
        """Show all commands again, soon."""
        if not self._is_due:
            self._is_due = True
            self._post(self.show)

    def show(self) -> None:
        """Show all commands as they are now."""
        self._is_due = False
        self._parts.window.set_commands(self._table.models())

    def _connect(self) -> None:
        parts, window = self._parts, self._parts.window
        session, document = parts.session, parts.document
        window.command_chosen.connect(self.run)
        window.commands_needed.connect(self.show)
        window.layout_changed.connect(self.refresh)
        window.shortcut_chosen.connect(self._choose_shortcut)
        window.shortcuts_reset.connect(self._table.shortcuts.reset)
        self._table.shortcuts.changed.connect(self.show)
        document.changed.connect(lambda *_: self.refresh())
        for event in (
            document.history_changed,
            session.frames_changed,
            session.frame_changed,
            session.result_changed,
            self._table.changed,
        ):
            event.connect(self.refresh)
        parts.live.running.connect(lambda _: self.refresh())
        session.streamed.connect(self._follow_stream)

    def _follow_stream(self) -> None:
        """Every frame of a stream is like the one before, all but the first ones."""
        session = self._parts.session
        streamed = (session.frame is not None, session.result is not None)
        if streamed != self._streamed:
            self._streamed = streamed
            self.refresh()

    def _choose_shortcut(self, key: str, sequence: str) -> None:
        command = self._table.find(key)
        if command is not None:
            self._table.shortcuts.take(command, sequence, self._table.commands)
