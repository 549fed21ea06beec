"""The network of the stream, loaded in a thread of its own: pictures are shown meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from sgnet_model.types import Frame
from sgnet_viewer.runtime.cores import SEGMENTING, give_way
from sgnet_viewer.runtime.task import Task
from sgnet_viewer.state.activity import Step
from sgnet_viewer.state.choices import NetworkChoice
from sgnet_viewer.state.result import Result
from sgnet_viewer.workers.inference import (
    InferenceRequest,
    loading,
    segmented,
)
from sgnet_viewer.workers.networks import LoadedNetwork, LoadedNetworks, key_of

LoadKey = tuple[Path | None, str, str]  # of a choice: all but the size


class Loaded:
    """A network that is there, for the frames of a stream."""

    def __init__(self, network: LoadedNetwork) -> None:
        self._network = network
        notice = network.predictor.notice
        self._notices = [notice] if notice else []

    def segment(self, frame: Frame, choice: NetworkChoice, task: Task) -> Result:
        """See `segmented`."""
        return segmented(self._network, InferenceRequest(frame, choice), task)

    def take_notice(self) -> str:
        """Where it computes elsewhere than was asked, a sentence; "" from the second time on."""
        try:
            return self._notices.pop()
        except IndexError:
            return ""


class StreamNetwork:
    """One network at a time: the one chosen last, loaded when it is first asked for.

    `report`: called in the thread that loads, with what it does (None: no more).
    """

    def __init__(self, networks: LoadedNetworks, report: Callable[[Step | None], None]) -> None:
        self.thread = threading.Thread(target=self._run, name="sgnet-load")
        self._networks = networks
        self._report = report
        self._changed = threading.Condition()
        self._choice = NetworkChoice()
        self._asked = False  # it is waited for
        self._known: Loaded | Exception | None = None
        self._closed = False

    def choose(self, choice: NetworkChoice) -> None:
        """Use this one from now on; any thread."""
        with self._changed:
            if _load_key(choice) != _load_key(self._choice):
                self._asked, self._known = False, None
            self._choice = choice
            self._changed.notify_all()

    def try_again(self) -> None:
        """Load once more what could not be loaded; any thread."""
        with self._changed:
            if isinstance(self._known, Exception):
                self._asked, self._known = False, None

    def of(self, choice: NetworkChoice, wait_s: float = 0.0) -> Loaded | None:
        """The network chosen; None where it is not there, nor within `wait_s` seconds.

        None also where another one has been chosen. Raises what loading raised.
        """
        with self._changed:
            if self._closed or _load_key(choice) != _load_key(self._choice):
                return None
            self._asked = True
            self._changed.notify_all()
            if self.thread.ident is None:
                self.thread.start()
            self._changed.wait_for(lambda: not self._asked or self._is_settled, wait_s)
            known = self._known if _load_key(choice) == _load_key(self._choice) else None
        if isinstance(known, Exception):
            raise known
        return known

    def close(self) -> None:
        """Load nothing more; the thread ends when what it loads is there."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    @property
    def _is_settled(self) -> bool:
        return self._closed or self._known is not None

    # the thread that loads

    def _run(self) -> None:
        give_way(SEGMENTING)
        while (choice := self._next()) is not None:
            found = self._found(choice)
            with self._changed:
                if _load_key(choice) == _load_key(self._choice):
                    self._known = found
                    self._changed.notify_all()

    def _next(self) -> NetworkChoice | None:
        """Waits for what is asked for and not known; None in the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or (self._asked and self._known is None))
            return None if self._closed else self._choice

    def _found(self, choice: NetworkChoice) -> Loaded | Exception:
        try:
            key = key_of(choice, "auto")
            return Loaded(self._networks.get(key, lambda: self._report(Step(loading(key)))))
        except Exception as error:  # it belongs to those who ask
            return error
        finally:
            self._report(None)


def _load_key(choice: NetworkChoice) -> LoadKey:
    return choice.checkpoint, choice.device, choice.precision
