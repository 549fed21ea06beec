"""How a set's labels count: from 1 with 0 as void, or from 0 with 255 as void.

One class off is no error that anything would notice but the scores, so it is looked for, once a
set, in a few of its files.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from sgnet_model.types import UserError

from .labels import count_from_zero
from .reading import LabelPictures, Reading

SAMPLED = 12  # files of a set that are looked at


class LabelNumbers:
    """The offset of a set's labels: the one given or, at the first need, what the files show.

    `files`: the set's label pictures, each with its RGB file. Raises UserError for an offset where
    labels are no pictures.
    """

    def __init__(
        self, reading: Reading, files: Sequence[tuple[Path, Path]], offset: int | None
    ) -> None:
        self._reading = reading
        self._files = files[:: max(len(files) // SAMPLED, 1)][:SAMPLED]
        self._given = offset
        if offset and not isinstance(reading.labels, LabelPictures):
            raise UserError(
                "The labels of this data set are not pictures, and their numbers are known: leave "
                "the label offset out."
            )

    @cached_property
    def reading(self) -> Reading:
        """As given, labels with the offset."""
        labels = self._reading.labels
        offset = self._seen if self._given is None else self._given
        if not offset or not isinstance(labels, LabelPictures):
            return self._reading
        return replace(self._reading, labels=replace(labels, offset=offset))

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """What was seen and not said by the user."""
        if self._given is not None or not self._seen:
            return ()
        count = len(self._files)
        seen = "its file shows" if count == 1 else f"{count} files show"
        return (
            f"Labels count classes from 0 with 255 as void, as {seen}: they are read with a label "
            "offset of 1 (0 reads them as they are).",
        )

    @cached_property
    def _seen(self) -> int:
        labels = self._reading.labels
        if not isinstance(labels, LabelPictures):
            return 0
        files, pictures = [file for file, _ in self._files], [rgb for _, rgb in self._files]
        return int(count_from_zero(files, labels.scheme, pictures))
