"""The one place between two threads."""

from __future__ import annotations

import threading

import pytest
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
    slot: Slot[int] = Slot(waits=True)
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
    slot: Slot[int] = Slot(waits=True)
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


def test_what_failed_is_raised_after_the_last_item() -> None:
    slot: Slot[int] = Slot()
    slot.put(1)
    slot.fail(OSError("unplugged"))
    slot.fail(OSError("the second counts for nothing"))
    assert slot.take(0.0) == 1
    with pytest.raises(OSError, match="unplugged"):
        slot.take(0.0)
    slot.close()
    assert slot.take() is None


def test_a_look_leaves_the_item_and_fails_first() -> None:
    slot: Slot[int] = Slot()
    assert slot.look(0.0) is None
    slot.put(1)
    assert (slot.look(0.0), slot.look(0.0), slot.is_full) == (1, 1, True)
    slot.fail(OSError("unplugged"))
    with pytest.raises(OSError, match="unplugged"):
        slot.look(0.0)


def test_a_taker_waits_no_longer_than_it_says() -> None:
    assert Slot[int]().take(0.01) is None
