"""Training on files: every frame once an epoch, whoever shares the work; bad frames by choice."""

from __future__ import annotations

import pickle
from collections import Counter
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import torch
from dataset_support import write_rgb
from PIL import Image
from test_data_nyu_layouts import make_sgnet
from training_sets import HEIGHT, WIDTH, make_esanet
from training_support import SETTINGS, SMALL_AUGMENT, TINY

from sgnet_model.data import guess_intrinsics
from sgnet_model.data.frames import FrameSet
from sgnet_model.data.palettes import NYU40, scheme_for
from sgnet_model.hha import hha
from sgnet_model.holes import fill_holes
from sgnet_model.training.batches import BadFrame, Batch, StepBatches, load
from sgnet_model.training.data_recipes import (
    CITYSCAPES,
    NYUV2,
    NYUV2_ABLATION,
    SUNRGBD,
    fitted,
    in_epochs,
    with_values,
)
from sgnet_model.training.distributed import Ranks
from sgnet_model.training.epochs import EpochPlan, steps_of
from sgnet_model.training.files import FileFrames, FileHha, Files
from sgnet_model.training.held_out import held_out, left_in
from sgnet_model.training.on_files import open_data, train_on_files
from sgnet_model.training.validation import FrameValidation
from sgnet_model.training.whole_hha import KeptHha
from sgnet_model.types import Frame, UserError
from sgnet_model.variants import build
from sgnet_model.weights import load_checkpoint

SMALL = replace(SETTINGS, augment=SMALL_AUGMENT)


def _recipe(**settings: object) -> object:
    """NYUv2's recipe on a tiny network, two epochs of batches of two."""
    recipe = with_values(NYUV2, [("augment.crop", (32, 48)), ("batch", 2), *settings.items()])
    return replace(in_epochs(recipe, 2), variant="tiny", test_size=(32, 48))


@pytest.fixture(autouse=True)
def _tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    from sgnet_model.config import VARIANTS

    monkeypatch.setitem(VARIANTS, "tiny", replace(TINY, variant="tiny", classes=40))


def test_an_epoch_shows_every_frame_once_in_another_order() -> None:
    plan = EpochPlan(seed=3, batch=4, frames=10)
    taken = [index for step in range(5) for index, _ in plan.slots(step)]
    assert sorted(taken[:10]) == sorted(taken[10:]) == list(range(10))
    assert taken[:10] != taken[10:]
    assert taken[:10] != list(range(10))
    other = [index for step in range(5) for index, _ in EpochPlan(4, 4, 10).slots(step)]
    assert taken != other


def test_processes_take_together_what_one_would() -> None:
    one = EpochPlan(seed=3, batch=4, frames=10)
    half = EpochPlan(seed=3, batch=2, frames=10)
    for step in range(6):
        together = [slot for rank in (0, 1) for slot in half.slots(2 * step + rank)]
        for (index, random), (same, also) in zip(one.slots(step), together, strict=True):
            assert index == same
            assert random.random() == also.random()


def test_epochs_become_steps() -> None:
    assert steps_of(480, 795, 8) == 47_700
    assert steps_of(1, 795, 8) == 100  # 99.4
    assert steps_of(0.001, 5, 8) == 1


