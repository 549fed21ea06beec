"""An evaluation that can be taken up again: its counts in a file, written whole or not at all."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from sgnet_model.files import write_atomically
from sgnet_model.types import UserError
from sgnet_model.untrusted import read_json, reading

from .depth_doubts import Remark
from .extra_counts import ExtraCounts
from .frame_scores import STATE_FORMAT, scores_from_json, scores_to_json
from .frames import Tally

EVERY_S = 2.0  # frames of the last moments are computed again: counts and names never disagree


class ResumeFile:
    """The state of one evaluation, a JSON file. A `Journal` for `evaluate_frames`.

    `identity`: everything the counts depend on (data, checkpoint, scales, ...), as JSON values. A
    file of another identity is refused, not overwritten. Skipped frames are not kept: they may have
    been repaired, and are tried again.
    """

    def __init__(self, path: Path, identity: Mapping[str, Any], classes: int) -> None:
        self.path = path
        self._identity = json.loads(json.dumps(identity))  # as it will be read back
        self._classes = classes
        self._written = time.monotonic()

    def load(self) -> Tally:
        """What was counted before; nothing where there is no file yet. Raises UserError."""
        if not self.path.exists():
            return Tally.empty(self._classes)
        return self._tally(read_json(self.path, self._unreadable()))

    def note(self, tally: Tally) -> None:
        """Writes at most every two seconds."""
        if time.monotonic() - self._written >= EVERY_S:
            self.close(tally)

    def close(self, tally: Tally) -> None:
        """Writes now."""
        values = {
            "format": STATE_FORMAT,
            "identity": self._identity,
            "matrix": tally.matrix.tolist(),
            "frames": scores_to_json(tally.frames),
            "noted": [[remark.frame, remark.text] for remark in tally.noted],
            "units": tally.units,
            "more": tally.more and tally.more.state(),
        }
        write_atomically(self.path, json.dumps(values).encode())
        self._written = time.monotonic()

    def _tally(self, values: Any) -> Tally:
        with reading(self.path, self._unreadable()):
            if values["format"] != STATE_FORMAT:
                raise ValueError("another format")
            identity, matrix = dict(values["identity"]), np.array(values["matrix"], np.int64)
            frames = scores_from_json(values["frames"])
            noted = [Remark(str(frame), str(text)) for frame, text in values["noted"]]
            more = values.get("more")  # absent from older files
            more = None if more is None else ExtraCounts.from_state(more, self._classes)
            units = {str(unit): [str(name) for name in of] for unit, of in values["units"].items()}
        keys = sorted(set(identity) | set(self._identity))
        other = [key for key in keys if identity.get(key) != self._identity.get(key)]
        if other:
            raise UserError(
                f"{self.path} belongs to another evaluation, which differs in {', '.join(other)}: "
                "delete it to start again, or name another file with --resume."
            )
        if matrix.shape != (self._classes, self._classes) or matrix.min() < 0:
            raise UserError(self._unreadable())
        return Tally(matrix, frames, noted=noted, units=units, more=more)

    def _unreadable(self) -> str:
        return (
            f"{self.path} is not the state of an evaluation, or is damaged: delete it to start "
            "again, or name another file with --resume."
        )


def digest_of_names(names: Iterable[str]) -> str:
    """A short hash of the frames' names in order."""
    return hashlib.sha256("\n".join(names).encode("utf-8", "surrogateescape")).hexdigest()[:16]


def digest_of_file(path: Path) -> str:
    """A short hash of a file's content. Raises UserError where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()[:16]
    except OSError as error:
        raise UserError(f"{path} cannot be read ({error.strerror}): check the path.") from error
