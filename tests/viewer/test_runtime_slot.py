"""The one place between two threads."""

from __future__ import annotations

import threading

from live_support import until

from sgnet_viewer.runtime.slot import Slot


def test_the_newest_wins_and_the_replaced_is_returned() -> None:
    slot: Slot[int] = Slot()
    assert slot.put(1) is None
    assert slot.put(2) == 1
    assert slot.is_full
    assert slot.take() == 2
    assert slot.take_back() is None


def test_a_patient_slot_has_the_giver_wait() -> None:
    slot: Slot[int] = Slot(patient=True)
    given: list[int] = []

    def give() -> None:
        for number in range(50):
            assert slot.put(number) is None
            given.append(number)

    thread = threading.Thread(target=give)
    thread.start()
    taken = [slot.take() for _ in range(50)]
    thread.join()
    assert taken == given == list(range(50))


def test_closing_frees_both_sides_and_returns_what_was_left() -> None:
    slot: Slot[int] = Slot(patient=True)
    slot.put(1)
    refused: list[int | None] = []
    giver = threading.Thread(target=lambda: refused.append(slot.put(2)))
    giver.start()
    until(lambda: slot.is_full)
    assert slot.close() == 1
    giver.join()
    assert refused == [2]
    assert slot.take() is None
    assert slot.is_closed
