"""Saving: where to is asked, and a worker writes."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

from sgnet_model.types import UserError
from sgnet_viewer.contract.window import WindowView
from sgnet_viewer.runtime.task import Task
from sgnet_viewer.state.notices import Notices

from .runner import Runner

Save = Callable[[Path, Task], str]  # writes what is named, returns a sentence


class Saving:
    """What every kind of export needs. `doing`: in words, before the file's name."""

    def __init__(
        self, window: WindowView, notices: Notices, runner: Runner, doing: str = "saving"
    ) -> None:
        self._window = window
        self._notices = notices
        self._runner = runner
        self._doing = doing

    def ask(self, title: str, name: str, patterns: str, save: Save) -> None:
        """Ask for a file and write it; `name`: the one proposed, whose ending is the usual one.

        `patterns`: of the dialogue, "PNG (*.png)"; the ending of another format is refused.
        """
        answer = self._window.ask_save(title, name.replace("/", "-"), patterns)
        if not answer:
            return
        path = with_suffix(Path(answer), Path(name).suffix)
        endings = re.findall(r"\*(\.\w+)", patterns)
        if path.suffix.lower() not in endings:
            *others, last = endings
            named = f"{', '.join(others)} or {last}" if others else last
            self.refuse(f"{path.name} has another format's ending: end the name in {named}.")
            return
        unasked = path != Path(answer) and path.exists()  # the dialogue asked of another file
        if not unasked or self._window.confirm(f"{path.name} is there. Replace it?"):
            self._submit(partial(save, path), path.name)

    def ask_folder(self, title: str, save: Save) -> None:
        """Ask for a folder and write into it."""
        folder = self._window.ask_folder(title)
        if folder:
            self._submit(partial(save, Path(folder)), folder)

    def refuse(self, sentence: str) -> None:
        """There is nothing to save."""
        self._notices.fail(UserError(sentence))

    def _submit(self, work: Callable[[Task], str], what: str) -> None:
        failed = partial(self._notices.fail, doing=f"{self._doing} {what}")
        self._runner.submit(work, self._notices.tell, failed)


def with_suffix(path: Path, suffix: str) -> Path:
    """With the usual suffix, where the name has none of a file format: "frame.001" has none."""
    usual = path.suffix.lower() == suffix
    known = usual or mimetypes.guess_type(f"x{path.suffix}")[0] is not None
    return path if path.suffix and known else path.with_name(path.name + suffix)
