"""One RGB file and one depth file to a `Frame`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from sgnet_model.files import expanded
from sgnet_model.resize import resize_nearest
from sgnet_model.types import Frame, Intrinsics, LabelScheme, Origin, UInt8Array, UserError

from .depth_units import unit_text
from .images import read_rgb
from .intrinsics import (
    HYPERSIM_CAMERA,
    CameraChoice,
    CameraFiles,
    GivenCamera,
    camera_given,
    choose_camera,
    is_numbers,
)
from .labels import NO_TRUTH
from .listing import frame_name
from .orientation import (
    UPRIGHT,
    in_words,
    lies_as_stored,
    orientation_of,
    swaps_sides,
    turn,
    turn_camera,
    undo,
)
from .pair_depth import (
    PairDepth,
    guarded,
    holds_distances,
    made_planar,
    refuse_other_aspect,
    resized_depth,
    said_resized,
    stored_depth,
)
from .poses import find_pose
from .reading import PLAIN, Reading


@dataclass(frozen=True, slots=True)
class _Labels:
    values: UInt8Array | None = None
    scheme: LabelScheme | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class _Picture:
    """Colour as the depth lies: it was turned by `turned_by`, and is still to be by `tag`."""

    rgb: UInt8Array
    tag: int
    turned_by: int = UPRIGHT
    notes: tuple[str, ...] = ()

    @property
    def size(self) -> tuple[int, int]:
        """(height, width)."""
        return self.rgb.shape[0], self.rgb.shape[1]


def load_pair(
    rgb_path: Path | str,
    depth_path: Path | str | None,
    *,
    unit: str | float | None = None,
    intrinsics: GivenCamera | None = None,
    labels_path: Path | str | None = None,
    name: str | None = None,
    strict: bool = True,
    reading: Reading = PLAIN,
) -> Frame:
    """The frame of an RGB file and its depth file, at the RGB file's size.

    `unit`: as `unit_called` takes it, or metres per stored unit; None is what a camera file says,
    else a guess. `intrinsics`: an object, a camera file, "fx,fy,cx,cy", those four numbers or a
    3x3 matrix; None looks for a file beside the picture, then guesses. `labels_path`: ground truth;
    where it cannot be used a note says so.
    Depth of another size but the same aspect (within 2 %) is resized by nearest neighbour and said.
    A picture with a rotation tag is turned upright, and what is aligned with it too. `reading`:
    what the data set adds.

    Depth that cannot be used (unreadable, another aspect, 8-bit, nothing valid, None) raises
    UserError; with `strict=False` it gives a frame without depth whose notes hold the sentence. An
    unreadable RGB file and unusable `intrinsics` always raise.
    """
    unit, intrinsics = unit_text(unit), camera_given(intrinsics)
    rgb_path = expanded(rgb_path).absolute()  # the folders around it are looked into
    stored, notes = reading.rgb(rgb_path)
    files = _camera_files(intrinsics, rgb_path)
    depth = guarded(lambda: stored_depth(depth_path, rgb_path, unit, reading, files), strict)
    picture = _as_depth_lies(rgb_path, stored, depth, reading)
    known = None if intrinsics is not None else _known(reading, rgb_path, picture, depth_path)
    choice = _camera(intrinsics, rgb_path, picture, depth, known, files)
    if holds_distances(depth_path, reading):
        depth = made_planar(depth, choice.camera)
    depth_name = Path(depth_path).name if depth_path is not None else ""
    depth = _keeping(depth, guarded(lambda: resized_depth(depth_name, depth, picture.size), strict))
    labels = _load_labels(labels_path, rgb_path, picture.size, reading)
    frame = Frame(
        name=name or frame_name(rgb_path),
        rgb=picture.rgb,
        depth_m=depth.metres,
        intrinsics=choice.camera,
        depth_info=depth.info,
        labels=labels.values,
        label_scheme=labels.scheme,
        notes=(*notes, *picture.notes, *depth.notes, *choice.notes, *labels.notes),
        path=str(rgb_path),
    )
    return _upright(_posed(frame, rgb_path), picture.tag)


def _posed(frame: Frame, rgb_path: Path) -> Frame:
    """With the pose of its sequence; a file that is no poses is worth a note."""
    try:
        return replace(frame, pose=find_pose(rgb_path))
    except UserError as error:
        return replace(frame, notes=(*frame.notes, str(error)))


def _camera_files(given: Intrinsics | Path | str | None, rgb_path: Path) -> CameraFiles:
    """The file that the user named, else those around the picture: for camera and depth scale."""
    if given is None or isinstance(given, Intrinsics) or is_numbers(given):
        return CameraFiles(rgb_path)
    return CameraFiles(rgb_path, expanded(given))


def _as_depth_lies(
    rgb_path: Path, stored: UInt8Array, depth: PairDepth, reading: Reading
) -> _Picture:
    """The picture turned where its tag says so and the depth is aligned with it upright."""
    tag = orientation_of(rgb_path) if reading.rgb is read_rgb else UPRIGHT
    if tag == UPRIGHT:
        return _Picture(stored, UPRIGHT)
    said = f"{rgb_path.name} is tagged as {in_words(tag)}: it was turned upright"
    if depth.metres is None:
        return _Picture(stored, tag, notes=(f"{said}.",))
    if lies_as_stored(depth.metres, stored, tag):
        return _Picture(stored, tag, notes=(f"{said}, and so was its depth.",))
    return _Picture(turn(stored, tag), UPRIGHT, tag, (f"{said}, as its depth is.",))


def _known(
    reading: Reading, rgb_path: Path, picture: _Picture, depth_path: Path | str | None
) -> Intrinsics | None:
    """What the data set says, or the depth file's name."""
    height, width = picture.size
    if holds_distances(depth_path, reading):
        return HYPERSIM_CAMERA
    return reading.camera(rgb_path, width, height)


