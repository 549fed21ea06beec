"""Films, read back by their decoder; what they show, drawn from points whose place is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from cli_support import SIZE, Run, SmallFrame
from test_saving_batch import HEIGHT, WIDTH, make_set

from sgnet_model.data import load_pair
from sgnet_model.predictor import Predictor
from sgnet_model.saving import film
from sgnet_model.saving.film import check_film, fit, write_film
from sgnet_model.saving.layer_sweep import STRIP, layer_sweep
from sgnet_model.saving.orbit import BACKGROUND_RGB, draw, orbit
from sgnet_model.saving.rerun_file import times_of_frames
from sgnet_model.types import Frame, UInt8Array, UserError


def flat(value: int, height: int = 48, width: int = 64) -> UInt8Array:
    return np.full((height, width, 3), value, np.uint8)


def decoded(path: Path) -> list[UInt8Array]:
    import av

    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".webm"])
def test_a_film_holds_the_pictures_in_order(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    said: list[tuple[int, int]] = []
    count = write_film(
        path,
        (flat(v) for v in (20, 120, 220)),
        5,
        3,
        lambda done, total: said.append((done, total)),
    )
    found = decoded(path)
    assert count == len(found) == 3
    assert [round(float(picture.mean()), -1) for picture in found] == [20, 120, 220]
    assert said == [(1, 3), (2, 3), (3, 3)]
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


COLOURS = ((255, 0, 0), (0, 255, 0), (0, 0, 255), (200, 120, 40), (30, 160, 200), (128, 128, 128))


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv", ".webm"])
def test_a_film_keeps_colours_and_says_how_to_read_them(tmp_path: Path, suffix: str) -> None:
    """By BT.709, as players take films of that size without being told."""
    import av
    from av.video.reformatter import Colorspace

    stripes = np.repeat(np.repeat(np.uint8([COLOURS]), 64, 0), 32, 1)
    write_film(tmp_path / f"a{suffix}", (stripes, stripes), 5, 2)
    with av.open(str(tmp_path / f"a{suffix}")) as container:
        frame = next(container.decode(video=0))
        stored = container.streams.video[0].codec_context
        tags = (stored.colorspace, stored.color_primaries, stored.color_trc, stored.color_range)
    assert [int(tag) for tag in tags] == [1, 1, 1, 1]  # BT.709 three times, of limited range
    read = frame.reformat(format="rgb24", src_colorspace=Colorspace.ITU709).to_ndarray()
    assert np.abs(read[32, 16::32].astype(int) - COLOURS).max() <= 3


def test_pictures_that_no_film_holds_are_refused_in_a_sentence(tmp_path: Path) -> None:
    long = np.zeros((16, 16400, 3), np.uint8)
    with pytest.raises(UserError, match=r"16400 x 16 pixels are too large .* up to 16384 a side"):
        write_film(tmp_path / "a.mp4", (long,), 5, 1)
    assert list(tmp_path.iterdir()) == []
    assert write_film(tmp_path / "a.webm", (long,), 5, 1) == 1


def test_an_encoder_that_refuses_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(film, "_LARGEST_SIDE", 20000)
    with pytest.raises(UserError, match=r"a\.mp4 could not be encoded \(Generic error"):
        write_film(tmp_path / "a.mp4", (np.zeros((16, 16400, 3), np.uint8),), 5, 1)
    assert list(tmp_path.iterdir()) == []


def test_odd_and_differing_sizes_fit_the_first(tmp_path: Path) -> None:
    write_film(tmp_path / "a.mp4", (flat(99, 49, 65), flat(99, 98, 64)), 5, 2)
    first, second = decoded(tmp_path / "a.mp4")
    assert first.shape == second.shape == (48, 64, 3)
    assert fit(flat(7, 96, 64), (48, 64))[24, 32, 0] == 7
    assert fit(flat(7, 96, 64), (48, 64))[24, 2, 0] == 0


def test_a_film_called_off_leaves_nothing_and_keeps_the_older(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"older")

    def stop(done: int, _total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_film(path, (flat(v) for v in range(9)), 5, 9, stop)
    assert [p.name for p in tmp_path.iterdir()] == ["a.mp4"]
    assert path.read_bytes() == b"older"


def test_a_film_is_written_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").symlink_to("b.mp4")
    write_film(tmp_path / "a.mp4", (flat(9),), 5, 1)
    assert (tmp_path / "a.mp4").is_symlink()
    assert len(decoded(tmp_path / "b.mp4")) == 1


def test_what_cannot_be_filmed(tmp_path: Path) -> None:
    for path, fps, sentence in (
        (tmp_path / "a.gif", 5.0, "no known kind of film"),
        (tmp_path / "a.mp4", 0.0, "rate 0 cannot be used"),
        (tmp_path / "none" / "a.mp4", 5.0, "name a file in a folder that is there"),
    ):
        with pytest.raises(UserError, match=sentence):
            check_film(path, fps)
    with pytest.raises(UserError, match="without a picture"):
        write_film(tmp_path / "a.mp4", (), 5, 0)


def test_the_nearest_point_is_seen() -> None:
    points = np.array([[0, 0, 4.0], [0, 0, 2.0], [0, 0, 3.0], [1, 0, 4.0], [0, 0, -1.0]])
    colours = np.array([[1, 1, 1], [2, 2, 2], [3, 3, 3], [4, 4, 4], [5, 5, 5]], np.uint8)
    image = draw(points, colours, (101, 101))
    assert tuple(image[50, 50]) == (2, 2, 2)
    focal = 50.5 / np.tan(np.radians(25))
    assert tuple(image[50, 50 + round(focal / 4)]) == (4, 4, 4)
    assert tuple(image[0, 0]) == BACKGROUND_RGB
    assert not (image == 5).all(-1).any()


def small(frame: SmallFrame) -> Frame:
    return load_pair(frame.rgb, frame.depth)


def test_an_orbit_begins_where_it_ends(small_frame: SmallFrame) -> None:
    frame = small(small_frame)
    pictures = list(orbit(frame, frame.rgb, 8, (60, 80)))
    assert len(pictures) == 8
    assert not np.array_equal(pictures[0], pictures[2])
    assert np.array_equal(pictures[0], pictures[4])  # straight ahead, twice a swing
    lit = (pictures[0] != BACKGROUND_RGB).any(-1).mean()
    assert lit > 0.5


def test_a_layer_sweep_shows_each_layers_taps(
    small_frame: SmallFrame, small_checkpoint: Path
) -> None:
    frame = small(small_frame)
    assert frame.depth_m is not None
    predictor = Predictor.load(small_checkpoint, device="cpu", size=(64, 96))
    prediction = predictor.predict(frame.rgb, frame.depth_m, frame.intrinsics)
    pictures = list(layer_sweep(frame, prediction, (50, 30), frame.rgb, 2))
    assert len(pictures) == 24
    assert pictures[0].shape == (SIZE[0] * 10 + STRIP, SIZE[1] * 10, 3)
    assert np.array_equal(pictures[0], pictures[1])
    large = np.repeat(np.repeat(frame.rgb, 10, 0), 10, 1)
    for picture in pictures[::2]:
        assert (picture[: large.shape[0]] != large).any(-1).sum() > 500
    with pytest.raises(UserError, match="outside the picture"):
        next(layer_sweep(frame, prediction, (500, 30), frame.rgb, 2))


def test_the_command(
    run: Run, small_frame: SmallFrame, small_checkpoint: Path, tmp_path: Path
) -> None:
    network = ("--checkpoint", small_checkpoint, "--size", "64x64", "--json")
    root = make_set(tmp_path / "set")
    (root / "depth" / "1.png").write_bytes(b"broken")
    film = tmp_path / "a.mp4"
    said = run("film", "--data", root, "--show", "side", "--out", film, *network).json
    assert (said["pictures"], said["failed"][0]["name"]) == (2, "1")
    assert decoded(film)[0].shape == (HEIGHT, 2 * WIDTH, 3)
    flags = (*small_frame.flags, "--out", film, "--fps", 1, *network)
    assert run("film", *flags, "--layers").json["pictures"] == 12
    assert run("film", *flags, "--orbit").json["pictures"] == 8
    for what in ((), ("--orbit",)):
        refused = run("film", *flags[:-1], *what, "--pixel", "3,3")
        assert "--pixel belongs to --layers" in refused.sentence


def test_names_that_hold_times_give_a_timeline() -> None:
    class Named:
        def __init__(self, *names: str) -> None:
            self.names = names

        def __len__(self) -> int:
            return len(self.names)

        def frame_name(self, index: int) -> str:
            return self.names[index]

        def scene(self, index: int) -> str:
            return self.names[index][0]

    def times(*names: str) -> tuple[float, ...] | None:
        return times_of_frames(Named(*names))  # type: ignore[arg-type]

    assert times("1305031102.175", "1305031102.275") == pytest.approx((0, 0.1), abs=1e-5)
    assert times("000000_0.000s", "a/000007_2.500s") == (0, 2.5)
    assert times("000000_0.000s", "0007") is None
    assert times("a/1305031102.175", "b/1305031105.175") == pytest.approx((0, 3), abs=1e-5)
    beginning_anew = ("a/0_0.000s", "a/1_2.500s", "b/0_0.000s", "b/1_0.500s", "c/0_0.250s")
    assert times(*beginning_anew) == (0, 2.5, 3.5, 4, 5)
    assert times("a/0_1.000s", "a/1_0.500s") is None
    assert times("v1.2", "v1.3") is None


def test_a_recording_for_rerun(run: Run, small_checkpoint: Path, tmp_path: Path) -> None:
    root = make_set(tmp_path / "set")
    (root / "rgb" / "alone.png").write_bytes((root / "rgb" / "0.png").read_bytes())
    path = tmp_path / "a.rrd"
    flags = ("--checkpoint", small_checkpoint, "--size", "64x64", "--pixel", "3,2")
    said = run("export", "--rerun", path, "--data", root, *flags, "--json").json
    notes = ["Left out: 1 picture without depth, first alone.png."]
    assert said == {"path": str(path), "frames": 3, "failed": [], "notes": notes}
    stored = path.read_bytes()
    assert stored[:3] == b"RRF"
    for entity in (b"world/cloud", b"world/camera/labels", b"world/camera/taps/layer1.0"):
        assert entity in stored
    assert [p.name for p in tmp_path.iterdir() if p.suffix == ".rrd"] == ["a.rrd"]
    wrong = run("export", "--rerun", tmp_path / "a.mp4", "--data", root)
    assert "end its name in .rrd" in wrong.sentence
    outside = run("export", "--rerun", path, "--data", root, *flags[:-1], "99,2")
    assert "outside the picture" in outside.sentence
    assert path.read_bytes() == stored
