"""The kinds of live sources there are: the built-in ones and those of other packages.

A kind's module is imported when the kinds are listed, its SDK only when it is asked to find or to
open something.
"""

from __future__ import annotations

import logging
import threading
import time
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from queue import Empty, SimpleQueue

from sgnet_model.types import UserError

from .protocol import CameraKind, Found

GROUP = "sgnet_viewer.cameras"
FIND_TIMEOUT_S = 3.0
_LOG = logging.getLogger(__name__)
BUILT_IN = tuple(
    EntryPoint(name, f"{GROUP}.{place}", GROUP)
    for name, place in (
        ("realsense", "realsense:RealSenseKind"),
        ("oak", "oak:OakKind"),
        ("iphone", "iphone:IPhoneKind"),
        ("webcam", "webcam:WebcamKind"),
        ("webcam+depth", "webcam_depth:WebcamDepthKind"),
        ("video", "video:VideoKind"),
        ("replay", "replay:ReplayKind"),
        ("virtual", "virtual:VirtualKind"),
    )
)


@dataclass(frozen=True, slots=True)
class KindReport:
    """What a chooser shows of one kind. `name`: for `--source`. `details`: a traceback, or ""."""

    name: str
    title: str
    found: Found
    details: str = ""


class CameraKinds:
    """All kinds, each made once. A plug-in that cannot be loaded is reported, not fatal."""

    def __init__(self, points: Iterable[EntryPoint] | None = None) -> None:
        """`points`: what to load in place of the built-in kinds and the installed plug-ins."""
        self._kinds: dict[str, CameraKind] = {}
        self._broken: list[KindReport] = []
        self._searching: dict[str, threading.Thread] = {}
        installed = (*BUILT_IN, *entry_points(group=GROUP))
        for point in installed if points is None else points:
            self._load(point)

    @property
    def names(self) -> tuple[str, ...]:
        """Of the kinds that can be asked for, the built-in ones first."""
        return tuple(self._kinds)

    def get(self, name: str) -> CameraKind | None:
        """The kind called `name`. Raises UserError where its plug-in is broken."""
        for broken in self._broken:
            if broken.name == name and name not in self._kinds:
                raise UserError(broken.found.missing, broken.details)
        return self._kinds.get(name)

    def find_all(self, timeout_s: float = FIND_TIMEOUT_S) -> tuple[KindReport, ...]:
        """Asks all kinds at once what is attached; waits `timeout_s` seconds for all together.

        Who has not answered by then is reported as such, and is not asked again while it is
        still at it. Broken plug-ins come last.
        """
        answers: SimpleQueue[KindReport] = SimpleQueue()
        for name in self.names:
            self._begin_search(name, answers)
        found = _collect(answers, len(self.names), timeout_s)
        reports = [found.get(name) or self._silent(name, timeout_s) for name in self.names]
        return (*reports, *self._broken)

    def watch(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Has `changed` called, in some thread, when a device is plugged in or out.

        Of the kinds whose SDK tells, and does not fail to. The returned function ends it.
        """
        stops: list[Callable[[], None]] = []
        for name, kind in self._kinds.items():
            try:
                stops += [kind.watch(changed)] if hasattr(kind, "watch") else []
            except Exception:  # a list that is asked for anew is enough
                _LOG.exception("%s cannot tell of devices that come and go.", name)

        def stop() -> None:
            for each in stops:
                each()

        return stop

    def _load(self, point: EntryPoint) -> None:
        try:
            kind: CameraKind = point.load()()
            if kind.name in self._kinds:
                raise ValueError(f"the name {kind.name!r} is taken")
            for needed in ("title", "find", "open"):
                getattr(kind, needed)
        except (Exception, SystemExit) as error:  # whatever an import may end in
            self._broken.append(_broken(point, error))
        else:
            self._kinds[kind.name] = kind

    def _begin_search(self, name: str, answers: SimpleQueue[KindReport]) -> None:
        earlier = self._searching.get(name)
        if earlier is not None and earlier.is_alive():
            return
        kind = self._kinds[name]
        # A daemon: an SDK that hangs must not keep the program from ending.
        thread = threading.Thread(
            target=lambda: answers.put(_search(kind)), name=f"sgnet-find-{name}", daemon=True
        )
        self._searching[name] = thread
        thread.start()

    def _silent(self, name: str, timeout_s: float) -> KindReport:
        title = self._kinds[name].title
        sentence = f"{title} did not answer within {timeout_s:g} s: unplug it, then look again."
        return KindReport(name, title, Found(missing=sentence))


def _search(kind: CameraKind) -> KindReport:
    try:
        found = kind.find()
        if not isinstance(found, Found):
            raise TypeError(f"its answer is a {type(found).__name__}, not a Found")
        return KindReport(kind.name, kind.title, found)
    except UserError as error:
        return KindReport(kind.name, kind.title, Found(missing=str(error)), error.details)
    except Exception as error:
        sentence = f"Looking for {kind.title} failed ({_reason(error)})."
        return KindReport(kind.name, kind.title, Found(missing=sentence), traceback.format_exc())


def _collect(
    answers: SimpleQueue[KindReport], count: int, timeout_s: float
) -> dict[str, KindReport]:
    deadline = time.monotonic() + timeout_s
    found: dict[str, KindReport] = {}
    while len(found) < count:
        try:
            report = answers.get(timeout=max(deadline - time.monotonic(), 0))
        except Empty:
            break
        found[report.name] = report
    return found


def _broken(point: EntryPoint, error: BaseException) -> KindReport:
    package = f" of {point.dist.name}" if point.dist is not None else ""
    sentence = (
        f"The camera plug-in {point.name!r}{package} cannot be loaded ({_reason(error)}): update "
        "or uninstall it."
    )
    details = "".join(traceback.format_exception(error))
    return KindReport(point.name, point.name, Found(missing=sentence), details)


def _reason(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".strip().rstrip(".:")
