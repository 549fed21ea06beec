"""The kinds there are: built-in, plugged in, broken; what each finds, bounded."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from importlib.metadata import EntryPoint

import plugins
import pytest
from scripted import ATTACHED

from sgnet_model.types import UserError
from sgnet_viewer.cameras.kinds import BUILT_IN, GROUP, CameraKinds, KindReport, built_in
from sgnet_viewer.cameras.protocol import Found

PATIENCE_S = 60.0


def kinds_of(*names: str) -> CameraKinds:
    return CameraKinds(EntryPoint(name, f"plugins:{name}", GROUP) for name in names)


@pytest.fixture(autouse=True)
def answer_at_the_end() -> Iterator[None]:
    plugins.HANGING.clear()
    yield
    plugins.HANGING.set()


def test_every_built_in_kind_can_be_loaded() -> None:
    kinds = CameraKinds(built_in())
    assert kinds.names == tuple(BUILT_IN)


def test_installed_plug_ins_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def installed(group: str) -> list[EntryPoint]:
        asked.append(group)
        return [EntryPoint("good", "plugins:good", group)]

    monkeypatch.setattr("importlib.metadata.entry_points", installed)
    assert CameraKinds().names[-1] == "scripted"
    assert asked == ["sgnet_viewer.cameras"]


def test_what_is_attached_and_what_is_missing() -> None:
    good, bare = kinds_of("good", "sdk_missing").find_all()
    assert good == KindReport("scripted", "Scripted camera", ATTACHED)
    assert (bare.title, bare.found.devices, bare.found.remedy) == ("Bare", (), "pip install bare")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("broken", "ImportError: libsensor.so.2 is missing"),
        ("half", "no attribute 'find'"),
        ("absent", "no attribute 'absent'"),
        ("leaving", "SystemExit: 1"),
    ],
)
def test_a_broken_plug_in_is_reported_and_harms_nobody(name: str, reason: str) -> None:
    kinds = kinds_of(name, "good")
    assert kinds.names == ("scripted",)
    good, broken = kinds.find_all()
    assert good.found.devices
    assert reason in broken.found.missing
    assert "Traceback" in broken.details
    with pytest.raises(UserError, match="cannot be loaded"):
        kinds.get(name)


def test_a_name_belongs_to_the_first() -> None:
    kinds = CameraKinds(EntryPoint(name, "plugins:good", GROUP) for name in ("one", "two"))
    assert kinds.names == ("scripted",)
    assert "taken" in kinds.find_all()[1].found.missing


def test_a_driver_that_raises_is_said() -> None:
    failing, good = kinds_of("failing", "good").find_all()
    assert "Looking for Failing failed (OSError: no udev)" in failing.found.missing
    assert "Traceback" in failing.details
    assert good.found.devices


def test_a_drivers_own_sentence_is_said() -> None:
    (refusing,) = kinds_of("refusing").find_all()
    assert refusing.found == Found(missing="The driver is too old: update it.")
    assert refusing.details == "version 1"


def test_an_answer_of_another_kind_harms_nobody() -> None:
    kinds = kinds_of("wrong", "good")
    wrong, good = kinds.find_all()
    assert "its answer is a list, not a Found" in wrong.found.missing
    assert good.found.devices
    kinds.watch(lambda: None)()  # its failing to tell of changes neither


def test_a_driver_that_hangs_is_not_waited_for() -> None:
    kinds = kinds_of("hanging", "good")
    hanging, good = kinds.find_all(timeout_s=0.2)
    assert "did not answer within 0.2 s" in hanging.found.missing
    assert good.found.devices
    assert kinds.find_all(timeout_s=0.2)[0] == hanging
    kind = kinds.get("hanging")
    assert isinstance(kind, plugins.ScriptedKind)
    assert kind.addresses == ["asked"]  # once: it is still at it


def test_two_who_ask_at_once_both_get_the_answer() -> None:
    kinds = kinds_of("hanging")
    answers: list[KindReport] = []
    threads = [
        threading.Thread(target=lambda: answers.extend(kinds.find_all(PATIENCE_S)))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    plugins.HANGING.set()
    for thread in threads:
        thread.join()
    assert [answer.found for answer in answers] == [ATTACHED, ATTACHED]


def test_a_driver_that_hangs_is_asked_anew_once_it_has_answered() -> None:
    kinds = kinds_of("hanging")
    assert kinds.find_all(timeout_s=0.05)[0].is_late
    plugins.HANGING.set()
    assert kinds.find_all(PATIENCE_S)[0].found == ATTACHED
    kind = kinds.get("hanging")
    assert isinstance(kind, plugins.ScriptedKind)
    before = len(kind.addresses)
    assert kinds.find_all(PATIENCE_S)[0].found == ATTACHED
    assert len(kind.addresses) == before + 1


def test_those_that_tell_of_changes_are_listened_to(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str] = []

    def watch(_kind: object, changed: object) -> object:
        assert callable(changed)
        changed()
        return lambda: heard.append("stopped")

    monkeypatch.setattr(plugins.ScriptedKind, "watch", watch, raising=False)
    stop = kinds_of("good").watch(lambda: heard.append("changed"))
    assert heard == ["changed"]
    stop()
    assert heard == ["changed", "stopped"]
