"""Questions to the network, and the answers that are kept.

What is shown is the answer to the question that is asked now. An answer to another question is
stale, whenever it comes; one that is still kept is shown at once, without asking again.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from sgnet_model.edits import NO_EDITS, Edits
from sgnet_model.types import Frame

from .choices import NetworkChoice
from .result import Result

KEPT = 4  # answers: some 15 MB each at 480x640


@dataclass(frozen=True, slots=True)
class Question:
    """What does this network, run this way, say of this frame after `edits` of its depth?

    `network`: with its switches. `frame`: as it was read; frames are compared as objects.
    """

    frame: Frame
    network: NetworkChoice
    edits: Edits = NO_EDITS


class Answers:
    """The answers used last."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._known: OrderedDict[Question, Result] = OrderedDict()

    def get(self, question: Question) -> Result | None:
        """The answer, if it is still kept."""
        if question in self._known:
            self._known.move_to_end(question)
        return self._known.get(question)

    def put(self, question: Question, answer: Result) -> None:
        """Keep it; the least recently used one is dropped."""
        self._known[question] = answer
        self._known.move_to_end(question)
        while len(self._known) > self._kept:
            self._known.popitem(last=False)

    def clear(self) -> None:
        """Another set is open: the frames of the old one are dropped."""
        self._known.clear()
