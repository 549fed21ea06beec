"""Ground truth in its many numberings."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sgnet_model.data import open_frames
from sgnet_model.data.frames import FrameSet
from sgnet_model.data.labels import count_from_zero, read_labels, read_labels_as
from sgnet_model.data.palettes import NYU40, SUN37
from sgnet_model.types import LabelScheme, UserError


def save(path: Path, *values: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    dtype = np.uint16 if max(values) > 255 else np.uint8
    Image.fromarray(np.array([values], dtype)).save(path)
    return path


@pytest.mark.parametrize(
    ("name", "stored", "labels", "scheme"),
    [
        ("label40.png", (0, 1, 40), [0, 1, 40], "nyu40"),
        ("labels.png", (0, 1, 13), [0, 1, 13], "nyu40"),
        ("label13.png", (0, 1, 13), [0, 1, 13], "nyu13"),
        ("labels_13/0040.png", (0, 5), [0, 5], "nyu13"),
        ("labels_40/0013.png", (0, 5), [0, 5], "nyu40"),
        ("segmentation_13/0040.png", (0, 5), [0, 5], "nyu13"),
        ("labelmap37.png", (0, 5), [0, 5], "sun37"),
        ("labels/0013.png", (0, 5), [0, 5], "nyu40"),
        ("labels/0894.png", (0, 5), [0, 5], "nyu40"),
        ("labels_37/1.png", (0, 37), [0, 37], "sun37"),
        ("SUNRGBD/kv1/label/1.png", (0, 37), [0, 37], "sun37"),
        ("gt/1.png", (0, 255, 4), [0, 0, 4], "nyu40"),
        ("gt/1.png", (0, 60), [0, 60], "generic60"),
        ("labels_894/1.png", (0, 21, 5), [0, 1, 5], "nyu40"),  # wall is 21 of 894
        ("gt/1.png", (0, 21, 894), [0, 1, 40], "nyu40"),
        ("a_gtFine_labelTrainIds.png", (0, 18, 255), [1, 19, 0], "cityscapes19"),
        ("a_gtFine_labelIds.png", (7, 33, 4, 0), [1, 19, 0, 0], "cityscapes19"),
    ],
)
def test_numberings(
    tmp_path: Path, name: str, stored: tuple[int, ...], labels: list[int], scheme: str
) -> None:
    read, found = read_labels(save(tmp_path / name, *stored))
    assert read.dtype == np.uint8
    assert read[0].tolist() == labels
    assert found.name == scheme


def test_palette_pictures_are_read_by_index(tmp_path: Path) -> None:
    image = Image.new("P", (3, 1))
    image.putdata([0, 7, 40])
    image.putpalette([200, 10, 30] * 256)
    image.save(tmp_path / "gt.png")
    assert read_labels(tmp_path / "gt.png")[0].tolist() == [[0, 7, 40]]


def test_what_is_no_label_picture(tmp_path: Path) -> None:
    Image.new("RGB", (4, 4)).save(tmp_path / "colours.png")
    np.save(tmp_path / "floats.npy", np.zeros((4, 4)))
    np.save(tmp_path / "negative.npy", np.full((4, 4), -1))
    for name in ("colours.png", "floats.npy", "negative.npy"):
        with pytest.raises(UserError, match="label"):
            read_labels(tmp_path / name)
    with pytest.raises(UserError, match="ends at 894"):
        read_labels(save(tmp_path / "gt.png", 0, 895))


def test_255_is_void_also_where_the_scheme_is_known(tmp_path: Path) -> None:
    path = save(tmp_path / "1.png", 0, 255, 40)
    assert read_labels_as(path, NYU40).tolist() == [[0, 0, 40]]
    with pytest.raises(UserError, match=r"holds the label 40: sun37 has 0 \(void\) to 37"):
        read_labels_as(path, SUN37)


def test_real_files_agree_with_each_other(shared_data: Path) -> None:
    nyu = shared_data / "nyuv2" / "0001"
    forty, scheme40 = read_labels(nyu / "label40.png")
    thirteen, scheme13 = read_labels(nyu / "label13.png")
    assert (scheme40.name, scheme13.name) == ("nyu40", "nyu13")
    wall = forty == scheme40.classes.index("wall") + 1
    assert set(np.unique(thirteen[wall])) == {scheme13.classes.index("wall") + 1}
    ids, _ = read_labels(shared_data / "cityscapes/frankfurt_000000_000294_gtFine_labelIds.png")
    trained, _ = read_labels(
        shared_data / "cityscapes/frankfurt_000000_000294_gtFine_labelTrainIds.png"
    )
    assert (ids == trained).mean() > 0.997  # the two were scaled down apart: edges differ


@pytest.mark.parametrize(
    ("stored", "scheme", "expected"),
    [
        ([(0, 5, 255), (3, 39)], NYU40, True),
        ([(5, 255), (0, 39)], NYU40, True),
        ([(5, 255), (0, 39)], None, True),
        ([(0, 5), (3, 39)], NYU40, False),  # 0 is void, or nothing is: as it says
        ([(1, 5, 255), (3, 39)], NYU40, False),  # 255 is void, and no class is 0
        ([(0, 5, 255), (3, 40)], NYU40, False),  # the last class of those that count from 1
        ([(0, 5, 255), (3, 36)], SUN37, True),
        ([(0, 5, 255), (3, 37)], SUN37, False),
        ([(0, 5, 255), (3, 300)], None, False),  # NYU's 894
        ([], NYU40, False),
    ],
)
def test_labels_that_count_from_zero_are_recognised(
    tmp_path: Path, stored: list[tuple[int, ...]], scheme: LabelScheme | None, expected: bool
) -> None:
    files = [save(tmp_path / f"gt/{index}.png", *row) for index, row in enumerate(stored)]
    assert count_from_zero(files, scheme) is expected
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no picture")
    assert count_from_zero([*files, broken], scheme) is expected


def test_an_offset_is_added_to_all_but_255(tmp_path: Path) -> None:
    file = save(tmp_path / "gt/1.png", 0, 39, 255)
    assert read_labels_as(file, NYU40, 1).tolist() == [[1, 40, 0]]
    assert read_labels(file, 1)[0].tolist() == [[1, 40, 0]]
    with pytest.raises(UserError, match="holds the label 0, which an offset of -1 makes negative"):
        read_labels_as(file, NYU40, -1)
    with pytest.raises(UserError, match="holds the label 41"):
        read_labels_as(file, NYU40, 2)


def test_a_set_is_read_as_its_files_show_unless_told(tmp_path: Path) -> None:
    """One frame alone does not decide: its own file holds no void."""
    for index, row in enumerate([(0, 7, 255, 2), (0, 7, 3, 2)]):
        Image.new("RGB", (4, 1)).save(tmp_path / f"{index}_color.png")
        save(tmp_path / f"{index}_depth.png", 1000, 1000, 1000, 1000)
        save(tmp_path / f"{index}_label.png", *row)
    frames = open_frames(tmp_path)
    assert [label_values(frames, index) for index in (0, 1)] == [[1, 8, 0, 3], [1, 8, 4, 3]]
    assert "read with a label offset of 1" in frames.notes[-1]
    given = open_frames(tmp_path, label_offset=0)
    assert [label_values(given, index) for index in (0, 1)] == [[0, 7, 0, 2], [0, 7, 3, 2]]
    assert not given.notes


def label_values(frames: FrameSet, index: int) -> list[int]:
    labels = frames.load(index).labels
    assert labels is not None
    return [int(value) for value in labels[0]]


@pytest.mark.parametrize(
    ("label", "rgb", "scheme"),
    [
        ("gt/label_13.png", "rgb/rgb_13.png", "nyu40"),
        ("gt/label37.png", "rgb/0037.png", "nyu40"),
        ("gt/gt_894.png", "rgb/894.png", "nyu40"),
        ("gt/label_13.png", "rgb/rgb_12.png", "nyu13"),
        ("gt/13_label_13.png", "rgb/13_rgb.png", "nyu13"),  # the frame has its number beside it
        ("labels_13/label_13.png", "rgb/rgb_13.png", "nyu13"),
        ("0001/label13.png", "0001/rgb.png", "nyu13"),
    ],
)
def test_the_number_of_a_frame_is_none_of_classes(
    tmp_path: Path, label: str, rgb: str, scheme: str
) -> None:
    labels, found = read_labels(save(tmp_path / label, 0, 5, 12), rgb=tmp_path / rgb)
    assert (labels[0].tolist(), found.name) == ([0, 5, 12], scheme)


def test_a_folder_of_numbered_frames_is_in_one_scheme(tmp_path: Path) -> None:
    for number in (12, 13, 37, 894):
        Image.new("RGB", (4, 1)).save(tmp_path / f"rgb_{number}.png")
        save(tmp_path / f"depth_{number}.png", 1000, 1000, 1000, 1000)
        save(tmp_path / f"label_{number}.png", 0, 7, 255, 2)
    frames = open_frames(tmp_path)
    assert [label_values(frames, index) for index in range(4)] == [[1, 8, 0, 3]] * 4
    schemes = {frames.load(index).label_scheme for index in range(4)}
    assert schemes == {NYU40}


def test_files_whose_number_is_a_frames_are_counted_too(tmp_path: Path) -> None:
    """Class 20 is none of 13: it would be taken for a class beyond the last."""
    files = [save(tmp_path / "gt" / f"label_{number}.png", 0, 20, 255) for number in (12, 13)]
    pictures = [tmp_path / "rgb" / f"{number}.png" for number in (12, 13)]
    assert count_from_zero(files, None, pictures)
    files.append(save(tmp_path / "gt" / "label_894.png", 0, 20, 255))
    assert count_from_zero(files, None, [*pictures, tmp_path / "rgb" / "894.png"])
