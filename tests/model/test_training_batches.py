"""A step's batch depends on the step alone, however it is asked for."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import islice
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from threadpoolctl import threadpool_info
from training_support import SETTINGS, SMALL_AUGMENT, TINY

from sgnet_model.training import batches
from sgnet_model.training.batches import VOID, Batch, EndlessPlan, StepBatches, load
from sgnet_model.training.distributed import Ranks
from sgnet_model.training.scene_source import SceneSource
from sgnet_model.types import Frame, Intrinsics, UserError

SCENES = SceneSource((32, 48), 1_000_000)
SMALL = replace(SETTINGS, augment=SMALL_AUGMENT)


@dataclass(frozen=True)
class Numbered:
    """Frame i, cheap: depth and picture tell i."""

    def __call__(self, index: int) -> Frame:
        rgb = np.full((32, 48, 3), index % 256, np.uint8)
        depth = np.full((32, 48), 1 + index, np.float32)
        labels = np.full((32, 48), 1 + index % 3, np.uint8)
        return Frame(str(index), rgb, depth, Intrinsics(40, 40, 24, 16, 48, 32), labels=labels)


def _same(one: Batch, other: Batch) -> bool:
    assert one.spatial is not None
    assert other.spatial is not None
    pairs = ((one.rgb, other.rgb), (one.spatial, other.spatial), (one.labels, other.labels))
    return all(torch.equal(a, b) for a, b in pairs)


def _stream(**settings: object) -> StepBatches:
    return StepBatches(SCENES, TINY, SMALL, **settings)  # type: ignore[arg-type]


def test_a_stream_taken_up_later_gives_the_same_batches() -> None:
    unbroken = list(islice(load(_stream(reuse=3), 0, 0), 5))
    resumed = list(islice(load(_stream(reuse=3), 3, 0), 2))
    assert all(_same(a, b) for a, b in zip(unbroken[3:], resumed, strict=True))
    assert not _same(unbroken[0], unbroken[1])
    assert unbroken[0].rgb.shape == (2, 3, 32, 48)
    assert unbroken[0].labels.min() >= 0


def test_workers_give_the_batches_in_order() -> None:
    stream = StepBatches(Numbered(), TINY, SMALL, workers=2)
    expected = [stream.batch(step) for step in (1, 2, 3, 4)]
    made = list(islice(load(stream, 1, 2), 4))
    assert all(_same(a, b) for a, b in zip(expected, made, strict=True))


class Threaded(Numbered):
    """Depth tells how many threads NumPy computes with in this process."""

    def __call__(self, index: int) -> Frame:
        threads = [library["num_threads"] for library in threadpool_info() if _of_numpy(library)]
        depth = np.full((32, 48), max(threads, default=1), np.float32)
        return replace(super().__call__(index), depth_m=depth)


def _of_numpy(library: dict[str, object]) -> bool:
    return library["user_api"] == "blas" and "numpy" in str(library["filepath"])


def test_too_little_shared_memory_ends_the_stream_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As torch reports it, in a worker; without workers none is needed."""

    def full(_: torch.Tensor) -> None:
        raise RuntimeError("unable to allocate shared memory(shm) for file </torch_1_2_3>")

    monkeypatch.setattr(torch.Tensor, "share_memory_", full)
    stream = StepBatches(Numbered(), TINY, SMALL)
    assert isinstance(next(iter(stream)), Batch)
    monkeypatch.setattr(batches, "get_worker_info", lambda: SimpleNamespace(id=0, num_workers=1))
    made = next(iter(stream))
    assert isinstance(made, UserError)
    assert "shared memory" in str(made)
    assert "--workers 0" in str(made)


def test_workers_hand_over_what_is_shared_already() -> None:
    """Or a full /dev/shm would be met in a thread of torch's, which tells nobody."""
    (made,) = islice(load(StepBatches(Numbered(), TINY, SMALL, workers=1), 0, 1), 1)
    assert made.rgb.is_shared()
    assert made.labels.is_shared()


def test_workers_leave_numpy_one_thread_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    settings = replace(SMALL, augment=replace(SMALL_AUGMENT, divide_depth=False))
    (made,) = islice(load(StepBatches(Threaded(), TINY, settings, workers=1), 0, 1), 1)
    assert made.spatial is not None
    assert set(made.spatial.unique().tolist()) <= {0.0, 1.0}  # 0: beside the picture


def test_processes_share_out_the_frames() -> None:
    seen = []
    for rank in (0, 1):
        stream = StepBatches(Numbered(), TINY, SMALL, ranks=Ranks(rank, 2), workers=2)
        steps = [stream.plan.slots(2 * step + rank) for step in range(20)]
        seen.append({index for slots in steps for index, _ in slots})
    assert seen[0]
    assert not seen[0] & seen[1]


def test_each_frame_is_used_about_as_often_as_asked() -> None:
    plan = EndlessPlan(seed=0, batch=4, reuse=4, pool=8)
    uses = Counter(index for step in range(400) for index, _ in plan.slots(step))
    assert np.mean([uses[index] for index in range(20, 380)]) == pytest.approx(4, abs=0.15)
    for step in (0, 1, 50, 51):
        assert all(index >= plan.oldest(step) for index, _ in plan.slots(step))
    assert plan.oldest(100) > plan.oldest(50) > 0
    assert len({index for index, _ in plan.slots(0)}) > 1  # not one frame four times


def test_frames_are_kept_while_they_may_be_used_again() -> None:
    asked: Counter[int] = Counter()

    def frame_at(index: int) -> Frame:
        asked[index] += 1
        return Numbered()(index)

    stream = StepBatches(frame_at, TINY, SMALL, reuse=2)
    stream.plan = replace(stream.plan, pool=4)
    kept: dict[int, object] = {}
    for step in range(40):
        stream.batch(step, kept)  # type: ignore[arg-type]
        assert len(kept) <= 4 + SMALL.batch
    assert set(asked.values()) == {1}


def test_void_is_void_and_classes_count_from_0() -> None:
    settings = replace(SMALL, augment=replace(SMALL_AUGMENT, scale=(0.5, 0.5), flip=0))
    labels = StepBatches(Numbered(), TINY, settings).batch(0).labels
    assert set(labels.unique().tolist()) <= {0, 1, 2, VOID}
    assert (labels[:, 16:] == VOID).all()  # outside the shrunk picture


def test_a_frame_without_depth_or_labels_is_refused() -> None:
    for name in ("depth", "labels"):
        lacking = {"depth_m": None} if name == "depth" else {"labels": None}

        def frame_at(index: int, lacking: dict[str, None] = lacking) -> Frame:
            return replace(Numbered()(index), **lacking)  # type: ignore[arg-type]

        with pytest.raises(UserError, match=f"has no {name}"):
            StepBatches(frame_at, TINY, SMALL).batch(0)
