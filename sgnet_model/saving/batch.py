"""All frames of a set to files: resumed where it was, called off between two files.

DIR/labels/NAME.png   DIR/overlay/NAME.png   DIR/cloud/NAME.ply   DIR/npz/NAME.npz
DIR/predictions.csv   a line a frame: how its depth was read, what failed
DIR/predictions.json  what made them: files of two networks or sets do not mix in one folder
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sgnet_model.data.text_lists import delimiter_of, text_of
from sgnet_model.exports.arrays import write_npz
from sgnet_model.exports.pictures import write_labels, write_overlay
from sgnet_model.exports.ply import PLY_FIELDS, cloud_of
from sgnet_model.files import expanded, make_folder, write_atomically
from sgnet_model.prediction import Predict, Prediction
from sgnet_model.progress import Progress, no_progress
from sgnet_model.types import Frame, UserError
from sgnet_model.untrusted import TEXT_BYTES, read_bytes, read_json, reading

if TYPE_CHECKING:  # its readers are not needed to name it
    from sgnet_model.data.frames import FrameSet

KINDS = {"labels": ".png", "overlay": ".png", "cloud": ".ply", "npz": ".npz"}
SETTINGS, INDEX = "predictions.json", "predictions.csv"
COLUMNS = ("name", "scene", "depth_unit", "depth_unit_origin", "median_m", "milliseconds", "error")
SINCE = frozenset({"data", "split"})  # absent from the settings in older folders: not known there

_UNSAFE = re.compile(r'[<>:"\\|?*\x00-\x1f]')


@dataclass(frozen=True, slots=True)
class BatchReport:
    """How many frames were written now, were there before; those that failed, with a sentence.

    `remarks`: (frame, sentence) of what is to be said of those written now, doubtful depth first.
    """

    written: int = 0
    skipped: int = 0
    failed: tuple[tuple[str, str], ...] = ()
    remarks: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """What is written of each frame, and how.

    `made_with`: JSON-ready, what the files depend on (checkpoint, size, ...). A folder that was
    made with something else is refused.
    """

    folder: Path
    kinds: Collection[str] = tuple(KINDS)
    fields: Collection[str] = PLY_FIELDS
    made_with: Mapping[str, Any] = field(default_factory=dict)

    def paths(self, name: str) -> dict[str, Path]:
        """Kind -> file of the frame with this (unique, safe) name."""
        return {kind: self.folder / kind / f"{name}{KINDS[kind]}" for kind in self.kinds}


def made_with(
    checkpoint: Path,
    size: tuple[int, int] | None,
    precision: str,
    depth_unit: str | None,
    intrinsics: str | None,
    switches: Sequence[str],
    sources: Sequence[Path | str],
    split: str | None = None,
) -> dict[str, Any]:
    """What files depend on, for `Batch.made_with`: the same whoever asks for them.

    `sources`: what was opened, a folder or files, and `split` the part of it: frames of another set
    may have the same names.
    """
    with checkpoint.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {
        "checkpoint": digest,
        "size": "native" if size is None else list(size),
        "precision": precision,
        "depth_unit": depth_unit or None,
        "intrinsics": intrinsics or None,
        "switch": list(switches),
        "data": sorted(str(expanded(path).resolve()) for path in sources),
        "split": split or None,
    }


def parse_kinds(text: str) -> tuple[str, ...]:
    """Of a flag's "labels,npz"; UserError for an unknown kind."""
    names = [name.strip().lower() for name in text.split(",") if name.strip()]
    unknown = [name for name in names if name not in KINDS]
    if unknown or not names:
        raise UserError(
            f"The files {text!r} are not known: name some of {', '.join(KINDS)}, parted by commas."
        )
    return tuple(kind for kind in KINDS if kind in names)


def export_all(
    frames: FrameSet, predict: Predict, batch: Batch, progress: Progress = no_progress
) -> BatchReport:
    """Predicts and writes every frame that is not there yet.

    `progress` (done, total) is called before each frame and may raise to call it off: what was
    written by then is whole, and the next call goes on from there. A frame that cannot be read is
    left out and reported. UserError where nothing can be written: the other frames could not be
    either.
    """
    _check_settings(batch)
    done = _begin_index(batch.folder)
    names = file_names(frames)
    skipped = 0
    noted: list[tuple[str, str]] = []
    doubts: list[tuple[str, str]] = []
    others: list[tuple[str, str]] = []
    try:
        for index, name in enumerate(names):
            progress(index, len(names))
            paths, own = batch.paths(name), frames.frame_name(index)
            if done[own] and all(path.is_file() for path in paths.values()):
                done[own] -= 1
                skipped += 1
                continue
            try:
                frame = _export(frames, index, predict, batch, paths)
            except _Unusable as error:
                noted.append((own, str(error)))
                continue
            noted.append((own, ""))
            doubt = frame.depth_info.doubt if frame.depth_info else ""
            for note in frame.notes:
                (doubts if note == doubt else others).append((own, note))
    finally:
        _drop_older(batch.folder, [name for name, _ in noted])
    progress(len(names), len(names))
    failed = tuple((name, error) for name, error in noted if error)
    return BatchReport(len(noted) - len(failed), skipped, failed, (*doubts, *others))


def write_kind(
    kind: str, path: Path, frame: Frame, prediction: Prediction, fields: Collection[str]
) -> int:
    """One file; the number of points of a cloud, else 0."""
    if kind == "cloud":
        return cloud_of(path, frame, prediction, fields)
    if kind == "labels":
        write_labels(path, prediction.labels)
    elif kind == "overlay":
        write_overlay(path, frame, prediction)
    else:
        write_npz(path, frame, prediction)
    return 0