@pytest.mark.parametrize(
    ("recipe", "frames", "classes", "rate", "steps", "hold"),
    [
        (NYUV2, 795, 40, 8e-3, 47_700, 3975),
        (NYUV2_ABLATION, 795, 40, 5e-3, 47_700, 3975),
        (SUNRGBD, 5285, 37, 1e-3, 132_125, 6607),
        (CITYSCAPES, 2975, 19, 5e-3, 40_000, 0),
    ],
)
def test_the_recipes_are_the_papers(
    recipe: object, frames: int, classes: int, rate: float, steps: int, hold: int
) -> None:
    settings = fitted(recipe, frames)  # type: ignore[arg-type]
    assert (settings.steps, settings.hold_steps) == (steps, hold)
    assert settings.learning_rate == rate
    assert (settings.optimiser, settings.momentum, settings.weight_decay) == ("sgd", 0.9, 5e-4)
    assert (settings.batch, settings.poly_power, settings.auxiliary_weight) == (8, 0.9, 0.4)
    assert (settings.augment.scale, settings.augment.flip) == ((0.5, 2.25), 0.5)
    assert not settings.augment.divide_depth
    assert (settings.augment.zoom, settings.augment.depth_resize) == ("uniform", "bilinear")
    assert settings.decay == "all"
    assert recipe.val_share == 0.05  # type: ignore[attr-defined]
    assert settings.validate_every == -(-frames // 8)
    assert recipe.config.classes == classes  # type: ignore[attr-defined]
    assert (settings.class_weights == "median") is (classes == 37)
    assert recipe.config.output_stride == (8 if classes == 19 else 16)  # type: ignore[attr-defined]


def test_a_batch_is_shared_out_among_processes_or_refused() -> None:
    assert fitted(NYUV2, 795, 4).batch == 2
    assert fitted(NYUV2, 795, 4).steps == fitted(NYUV2, 795).steps
    with pytest.raises(UserError, match=r"8 cannot be shared among 3 .* --set batch=9"):
        fitted(NYUV2, 795, 3)
    with pytest.raises(UserError, match="0 epochs"):
        in_epochs(NYUV2, 0)


def test_a_run_without_steps_is_refused() -> None:
    with pytest.raises(UserError, match="0 steps trains nothing"):
        fitted(with_values(NYUV2, [("steps", 0)]), 795)


def test_settings_in_steps_overrule_those_in_epochs() -> None:
    recipe = with_values(NYUV2, [("steps", 9), ("validate_every", 4), ("hold_steps", 3)])
    settings = fitted(recipe, 795)
    assert (settings.steps, settings.validate_every, settings.hold_steps) == (9, 4, 3)


def _stream(root: Path, **options: object) -> StepBatches:
    source = FileFrames(Files(root, "train"), NYU40)
    plan = EpochPlan(0, 2, len(source.frames))
    return StepBatches(source, TINY, SMALL, plan=plan, **options)  # type: ignore[arg-type]


def _depths(batch: Batch) -> list[int]:
    assert batch.spatial is not None
    return [round(float(one.max())) for one in batch.spatial]


def test_workers_open_the_set_for_themselves_and_give_the_same(tmp_path: Path) -> None:
    stream = _stream(make_esanet(tmp_path))
    expected = [stream.batch(step) for step in range(1, 5)]
    assert Counter(d for b in [stream.batch(0), *expected] for d in _depths(b)) == dict.fromkeys(
        range(1, 6), 2
    )
    source = pickle.loads(pickle.dumps(stream.frame_at))
    assert source._frames is None
    made = list(islice(load(_stream(tmp_path), 1, 1), 4))
    for one, other in zip(expected, made, strict=True):
        assert torch.equal(one.rgb, other.rgb)
        assert torch.equal(one.labels, other.labels)
        assert _depths(one) == _depths(other)


def test_a_bad_frame_stops_with_its_name(tmp_path: Path) -> None:
    make_esanet(tmp_path)
    (tmp_path / "train" / "depth" / "0003.png").write_bytes(b"no picture")
    for workers in (0, 1):
        with pytest.raises(UserError, match=r"^Frame train/0003 .*0003\.png") as caught:
            list(islice(load(_stream(tmp_path), 0, workers), 3))
        assert "Traceback" not in str(caught.value)


def test_a_bad_frame_is_skipped_by_choice_and_told(tmp_path: Path) -> None:
    make_esanet(tmp_path)
    damaged = tmp_path / "train" / "labels_40" / "0003.png"
    damaged.write_bytes(damaged.read_bytes()[:50])
    made = list(islice(load(_stream(tmp_path, on_error="skip"), 0, 1), 5))
    seen = Counter(depth for batch in made for depth in _depths(batch))
    assert seen == {1: 2, 2: 2, 4: 4, 5: 2}  # the next one in its place
    skipped = [one for batch in made for one in batch.skipped]
    assert [one.frame for one in skipped] == ["train/0003", "train/0003"]
    assert "0003.png" in skipped[0].reason


def test_a_set_without_one_usable_frame_says_why(tmp_path: Path) -> None:
    make_esanet(tmp_path, train=3)
    for name in (tmp_path / "train" / "labels_40").iterdir():
        Image.fromarray(np.full((HEIGHT, WIDTH), 41, np.uint8)).save(name)
    with pytest.raises(UserError, match=r"3 frames in a row .* the label 41"):
        _stream(tmp_path, on_error="skip").batch(0)


def test_labels_of_another_data_set_are_refused(tmp_path: Path) -> None:
    make_esanet(tmp_path)
    from sgnet_model.data.palettes import SUN37

    with pytest.raises(BadFrame, match="nyu40 with 40 classes and the network has 37"):
        FileFrames(Files(tmp_path, "train"), SUN37)(0)


def test_a_run_learns_validates_and_keeps_what_it_was(tmp_path: Path) -> None:
    root = make_esanet(tmp_path / "set")
    recipe = _recipe()
    data = open_data(Files(root), recipe, "test")  # type: ignore[arg-type]
    assert (data.files.split, data.val_split, len(data.train)) == ("train", "test", 5)
    run = train_on_files(recipe, data, tmp_path / "run", workers=0)  # type: ignore[arg-type]
    assert run.trainer.step == 5  # two epochs of five in batches of two
    assert 0 <= run.trainer.best <= 1
    kept = load_checkpoint(tmp_path / "run" / "best.safetensors").provenance
    assert (kept["data"], kept["frames"], kept["validated_on"]) == ("set train", 5, "test")
    again = train_on_files(recipe, data, tmp_path / "run", workers=0)  # type: ignore[arg-type]
    assert again.trainer.losses == run.trainer.losses


def test_the_best_weights_are_chosen_on_a_part_of_the_training_frames(tmp_path: Path) -> None:
    """Not on the test split, and not on what is trained on, in other processes either."""
    root = make_esanet(tmp_path / "set", train=9)
    recipe = replace(_recipe(), val_share=0.25)  # type: ignore[type-var]
    data = open_data(Files(root), recipe)
    assert data.val is not None
    assert (len(data.train), len(data.val), data.val_split) == (7, 2, "0.25 of set train")
    again = FileFrames(data.files, NYU40).frames
    names = [
        [part.frame_name(i) for i in range(len(part))] for part in (data.train, again, data.val)
    ]
    assert names[0] == names[1]
    assert len({*names[0], *names[2]}) == 9
    run = train_on_files(recipe, data, tmp_path / "run", workers=0)
    kept = load_checkpoint(tmp_path / "run" / "best.safetensors").provenance
    assert (kept["frames"], kept["validated_on"]) == (7, "0.25 of set train")
    assert run.trainer.step == 7  # two epochs of seven in batches of two
    with pytest.raises(UserError, match="cannot be held out"):
        open_data(Files(root), replace(recipe, val_share=1.0))
    assert open_data(Files(root), replace(recipe, val_share=0.0)).val is None


@pytest.mark.parametrize(
    ("count", "share", "wanted"), [(795, 0.05, 39), (100, 0.1, 10), (7, 0.1, 0)]
)
def test_what_is_held_out_comes_from_all_over_the_set(
    count: int, share: float, wanted: int
) -> None:
    out = held_out(count, share)
    assert len(out) == len(set(out)) == wanted
    assert sorted([*out, *left_in(count, share)]) == list(range(count))
    if wanted >= 10:
        tenths = {index * 10 // count for index in out}
        assert tenths == set(range(10))


def test_hha_is_made_of_whole_frames_once_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crop of it is a part of the frame's own HHA; the file is read the second time."""
    root = make_esanet(tmp_path / "set", train=2)
    source = FileFrames(Files(root, "train"), NYU40)
    frame = source(0)
    hha_at = FileHha(source, KeptHha(tmp_path / "hha"))
    whole = hha_at(0, frame)
    assert frame.depth_m is not None
    assert (whole == hha(fill_holes(frame.depth_m), frame.intrinsics)).all()
    (kept,) = (tmp_path / "hha").iterdir()
    monkeypatch.setattr("sgnet_model.training.whole_hha.hha", _never)
    assert (hha_at(0, frame) == whole).all()
    monkeypatch.undo()
    kept.write_bytes(b"half a file")
    assert (hha_at(0, frame) == whole).all()
    other = replace(frame, intrinsics=replace(frame.intrinsics, fx=frame.intrinsics.fx + 9))
    hha_at(0, other)
    assert len(list((tmp_path / "hha").iterdir())) == 2  # of another camera

    config, still = replace(TINY, spatial="hha"), {"scale": (1.0, 1.0), "flip": 0.0}
    settings = replace(SMALL, augment=replace(SMALL_AUGMENT, crop=(HEIGHT, WIDTH - 8), **still))
    stream = StepBatches(source, config, settings, plan=EpochPlan(0, 2, 2), hha_at=hha_at)
    spatial = stream.batch(0).spatial
    assert spatial is not None
    wholes = [hha_at(index, source(index)) for index in range(2)]
    for picture in (spatial + 128).permute(0, 2, 3, 1).numpy():
        rows, columns = picture.shape[:2]
        windows = (
            whole[top : top + rows, left : left + columns]
            for whole in wholes
            for top in range(whole.shape[0] - rows + 1)
            for left in range(whole.shape[1] - columns + 1)
        )
        assert any((window == picture).all() for window in windows)


def _never(*_: object) -> None:
    raise AssertionError("made anew")


def test_a_data_sets_own_hha_is_read(tmp_path: Path) -> None:
    """The authors' lists name it in their fourth column."""
    make_sgnet(tmp_path)
    source = FileFrames(Files(tmp_path, "train"), NYU40)
    hha_at = FileHha(source, KeptHha(tmp_path / "hha"))
    file = tmp_path / "dataset/NYUDatasets/HHAs/train/3.png"
    write_rgb(file, 77)
    assert (hha_at(0, source(0)) == (77, 2, 3)).all()
    file.unlink()
    assert not (hha_at(0, source(0)) == (77, 2, 3)).all()  # made, as there is none
    Image.new("RGB", (30, 6)).save(file)
    with pytest.raises(BadFrame, match="HHA of the frame's shape was expected"):
        hha_at(0, source(0))


class _OfOneName(FrameSet):
    """Two frames that are called alike, as in folders of a day each; the first is damaged."""

    def __len__(self) -> int:
        return 2

    def frame_name(self, index: int) -> str:  # noqa: ARG002 - alike
        return "0001"

    def load(self, index: int, strict: bool = True) -> Frame:  # noqa: ARG002 - one protocol
        if index == 0:
            raise UserError("It is damaged.")
        rgb, depth_m = np.zeros((32, 48, 3), np.uint8), np.ones((32, 48), np.float32)
        return Frame(
            "0001",
            rgb,
            depth_m,
            guess_intrinsics(48, 32),
            labels=np.ones((32, 48), np.uint8),
            label_scheme=scheme_for(TINY.classes),
        )


def test_the_picture_of_a_validation_is_of_a_frame_that_can_be_read() -> None:
    """Also where another one of its name cannot."""
    network = build(TINY)
    validation = FrameValidation(_OfOneName("days"), None, torch.device("cpu"), "skip")
    validation.scores(network)
    assert [one.frame for one in validation.skipped] == ["0001#0"]
    picture = validation.picture(network)
    assert picture is not None
    assert picture.shape == (32, 3 * 48, 3)


def test_bad_frames_of_both_parts_are_counted_once(tmp_path: Path) -> None:
    root = make_esanet(tmp_path / "set")
    for split, name in (("train", "0002"), ("test", "0001")):
        (root / split / "rgb" / f"{name}.png").write_bytes(b"")
    recipe, told = _recipe(), list[str]()
    data = open_data(Files(root), recipe, "test", "skip")  # type: ignore[arg-type]
    run = train_on_files(  # type: ignore[arg-type]
        recipe, data, tmp_path / "run", workers=0, tell=told.append
    )
    assert sorted(one.frame for one in run.skipped) == ["test/0001", "train/0002"]
    assert sum("Skipped train/0002" in sentence for sentence in told) == 1
    stopping = open_data(Files(root), recipe)  # type: ignore[arg-type]
    with pytest.raises(UserError, match="0002"):
        train_on_files(recipe, stopping, tmp_path / "other", workers=0)  # type: ignore[arg-type]


def test_one_picture_at_a_time_is_too_few_for_a_head_that_pools(tmp_path: Path) -> None:
    root = make_esanet(tmp_path / "set")
    recipe = _recipe(batch=1)
    data = open_data(Files(root), recipe)  # type: ignore[arg-type]
    with pytest.raises(UserError, match="crisp head norms one value"):
        train_on_files(recipe, data, tmp_path / "run", workers=0)  # type: ignore[arg-type]
    frozen = _recipe(batch=1, frozen_norms=True, steps=1)
    frozen = replace(frozen, epochs=0)  # type: ignore[type-var]
    run = train_on_files(frozen, data, tmp_path / "run", workers=0)  # type: ignore[arg-type]
    assert run.trainer.step == 1


def test_parts_that_cannot_be_trained_on(tmp_path: Path) -> None:
    root = make_esanet(tmp_path)
    with pytest.raises(UserError, match="both trained and validated on"):
        open_data(Files(root, "test"), NYUV2, "test")
    with pytest.raises(UserError, match="no split 'dev'"):
        open_data(Files(root, "dev"), NYUV2)
    with pytest.raises(UserError, match="no split 'dev'"):
        open_data(Files(root), NYUV2, "dev")


def test_one_process_of_two_has_its_own_half(tmp_path: Path) -> None:
    make_esanet(tmp_path)
    source = FileFrames(Files(tmp_path, "train"), NYU40)
    settings = replace(SMALL, batch=1)
    whole = _stream(tmp_path).batch(1)
    for rank in (0, 1):
        half = StepBatches(
            source, TINY, settings, plan=EpochPlan(0, 1, 5), ranks=Ranks(rank, 2)
        ).batch(1)
        assert torch.equal(half.rgb[0], whole.rgb[rank])