def _camera(
    given: Intrinsics | Path | str | None,
    rgb_path: Path,
    picture: _Picture,
    depth: PairDepth,
    known: Intrinsics | None,
    files: CameraFiles,
) -> CameraChoice:
    """Of the picture as it lies. A file may also be of the picture as it lay, or is to lie."""
    height, width = picture.size
    depth_size = None if depth.size == (width, height) else depth.size
    choice = choose_camera(
        given, rgb_path, (width, height), depth_size=depth_size, known=known, files=files
    )
    from_other = picture.turned_by if picture.tag == UPRIGHT else undo(picture.tag)
    if not swaps_sides(from_other) or choice.camera.origin is Origin.FILE or given is not None:
        return choice
    other = choose_camera(None, rgb_path, (height, width), files=files)
    if other.camera.origin is not Origin.FILE:
        return choice
    return replace(other, camera=turn_camera(other.camera, from_other))


def _keeping(before: PairDepth, after: PairDepth) -> PairDepth:
    """What was said of depth that turned out to be of no use stays said."""
    return after if after.metres is not None else replace(after, notes=_joined(before, after))


def _joined(before: PairDepth, after: PairDepth) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*before.notes, *after.notes)))


def _upright(frame: Frame, tag: int) -> Frame:
    """A frame that lies as its sensor saw it -> upright."""
    if tag == UPRIGHT:
        return frame
    return replace(
        frame,
        rgb=turn(frame.rgb, tag),
        depth_m=None if frame.depth_m is None else turn(frame.depth_m, tag),
        labels=None if frame.labels is None else turn(frame.labels, tag),
        intrinsics=turn_camera(frame.intrinsics, tag),
        pose=None,  # that of the camera as it was held
    )


def _load_labels(
    path: Path | str | None, rgb_path: Path, size: tuple[int, int], reading: Reading
) -> _Labels:
    if path is None:
        return _Labels()
    path = expanded(path).absolute()
    try:
        values, scheme = reading.labels(path, rgb_path)
        refuse_other_aspect(path.name, (values.shape[0], values.shape[1]), size)
    except UserError as error:
        return _Labels(notes=(f"{NO_TRUTH}: {error}",))
    if values.shape == size:
        return _Labels(values, scheme)
    said = said_resized(path.name, (values.shape[0], values.shape[1]), size)
    return _Labels(resize_nearest(values, size), scheme, (said,))
