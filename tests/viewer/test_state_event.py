"""Signals without Qt."""

from __future__ import annotations

from sgnet_viewer.state.event import Event


def test_slots_are_called_in_order_with_the_arguments() -> None:
    heard: list[tuple[str, int]] = []
    event: Event[[int]] = Event()
    event.connect(lambda number: heard.append(("first", number)))
    event.connect(lambda number: heard.append(("second", number)))
    event.emit(3)
    assert heard == [("first", 3), ("second", 3)]


def test_a_slot_connected_meanwhile_waits_for_the_next_time() -> None:
    heard: list[str] = []
    event: Event[[]] = Event()

    def join() -> None:
        heard.append("joined")
        event.connect(lambda: heard.append("late"))

    event.connect(join)
    event.emit()
    assert heard == ["joined"]
    event.emit()
    assert heard == ["joined", "joined", "late"]
