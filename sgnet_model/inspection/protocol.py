"""What an inspection is.

One file in `kinds/` with a class like this, and an instance of it called INSPECTION, is a new
inspection: the registry, the command line, the window and the report find it.

    class Depth(Inspection):
        name, title = "depth", "How far away is it?"
        needs, cost = Need.TRACES, Cost.CHEAP

        def ask(self, subject, pixel, options):
            ...
            return Finding(self.name, pixel, None, checks, parts, values)

    INSPECTION = Depth()

Elsewhere: `registry.register`, or a package's entry point in the group "sgnet_model.inspections".
Modules in `kinds/` import torch inside functions: the window's process reads the registry.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from sgnet_model.config import SGNetConfig
from sgnet_model.sensor_noise import KINECT

from .finding import Finding, Pixel

if TYPE_CHECKING:
    from .subject import Subject


class Need(StrEnum):
    """What an inspection is asked with."""

    TRACES = "traces"  # the prediction that is shown
    NETWORK = "network"  # further passes of the prepared network
    GRADIENT = "gradient"  # passes of the unprepared network, and back
    DATA_SET = "data set"  # many frames


class Cost(StrEnum):
    """Whether it can follow the pointer."""

    CHEAP = "cheap"  # tens of milliseconds
    EXPENSIVE = "dear"  # at least a pass of the network: on demand, with progress


class Choice(StrEnum):
    """An option on which an answer depends, and which the window therefore offers."""

    CLASS = "class"  # `Options.class_name`
    NOISE = "noise"  # `Options.noise`


@dataclass(frozen=True, slots=True)
class Options:
    """What may be chosen beside the pixel; an inspection reads what concerns it.

    `layer`: one S-Conv by name; None: all, or the default of the inspection. `class_name`: whose
    logit is the score; None: the margin. `check`: also the checks that cost further passes.
    `count`, `noise`, `seed`: noisy copies, their model, a word of `sensor_noise`, and the first
    one's seed.
    """

    layer: str | None = None
    class_name: str | None = None
    check: bool = False
    count: int = 16
    noise: str = KINECT
    seed: int = 0


class Inspection(ABC):
    """A question about one pixel. `title`: the question in words, with its question mark."""

    name: ClassVar[str]
    title: ClassVar[str]
    needs: ClassVar[Need]
    cost: ClassVar[Cost]
    passes: ClassVar[int] = 0  # of the network, about: what an expensive one costs
    choices: ClassVar[frozenset[Choice]] = frozenset()

    @abstractmethod
    def ask(self, subject: Subject, pixel: Pixel, options: Options) -> Finding:
        """The finding for pixel (u, v). UserError for a pixel outside the picture, a layer or class
        that is not there, and where `refusal` has a reason.

        Calls `subject.progress(done, total)` between passes, which may raise to cancel.
        """

    def refusal(self, config: SGNetConfig) -> str | None:
        """Why it means nothing for such a network, in a sentence; None where it does."""
        return None if config.tap_layers else NO_TAPS


NO_TAPS = "This network has no layer with taps: the question means nothing here."
