"""What the user does with two answers: choose B, keep, swap, flicker, wipe, end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from sgnet_model.resources import default_checkpoint
from sgnet_model.sizes import format_size
from sgnet_model.types import UserError
from sgnet_viewer.contract.window import WindowView
from sgnet_viewer.state.choices import NetworkChoice
from sgnet_viewer.state.comparing import CompareMap, Layout
from sgnet_viewer.state.frame_edits import FrameEdits
from sgnet_viewer.state.other_answer import OtherAnswer
from sgnet_viewer.state.question import Question
from sgnet_viewer.state.session import Session

from .as_command import (
    command_of,
    edit_words,
    file_words,
    label_words,
    reading_words,
    switch_words,
)
from .session import CHECKPOINTS


class CompareActions:
    """Gestures to state; `compare_all`: compares every frame of the open set."""

    def __init__(
        self,
        window: WindowView,
        session: Session,
        other: OtherAnswer,
        compare_all: Callable[[], None] = lambda: None,
    ) -> None:
        self.other = other
        self.compare_all = compare_all
        self._window = window
        self._session = session

    def choose(self, network: NetworkChoice) -> None:
        """B is this network, on the frame as it is edited in A; both are seen from now on."""
        edits, layout = self._session.document.value.edits, self.other.comparing.layout
        layout = Layout.WIPE if layout is Layout.A else layout
        self.other.change(network=network, edits=edits, layout=layout)
        self._window.show_panel("Compare")

    def keep(self) -> None:
        """B is what is asked now, and stays it while A changes."""
        self.choose(self._session.choice)

    def ask_checkpoint(self) -> None:
        """B is the network of another file."""
        path = self._window.ask_file("Open a checkpoint to compare with", CHECKPOINTS)
        if path:
            self.choose(replace(self._session.choice, checkpoint=Path(path)))

    def end(self) -> None:
        """A alone."""
        self.other.change(
            network=None, edits=FrameEdits(), layout=Layout.A, shown_map=CompareMap.NONE
        )

    def swap(self) -> None:
        """A becomes B, and B becomes A."""
        self.other.swap()

    def flicker(self) -> None:
        """The other of the two, alone."""
        shown = self.other.comparing.layout
        self.other.change(layout=Layout.A if shown is Layout.B else Layout.B)

    def move_wipe(self, by: float) -> None:
        """The handle, by a share of the picture's width."""
        wipe = min(max(self.other.comparing.wipe + by, 0.0), 1.0)
        self.other.change(layout=Layout.WIPE, wipe=round(wipe, 6))

    def show_map(self, shown: CompareMap) -> None:
        """One map at a time lies over the picture: an inspection's gives way."""
        if shown is not CompareMap.NONE:
            self._session.document.amend(explain="")
        self.other.change(shown_map=shown)

    def command(self) -> str:
        """The command that prints the same numbers. UserError where there is none."""
        a, b = self._session.question, self.other.question
        if a is None or b is None:
            raise UserError("There is nothing to copy: choose a second answer first.")
        if a.network.size != b.network.size or a.network.device != b.network.device:
            raise UserError("The command compares at one size, on one device: choose the same.")
        words = ["sgnet-model", "compare", *file_words(self._session)]
        words += reading_words(self._session) + label_words(self._session)
        for letter, question in (("a", a), ("b", b)):
            checkpoint = question.network.checkpoint or default_checkpoint()
            words += [f"--{letter}", str(checkpoint)]
            words += switch_words(question.network.switches, f"--switch-{letter}")
            words += edit_words(question.edits, f"--edit-{letter}")
        return command_of([*words, *self._settings(a, b), "--json"])

    def _settings(self, a: Question, b: Question) -> list[str]:
        words = ["--size", format_size(a.network.size)]
        words += [] if a.network.device == "auto" else ["--device", a.network.device]
        if a.network.precision != "auto":
            words += ["--precision", a.network.precision]
        if b.network.precision != a.network.precision:
            precision = b.network.precision
            words += ["--precision-b", "fp32" if precision == "auto" else precision]
        probe = self._session.document.value.probes.active
        return words if probe is None else [*words, "--pixel", f"{probe.u},{probe.v}"]
