"""Which depth belongs to which picture: names, numbers, times, and lists that editors touched."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from dataset_support import write_depth, write_rgb

from sgnet_model.data.listing import Role, depth_rank, key_of, role_of, role_of_folder
from sgnet_model.data.open import open_frames
from sgnet_model.data.pairing import by_name, by_number, by_time, nearest, pair_up, times_of
from sgnet_model.data.text_lists import cells_of, decimal, delimiter_of, lines_of
from sgnet_model.types import UserError


def make(root: Path, *names: str) -> None:
    """Small pictures: depth where the name says so."""
    for name in names:
        write = write_depth if "depth" in name.lower() else write_rgb
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        write(root / name, 200 if write is write_rgb else 2000)


def opened(root: Path, depth: Path | None = None) -> list[tuple[str, str]]:
    """(rgb, depth), relative to `root`."""
    frames = open_frames(root, depth).frames  # type: ignore[attr-defined]
    return [(f.rgb.relative_to(root).as_posix(), f.depth.name) for f in frames]


def paths(*names: str) -> list[Path]:
    return [Path(name) for name in names]


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("color0001.jpg", Role.RGB),
        ("depth0001.png", Role.DEPTH),
        ("00000_colors.png", Role.RGB),
        ("frameDepth12.png", Role.DEPTH),
        ("RGBImage7.png", Role.RGB),
        ("sync_depth_00045.png", Role.DEPTH),
        ("apple_1_1_depthcrop.png", Role.DEPTH),
        ("aligned_depth_to_color_3.png", Role.DEPTH),
        ("color_to_depth_3.png", Role.RGB),
        ("city_leftImg8bit.png", Role.RGB),
        ("label40.png", Role.LABELS),
        ("a_labelids.png", Role.LABELS),
        ("a_gtFine_labelTrainIds.png", Role.LABELS),
        ("0001_conf.png", Role.OTHER),
        ("0001.png", Role.UNSAID),
    ],
)
def test_names_say_what_a_picture_is(name: str, role: Role) -> None:
    assert role_of(Path(name)) is role


def test_a_sentence_is_no_folder_of_pictures() -> None:
    assert role_of_folder(Path("undistorted_color_images")) is Role.RGB
    assert role_of_folder(Path("how to take a good picture of depth")) is Role.UNSAID


def test_words_without_a_mark_between_them_give_the_same_key() -> None:
    names = ("color0007.jpg", "depth_raw_7.png", "Depth007.png", "img7.png")
    assert {key_of(Path(name)) for name in names} == {"7"}


def test_depth_aligned_with_colour_comes_first() -> None:
    names = ("depth", "depth_raw", "sparse_depth", "depth_colored", "aligned_depth", "depth_bfx")
    assert sorted(names, key=depth_rank) == [
        *("aligned_depth", "depth_bfx", "depth", "depth_raw", "sparse_depth", "depth_colored")
    ]
    assert depth_rank("aligned_depth_to_color") == depth_rank("depth_registered") == 0


def test_the_rule_that_pairs_most_is_taken() -> None:
    colours, depths = paths("rgb_1.png", "rgb_2.png"), paths("zz_02.png", "zz_01.png", "zz_09.png")
    assert by_name(colours, depths).count == 0
    assert by_number(colours, depths).partners == (depths[1], depths[0])
    assert pair_up(colours, depths).partners == (depths[1], depths[0])
    assert pair_up(paths("a.png"), paths("b.png")).partners == (Path("b.png"),)
    assert pair_up(paths("a.png", "c.png"), paths("b.png", "d.png")).count == 0


def test_numbers_that_stand_still_or_twice_decide_nothing() -> None:
    colours = paths("kinect2_x1.png", "kinect2_x2.png")
    assert by_number(colours, paths("b1_7.png", "b1_2.png")).partners == (None, Path("b1_2.png"))
    assert by_number(colours, paths("1a.png", "01b.png", "2.png")).partners[0] is None
    assert by_number(paths("a.png", "b.png"), paths("1.png", "2.png")).count == 0


@pytest.mark.parametrize(
    ("name", "seconds"),
    [
        ("1305031102.175304", 1305031102.175304),
        ("0000002-000000033369", 0.033369),
        ("frame_1581120424100262102", 1581120424.100262),
        ("1581120424100", 1581120424.1),
        ("1581120424", 1581120424.0),
        ("1581120424100262", 1581120424.100262),
        ("20240101123001", 1704112201.0),
        ("cam_20240101123001250", 1704112201.25),
        ("20240101123001.500000", 1704112201.5),
    ],
)
def test_times_in_names(name: str, seconds: float) -> None:
    assert times_of([Path(f"{name}.png")]) == pytest.approx([seconds], abs=1e-5)
    assert times_of(paths("0007.png")) is None


@pytest.mark.parametrize(
    "name",
    ["20240101_123001500", "20241301123001", "240101123001", "15811204241", "12345678901234567"],
)
def test_numbers_that_are_no_times(name: str) -> None:
    """As microseconds they would put what lies seconds apart within 20 ms."""
    assert times_of([Path(f"{name}.png")]) is None


def test_date_stamps_pair_within_20_ms_and_no_farther(tmp_path: Path) -> None:
    make(tmp_path, *(f"rgb/202401011230{t}.png" for t in ("01000", "15000", "59990")))
    make(tmp_path, *(f"depth/202401011230{t}.png" for t in ("01015", "25000")))
    make(tmp_path, "depth/20240101123100005.png")
    assert opened(tmp_path) == [
        ("rgb/20240101123001000.png", "20240101123001015.png"),
        ("rgb/20240101123059990.png", "20240101123100005.png"),
    ]


def test_the_nearest_in_time_and_no_farther_than_the_benchmark_allows() -> None:
    colours = paths("1-000000000000.jpg", "2-000000033369.jpg", "9-000000900000.jpg")
    depths = paths("1-000000019962.png", "2-000000053331.png")
    assert by_time(colours, depths).partners == (depths[0], depths[0], None)
    assert by_time(colours, depths).note == ""


def test_streams_whose_clocks_differ_pair_within_half_a_step_and_say_so() -> None:
    colours = [(k / 10, Path(f"c{k}")) for k in range(4)]
    depths = [(k / 10 + 0.04, Path(f"d{k}")) for k in range(4)]
    found = nearest(colours, depths)
    assert [partner.name for partner in found.partners if partner] == ["d0", "d1", "d2", "d3"]
    assert found.note == "Colour and depth were taken up to 40 ms apart."
    assert nearest(colours, [(5.0, Path("d"))]).count == 0


def test_two_folders_one_number(tmp_path: Path) -> None:
    make(tmp_path, "rgb/rgb_00000.png", "rgb/rgb_00050.png")
    make(tmp_path, "depth/sync_depth_00050.png", "depth/sync_depth_00000.png")
    expected = [
        ("rgb/rgb_00000.png", "sync_depth_00000.png"),
        ("rgb/rgb_00050.png", "sync_depth_00050.png"),
    ]
    assert opened(tmp_path) == expected
    assert [d for _, d in opened(tmp_path / "rgb", tmp_path / "depth")] == [d for _, d in expected]


def test_one_folder_names_without_a_mark(tmp_path: Path) -> None:
    make(tmp_path, *(f"{kind}{n:04d}.png" for kind in ("color", "depth") for n in (1, 2)))
    assert opened(tmp_path) == [
        ("color0001.png", "depth0001.png"),
        ("color0002.png", "depth0002.png"),
    ]


def test_one_folder_names_of_different_makers(tmp_path: Path) -> None:
    make(tmp_path, "left_a_1.png", "left_a_2.png", "b_depth_1.png", "b_depth_2.png")
    assert opened(tmp_path) == [
        ("left_a_1.png", "b_depth_1.png"),
        ("left_a_2.png", "b_depth_2.png"),
    ]


def test_the_suffix_alone_tells_depth(tmp_path: Path) -> None:
    write_rgb(tmp_path / "0001.jpg")
    write_depth(tmp_path / "0001.png", 2000)
    write_rgb(tmp_path / "0002.png")
    write_depth(tmp_path / "0002.npy", 2, "float32")
    assert opened(tmp_path) == [("0001.jpg", "0001.png"), ("0002.png", "0002.npy")]


def test_a_single_picture_takes_the_best_depth_there_is(tmp_path: Path) -> None:
    make(tmp_path, "photo.png", "my_depth_raw.png", "other_depth.png")
    frames = open_frames(tmp_path)
    assert opened(tmp_path) == [("photo.png", "other_depth.png")]
    assert "not from my_depth_raw.png" in frames.notes[0]


def test_aligned_depth_folders_come_first(tmp_path: Path) -> None:
    make(tmp_path, "color/1.png", "depth/1.png", "aligned_depth_to_color/1.png")
    frames = open_frames(tmp_path)
    assert frames.frames[0].depth.parent.name == "aligned_depth_to_color"  # type: ignore[attr-defined]
    assert "not from depth." in frames.notes[0]


def test_folders_of_equal_names_inside_the_two(tmp_path: Path) -> None:
    make(tmp_path, *(f"{kind}/{room}/1.png" for kind in ("rgb", "depth") for room in "ab"))
    frames = open_frames(tmp_path)
    assert [frames.frame_name(k) for k in range(len(frames))] == ["a/1", "b/1"]


def test_pictures_beside_their_folder_of_depth(tmp_path: Path) -> None:
    make(tmp_path, "1.png", "2.png", "depth/1.png", "depth/2.png")
    assert opened(tmp_path) == [("1.png", "1.png"), ("2.png", "2.png")]


def test_a_picture_and_a_folder_of_depth(tmp_path: Path) -> None:
    make(tmp_path, "rgb/1.png", "rgb/2.png", "depth/1.png", "depth/2.png", "rgb/9.png")
    frames = open_frames(tmp_path / "rgb" / "2.png", tmp_path / "depth")
    assert frames.frames[0].depth == tmp_path / "depth" / "2.png"  # type: ignore[attr-defined]
    with pytest.raises(UserError, match=r"pairs with 9\.png by name, number or time"):
        open_frames(tmp_path / "rgb" / "9.png", tmp_path / "depth")


def test_what_was_found_is_said_where_nothing_pairs(tmp_path: Path) -> None:
    make(tmp_path, "a/x.png", "a/y.png", "b/p_depth.png", "b/q_depth.png")
    with pytest.raises(UserError, match=r"first holds 2 pictures \(first x\.png\), the second 2"):
        open_frames(tmp_path / "a", tmp_path / "b")
    with pytest.raises(UserError, match=r"it holds no pictures and the folders a, b\. A"):
        open_frames(tmp_path)


BOM, UTF_16 = "utf-8-sig", "utf-16"


@pytest.mark.parametrize("encoding", ["utf-8", BOM, UTF_16, "latin-1"])
@pytest.mark.parametrize("mark", [" ", ";", "\t", ","])
def test_lists_that_editors_touched(tmp_path: Path, encoding: str, mark: str) -> None:
    times = ("1305031790.100000", "1305031790.200000", "1305031790.300000")
    for kind in ("rgb", "depth"):
        make(tmp_path, *(f"pictures/{kind}_é/{t}.png" for t in times))
        lines = "\r\n".join(f"{t}{mark}pictures\\{kind}_é\\{t}.png" for t in times)
        (tmp_path / f"{kind}.txt").write_bytes(lines.encode(encoding))
    assert [depth for _, depth in opened(tmp_path)] == [f"{t}.png" for t in times]


def test_association_files_in_either_order(tmp_path: Path) -> None:
    make(tmp_path, "c/1.png", "depth/7.png")
    for line in ("10.5 c/1.png 10.6 depth/7.png", "10.6,depth\\7.png,10.5,c\\1.png"):
        (tmp_path / "associations.txt").write_text(f"# made by hand\n{line}\n")
        assert opened(tmp_path) == [("c/1.png", "7.png")]


def test_lists_whose_times_are_whole_numbers(tmp_path: Path) -> None:
    for digits in (13, 16, 19):
        times = [1_305_031_790_100 + 100 * k for k in range(3)]
        for kind, late in (("rgb", 0), ("aligned_depth", 12)):
            stamps = [str(t + late).ljust(digits, "0") for t in times]
            make(tmp_path, *(f"{kind}/{stamp}.png" for stamp in stamps))
            lines = "".join(f"{stamp} {kind}/{stamp}.png\n" for stamp in stamps)
            (tmp_path / f"{kind}.txt").write_text(f"#Time Name\n{lines}")
        frames = open_frames(tmp_path)
        assert len(frames) == 3
        assert frames.notes == ()


def test_a_list_whose_files_are_gone_is_passed_over(tmp_path: Path) -> None:
    make(tmp_path, "rgb/1305031790.1.png", "depth/1305031790.1.png")
    for kind, folder in (("rgb", "rgb"), ("aligned_depth", "gone"), ("depth", "depth")):
        (tmp_path / f"{kind}.txt").write_text(f"1305031790.1 {folder}/1305031790.1.png\n")
    assert opened(tmp_path) == [("rgb/1305031790.1.png", "1305031790.1.png")]
    assert open_frames(tmp_path).load(0).depth_m is not None


@pytest.mark.parametrize(
    ("rgb", "depth"),
    [
        ("rgbimg1.png", "depthmap1.png"),
        ("images/IMG_0001.png", "depths/DEPTH_0001.png"),
        ("camera_rgb/1.png", "camera_depth/1.png"),
        ("scene01_color.png", "scene01_depth16.png"),
        ("photo.png", "photo_depth.png"),
        ("frame-000000.color.png", "frame-000000.depth.png"),
        ("image/image00001.png", "depth/depth00001.png"),
        ("colorImage_1.png", "depthImage_1.png"),
    ],
)
def test_what_makers_call_their_files(tmp_path: Path, rgb: str, depth: str) -> None:
    """Two frames of each, so that nothing pairs for want of another choice."""
    second = [re.sub(r"(\d)(?=\D*$)", lambda m: str(int(m[1]) + 1), n) for n in (rgb, depth)]
    if "photo" in rgb:
        second = ["view.png", "view_depth.png"]
    if "scene" in rgb:
        second = ["scene02_color.png", "scene02_depth16.png"]
    make(tmp_path, rgb, depth, *second)
    assert sorted(opened(tmp_path)) == sorted(
        [(rgb, Path(depth).name), (second[0], Path(second[1]).name)]
    )


def test_names_in_any_script_are_names(tmp_path: Path) -> None:
    rooms = ("厨房", "卧室", "Küche", "Кухня")
    make(tmp_path, *(f"{room}_{kind}.png" for room in rooms for kind in ("rgb", "depth")))
    assert sorted(opened(tmp_path)) == sorted((f"{r}_rgb.png", f"{r}_depth.png") for r in rooms)
    assert key_of(Path("Küche_rgb.png")) == key_of(Path("depth Ku\u0308che.png")) == "küche"
    assert role_of(Path("厨房rgb1.png")) is Role.RGB


def test_no_depth_of_another_script_is_taken(tmp_path: Path) -> None:
    make(tmp_path, "rgb/厨房.png", "rgb/卧室.png", "depth/书房_depth.png")
    with pytest.raises(UserError, match="No RGB and depth pairs"):
        open_frames(tmp_path)


def test_a_sign_is_part_of_a_number(tmp_path: Path) -> None:
    names = [f"angle_{angle}" for angle in ("-5", "5", "-10")]
    make(tmp_path, *(f"{name}_{kind}.png" for name in names for kind in ("rgb", "depth")))
    assert sorted(opened(tmp_path)) == sorted((f"{n}_rgb.png", f"{n}_depth.png") for n in names)
    assert key_of(Path("frame-5.color.png")) == key_of(Path("frame_5_depth.png"))
    colours, depths = paths("a_-5.png", "a_6.png"), paths("zz_5.png", "zz_6.png")
    assert by_number(colours, depths).partners == (None, depths[1])


def test_several_colour_pictures_of_one_key(tmp_path: Path) -> None:
    """Two pictures have no depth in common; one picture in two files has, and that is said."""
    make(tmp_path, "7_rgb.png", "07_rgb.png", "7_depth.png", "8_rgb.png", "8_depth.png")
    make(tmp_path, "9_rgb.png", "9_color.png", "9_depth.png")
    assert opened(tmp_path) == [("8_rgb.png", "8_depth.png"), ("9_color.png", "9_depth.png")]
    notes = " ".join(open_frames(tmp_path).notes)
    assert "Left out: 2 pictures whose names do not tell which depth is whose, first" in notes
    assert "Colour is read from 9_color.png, not from 9_rgb.png." in notes


def test_what_several_colour_pictures_share_decides_nothing() -> None:
    colours, depths = paths("rgb_7.png", "color_07.png", "rgb_8.png"), paths("d8.png", "depth7.png")
    assert by_name(colours, depths).count == 0
    assert by_name(colours[1:], depths).partners == (depths[1], None)


def test_scenes_that_are_called_like_derived_pictures(tmp_path: Path) -> None:
    scenes = ("dark_001", "normal_001", "normal_002", "mask_1")
    make(tmp_path, *(f"{kind}/{name}.png" for kind in ("rgb", "depth") for name in scenes))
    assert [rgb for rgb, _ in opened(tmp_path)] == [f"rgb/{name}.png" for name in sorted(scenes)]


def test_what_is_derived_is_no_frame(tmp_path: Path) -> None:
    """Also where both folders hold it, and beside the colour pictures labels and depth."""
    make(tmp_path, *(f"a/{side}/{name}.png" for side in ("rgb", "depth") for name in ("1", "1_ir")))
    make(tmp_path, *(f"b/rgb/{name}.png" for name in ("2_rgb", "2_label", "2_depth")))
    make(tmp_path, "b/depth/2_depth.png", "b/depth/3_depth.png")
    assert opened(tmp_path) == [("a/rgb/1.png", "1.png"), ("b/rgb/2_rgb.png", "2_depth.png")]


def test_cells_and_numbers_of_tables(tmp_path: Path) -> None:
    assert cells_of('"a b.png"; c.png ;') == ["a b.png", "c.png"]
    assert cells_of("a.png  b.png") == ["a.png", "b.png"]
    assert delimiter_of("a;b;c,d") == ";"
    assert decimal("0,00025") == decimal(" 0.00025 ") == 0.00025
    (tmp_path / "binary.txt").write_bytes(b"\xff\x00\x81")
    with pytest.raises(UserError, match="it is not text"):
        lines_of(tmp_path / "binary.txt")


@pytest.mark.parametrize(
    ("folder", "pairs"),
    [
        ("names_colors", [("00000_colors.png", "00000_depth.png")]),
        ("aligned_depth", [("color/000000.jpg", "000000.png")]),
        (
            "redwood_3dscan",
            [
                ("rgb/0000001-000000000000.jpg", "0000001-000000019962.png"),
                ("rgb/0000002-000000033369.jpg", "0000001-000000019962.png"),
            ],
        ),
        (
            "two_folders_one_number",
            [
                ("rgb/rgb_00000.jpg", "sync_depth_00000.png"),
                ("rgb/rgb_00050.jpg", "sync_depth_00050.png"),
            ],
        ),
        (
            "tum_bom",
            [
                ("rgb/1305031102.175304.jpg", "1305031102.160304.png"),
                ("rgb/1305031102.211214.jpg", "1305031102.196214.png"),
                ("rgb/1305031102.243211.jpg", "1305031102.228211.png"),
            ],
        ),
    ],
)
def test_field_cases(shared_data: Path, folder: str, pairs: list[tuple[str, str]]) -> None:
    assert opened(shared_data / "field" / folder) == pairs
