"""How long a pass of each network takes: what a question will cost."""

from __future__ import annotations

from sgnet_viewer.state.result import NetworkInfo, Result

Key = tuple[NetworkInfo, tuple[int, int]]  # the network and its size


class PassTimes:
    """The first pass of a network loads and compiles: it says nothing, and the shortest of all says
    most."""

    def __init__(self) -> None:
        self._last: dict[Key, float] = {}
        self._shortest: dict[Key, float] = {}  # of the networks with two passes or more

    def note(self, result: Result | None) -> None:
        """One more answer; the same shown again is no other pass."""
        if result is None:
            return
        key, taken = _key(result), result.prediction.milliseconds
        last = self._last.setdefault(key, taken)
        if taken != last:
            self._shortest[key] = min(taken, last, self._shortest.get(key, taken))
            self._last[key] = taken

    def of(self, result: Result | None) -> float | None:
        """Milliseconds of a pass of the network that gave it; None before the second one."""
        return None if result is None else self._shortest.get(_key(result))


def _key(result: Result) -> Key:
    return result.network, result.prediction.network_size
