"""Scenes leave as files, in order, and the leak meter measures."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from scene_leakage import PIXELS, mean_iou, samples

from sgnet_model.scenes import CLASSIC, REALISTIC, Profile, render_scene, synthesize
from sgnet_model.types import UserError

SMALL = (24, 32)


def test_files_hold_the_frames_in_the_documented_units(tmp_path: Path) -> None:
    calls: list[tuple[int, int]] = []
    paths = synthesize(tmp_path, 2, 40, SMALL, lambda done, count: calls.append((done, count)))
    assert calls == [(1, 2), (2, 2)]
    assert [path.relative_to(tmp_path).as_posix() for path in paths] == [
        "rgb/000000.png",
        "rgb/000001.png",
    ]
    frame = render_scene(41, SMALL)
    assert frame.depth_m is not None
    rgb, depth, labels = (
        cv2.imread(str(tmp_path / kind / "000001.png"), cv2.IMREAD_UNCHANGED)
        for kind in ("rgb", "depth", "labels")
    )
    assert np.array_equal(rgb[..., ::-1], frame.rgb)
    assert depth.dtype == np.uint16
    assert np.abs(depth / 1000 - frame.depth_m).max() <= 0.0005 + 1e-6
    assert np.array_equal(labels, frame.labels)
    scenes = json.loads((tmp_path / "scenes.json").read_text())["scenes"]
    assert [scene["seed"] for scene in scenes] == [40, 41]


def test_cameras_are_written_column_by_column(tmp_path: Path) -> None:
    synthesize(tmp_path, 1, 5, SMALL)
    camera = render_scene(5, SMALL).intrinsics
    for name in ("camera_intrinsic.json", "camera/000000.json"):
        stored = json.loads((tmp_path / name).read_text())
        assert (stored["width"], stored["height"]) == (32, 24)
        matrix = np.reshape(stored["intrinsic_matrix"], (3, 3)).T
        expected = [[camera.fx, 0, camera.cx], [0, camera.fy, camera.cy], [0, 0, 1]]
        assert np.allclose(matrix, expected)


@pytest.mark.parametrize("name", ["living-room", "kitchen"])
def test_the_bundled_samples_are_whole(name: str) -> None:
    folder = Path(__file__).parents[2] / "assets" / "samples" / name
    rgb, depth, labels = (
        cv2.imread(str(folder / f"{kind}.png"), cv2.IMREAD_UNCHANGED)
        for kind in ("rgb", "depth", "labels")
    )
    assert rgb.shape == (480, 640, 3)
    assert depth.dtype == np.uint16
    assert 1000 < np.median(depth[depth > 0]) < 5000
    assert len(np.unique(labels)) >= 12
    camera = json.loads((folder / "camera_intrinsic.json").read_text())
    assert 440 < camera["intrinsic_matrix"][0] < 640


def test_a_path_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "rgb" / "000000.png").mkdir(parents=True)
    with pytest.raises(UserError, match="could not be written"):
        synthesize(tmp_path, 1, 0, SMALL)


@pytest.mark.parametrize(
    ("count", "seed", "size", "profile", "words"),
    [
        (2, 40, (32, 24), CLASSIC, "another size,"),
        (2, 41, SMALL, CLASSIC, "other seeds,"),
        (1, 40, SMALL, CLASSIC, "other seeds,"),  # the second scene would stay, unlisted
        (2, 40, SMALL, REALISTIC, "another profile,"),
        (2, 41, (32, 24), CLASSIC, "another size and of other seeds,"),
    ],
)
def test_a_folder_holds_one_set(
    tmp_path: Path, count: int, seed: int, size: tuple[int, int], profile: Profile, words: str
) -> None:
    synthesize(tmp_path, 2, 40, SMALL)
    before = contents(tmp_path)
    with pytest.raises(UserError, match=f"holds scenes of {words} .*choose another folder"):
        synthesize(tmp_path, count, seed, size, profile=profile)
    assert contents(tmp_path) == before


def test_the_same_scenes_may_be_asked_for_again_and_more_of_them(tmp_path: Path) -> None:
    synthesize(tmp_path, 1, 40, SMALL)
    before = contents(tmp_path)
    synthesize(tmp_path, 1, 40, SMALL)
    assert contents(tmp_path) == before
    synthesize(tmp_path, 2, 40, SMALL)
    after = contents(tmp_path)
    assert before.items() - after.items() == {("scenes.json", before["scenes.json"])}
    assert len(json.loads(after["scenes.json"])["scenes"]) == 2
    listed = json.loads(after["scenes.json"])
    del listed["profile"]  # as version 0.1.0 wrote it
    (tmp_path / "scenes.json").write_text(json.dumps(listed))
    synthesize(tmp_path, 2, 40, SMALL)
    (tmp_path / "scenes.json").write_text("[]")
    with pytest.raises(UserError, match="holds scenes of another size and of other seeds"):
        synthesize(tmp_path, 2, 40, SMALL)
    (tmp_path / "scenes.json").write_text("no list")
    with pytest.raises(UserError, match="not a list of scenes"):
        synthesize(tmp_path, 2, 40, SMALL)


def test_an_interrupted_run_leaves_whole_scenes_and_continues(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Path.write_bytes
    pictures: list[Path] = []

    def interrupted(path: Path, data: bytes) -> int:
        if path.parent.name == "rgb":
            pictures.append(path)
        if len(pictures) == 2:
            write(path, data[:9])
            raise KeyboardInterrupt
        return write(path, data)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", interrupted)
        with pytest.raises(KeyboardInterrupt):
            synthesize(tmp_path, 3, 40, SMALL)
    names = set(contents(tmp_path)) - {"scenes.json", "camera_intrinsic.json"}
    assert names == {f"{kind}/000000.png" for kind in ("rgb", "depth", "labels")} | {
        "camera/000000.json"
    }
    with pytest.raises(UserError, match="other seeds"):
        synthesize(tmp_path, 3, 41, SMALL)
    assert len(synthesize(tmp_path, 3, 40, SMALL)) == 3


def contents(folder: Path) -> dict[str, bytes]:
    """Of all files, by their path in the folder; hidden ones too."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_no_scenes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="at least one"):
        synthesize(tmp_path, 0, 0)
    assert not list(tmp_path.iterdir())


def test_the_leak_meter_scores_by_intersection_over_union() -> None:
    truth = np.array([1, 1, 1, 2, 2, 3])
    guess = np.array([1, 1, 2, 2, 2, 4])
    # class 1: 2 of 3; class 2: 2 of 3; class 3: 0; class 4 is not in the truth
    assert mean_iou(truth, guess) == pytest.approx((2 / 3 + 2 / 3 + 0) / 3)


def test_samples_carry_colour_and_height_of_their_pixels() -> None:
    features, labels = samples(range(2), CLASSIC)
    assert features.shape == (2 * PIXELS, 4)
    assert features[:, :3].max() <= 255
    assert features[:, 3].min() > -0.01
    assert features[:, 3].max() < 3.1
    assert labels.min() >= 1
    assert np.allclose(features[labels == 2, 3], 0, atol=1e-3)