def file_names(frames: FrameSet) -> list[str]:
    """A name for each frame's files, its own made safe ("scene/0001"); numbered where two agree."""
    names = [_safe(frames.frame_name(index)) for index in range(len(frames))]
    twice = {name for name, count in Counter(n.lower() for n in names).items() if count > 1}
    return [
        f"{name}_{index:06d}" if name.lower() in twice else name for index, name in enumerate(names)
    ]


def _safe(name: str) -> str:
    parts = [_UNSAFE.sub("_", part).strip(" .") for part in name.split("/")]
    return "/".join(part for part in parts if part) or "frame"


def _export(
    frames: FrameSet, index: int, predict: Predict, batch: Batch, paths: Mapping[str, Path]
) -> Frame:
    """Writes a frame's files, then its line. Raises _Unusable, when its line says why."""
    name = frames.frame_name(index)
    try:
        frame = frames.load(index)
        prediction = predict(frame)
    except UserError as error:
        _note(batch.folder, {"name": name, "error": str(error)})
        raise _Unusable(str(error)) from error
    for kind, path in paths.items():
        make_folder(path.parent)
        write_kind(kind, path, frame, prediction, batch.fields)
    depth = frame.depth_info
    _note(
        batch.folder,
        {
            "name": name,
            "scene": frames.scene(index),
            "depth_unit": depth.unit if depth else "",
            "depth_unit_origin": str(depth.origin) if depth else "",
            "median_m": f"{depth.median_m:.4g}" if depth else "",
            "milliseconds": f"{prediction.milliseconds:.1f}",
        },
    )
    return frame


class _Unusable(Exception):
    """A frame that cannot be read or predicted; the others may be."""


def _note(folder: Path, row: Mapping[str, str]) -> None:
    """A line of the index, appended."""
    path = folder / INDEX
    text = _lines([[row.get(column, "") for column in COLUMNS]])
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise UserError(f"{path} cannot be written ({error.strerror}): make room.") from error


def _begin_index(folder: Path) -> Counter[str]:
    """Mends the index, with its header where it is new. How many lines of which frames it has
    that say that all went well."""
    path = folder / INDEX
    header, *lines = _index(folder)
    whole = _lines([header, *lines]).encode()
    if not path.exists() or read_bytes(path, TEXT_BYTES) != whole:
        write_atomically(path, whole)
    return Counter(line[0] for line in lines if not _failed(line))


def _index(folder: Path) -> list[list[str]]:
    """The header of the index and its lines, a cell a column, whatever an editor made of them.

    On a full disk the last line may be torn, and with it the header missing.
    """
    path = folder / INDEX
    text = _whole(text_of(path)) if path.exists() else ""
    delimiter = delimiter_of(text.partition("\n")[0])
    with reading(path, f"{path} is not what this program wrote: choose another folder."):
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        lines = [line for line in rows if line]
    headed = bool(lines) and tuple(lines[0][: len(COLUMNS)]) == COLUMNS
    return lines if headed else [list(COLUMNS), *lines]


def _whole(text: str) -> str:
    """Without what follows the last line end that is in no quoted cell."""
    end = text.rfind("\n") + 1
    while text.count('"', 0, end) % 2:
        end = text.rfind("\n", 0, end - 1) + 1
    return text[:end]


def _lines(rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _failed(line: Sequence[str]) -> bool:
    return any(line[COLUMNS.index("error") : len(COLUMNS)])


def _drop_older(folder: Path, noted: Sequence[str]) -> None:
    """Leaves a line a frame: of those just `noted`, the lines of earlier runs are dropped."""
    if not noted:
        return
    header, *lines = _index(folder)
    older, own = lines[: -len(noted)], lines[-len(noted) :]
    again = Counter(noted)  # names may be those of several frames, with a line each
    dropped = set()
    for at in sorted(range(len(older)), key=lambda at: not _failed(older[at])):
        if again[older[at][0]]:
            again[older[at][0]] -= 1
            dropped.add(at)
    if dropped:
        kept = [line for at, line in enumerate(older) if at not in dropped]
        write_atomically(folder / INDEX, _lines([header, *kept, *own]).encode())


def _refuse_foreign_files(batch: Batch) -> None:
    """Of a folder without our settings: its labels/ may be the ground truth of a data set."""
    for kind in batch.kinds:
        folder = batch.folder / kind
        if folder.is_dir() and any(not one.name.startswith(".") for one in folder.iterdir()):
            raise UserError(
                f"{folder} holds files already, and no {SETTINGS} says that they are predictions: "
                "choose another folder."
            )


def _check_settings(batch: Batch) -> None:
    """Makes the folder, or refuses one whose files were made otherwise."""
    make_folder(batch.folder)
    path = batch.folder / SETTINGS
    settings = json.loads(json.dumps({**batch.made_with, "ply_fields": sorted(batch.fields)}))
    if path.exists():
        before = read_json(path, f"{path} is not what this program wrote: choose another folder.")
        known = before if isinstance(before, dict) else {}
        settings = {key: settings[key] for key in settings if key in known or key not in SINCE}
        if before != settings:
            differing = [key for key, value in settings.items() if known.get(key) != value]
            raise UserError(
                f"{batch.folder} holds predictions that were made otherwise "
                f"({', '.join(differing) or 'other settings'}): choose another folder, or the same "
                "settings to go on."
            )
        return
    _refuse_foreign_files(batch)
    write_atomically(path, (json.dumps(settings, indent=2) + "\n").encode())
