"""Several processes count what one does: threads stand in for them, and torchrun itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from threading import Barrier
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image
from test_evaluation_frames import IDENTITY, Frames, classify

from sgnet_model.data.palettes import NYU13
from sgnet_model.evaluation.frames import Tally, evaluate_frames
from sgnet_model.evaluation.outcomes import FrameError
from sgnet_model.evaluation.resume import ResumeFile
from sgnet_model.ranks import ALONE, Ranks
from sgnet_model.types import UserError

if TYPE_CHECKING:
    from cli_support import Run

FRAMES = tuple(f"frame{index}" for index in range(23))
WAIT_S = 60  # a process that left without the others fails the test instead of hanging it


@dataclass
class Board:
    """Where the threads lay down what they share."""

    world: int
    values: dict[int, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.barrier = Barrier(self.world, timeout=WAIT_S)


@dataclass(frozen=True)
class ThreadRanks(Ranks):
    """A process's place, played by a thread."""

    board: Board = field(default_factory=lambda: Board(1))

    def gathered(self, own: Any) -> list[Any]:
        self.board.values[self.rank] = own
        self.board.barrier.wait()
        shared = [deepcopy(self.board.values[rank]) for rank in range(self.world)]
        self.board.barrier.wait()
        return shared


def in_processes(world: int, work: Callable[[Ranks], Any]) -> list[Any]:
    """What each of `world` processes returns, or the UserError it raised."""
    board = Board(world)

    def one(rank: int) -> Any:
        try:
            return work(ThreadRanks(rank, world, board))
        except UserError as error:
            return error

    with ThreadPoolExecutor(world) as pool:
        return list(pool.map(one, range(world)))


def many(bad: tuple[int, ...] = ()) -> Frames:
    frames = Frames(bad=bad, names=FRAMES)
    frames.truth = np.random.default_rng(1).integers(0, 8, (len(FRAMES), 6, 8)).astype(np.uint8)
    return frames


@pytest.mark.parametrize("world", [2, 3])
def test_the_tally_is_that_of_one(world: int) -> None:
    bad = (1, 9, 22)
    alone = evaluate_frames(many(bad), classify, NYU13, on_error="skip")
    sets = [many(bad) for _ in range(world)]

    def work(ranks: Ranks) -> Tally:
        return evaluate_frames(sets[ranks.rank], classify, NYU13, on_error="skip", ranks=ranks)

    for tally in in_processes(world, work):
        assert (tally.matrix == alone.matrix).all()
        assert tally.frames == alone.frames
        assert list(tally.frames) == list(alone.frames)
        assert tally.skipped == alone.skipped
    loaded = [index for frames in sets for index in frames.loaded]
    assert sorted(loaded) == list(range(len(FRAMES)))  # each by one process only


def test_a_frame_that_stops_one_stops_all(tmp_path: Path) -> None:
    """Wherever it lies, what was counted before it is kept by the leader."""
    path = tmp_path / "state.json"

    def work(ranks: Ranks) -> Tally:
        journal = ResumeFile(path, IDENTITY, 13)
        return evaluate_frames(many((13,)), classify, NYU13, journal=journal, ranks=ranks)

    errors = in_processes(2, work)
    assert all(isinstance(error, FrameError) for error in errors)
    assert {error.frame for error in errors} == {"frame13"}
    kept = ResumeFile(path, IDENTITY, 13).load()
    assert list(kept.frames) == list(FRAMES[:13])
    alone = evaluate_frames(many(), classify, NYU13)

    def again(ranks: Ranks) -> Tally:
        journal = ResumeFile(path, IDENTITY, 13)
        before = ranks.from_leader(journal.load)
        return evaluate_frames(many(), classify, NYU13, tally=before, journal=journal, ranks=ranks)

    for tally in in_processes(2, again):
        assert (tally.matrix == alone.matrix).all()
        assert tally.frames == alone.frames


def test_a_state_that_cannot_be_written_stops_all(tmp_path: Path) -> None:
    (tmp_path / "state.json").mkdir()  # a folder in its place

    class Hasty(ResumeFile):
        note = ResumeFile.close  # at every frame

    def work(ranks: Ranks) -> Tally:
        journal = Hasty(tmp_path / "state.json", IDENTITY, 13)
        return evaluate_frames(many(), classify, NYU13, journal=journal, ranks=ranks)

    assert all("cannot be written" in str(error) for error in in_processes(2, work))


def test_only_the_leader_tells_how_far_it_is() -> None:
    told: list[tuple[int, int, int]] = []

    def work(ranks: Ranks) -> None:
        evaluate_frames(
            *(many(), classify, NYU13),
            progress=lambda done, total: told.append((ranks.rank, done, total)),
            ranks=ranks,
        )

    in_processes(2, work)
    assert told == [(0, 8, 23), (0, 16, 23), (0, 23, 23)]


def test_an_error_in_one_is_raised_in_all() -> None:
    def fails(ranks: Ranks) -> str:
        if ranks.rank == 1:
            raise UserError("This machine has no such folder.", "details")
        return "fine"

    for error in in_processes(3, lambda ranks: ranks.attempt(lambda: fails(ranks))):
        assert str(error) == "This machine has no such folder."
        assert error.details == "details"
    assert (
        in_processes(2, lambda ranks: ranks.from_leader(lambda: f"of {ranks.rank}")) == ["of 0"] * 2
    )
    assert ALONE.from_leader(lambda: 3) == 3


def write_set(root: Path, count: int) -> None:
    """ESANet's layout, one split."""
    random = np.random.default_rng(2)
    names = [f"{index:04d}" for index in range(count)]
    for folder in ("rgb", "depth", "labels_40"):
        (root / "test" / folder).mkdir(parents=True)
    for name in names:
        rgb = random.integers(0, 256, (36, 48, 3)).astype(np.uint8)
        depth = random.integers(900, 3000, (36, 48)).astype(np.uint16)
        labels = random.integers(0, 41, (36, 48)).astype(np.uint8)
        for folder, values in (("rgb", rgb), ("depth", depth), ("labels_40", labels)):
            Image.fromarray(values).save(root / "test" / folder / f"{name}.png")
    (root / "test.txt").write_text("\n".join(names))


def test_torchrun_goes_on_to_what_one_process_finds(
    run: Run, tmp_path: Path, small_checkpoint: Path
) -> None:
    write_set(tmp_path / "set", 9)
    (tmp_path / "set/test/rgb/0005.png").write_bytes(b"\x89PNG cut off")
    common = (
        *("evaluate", "--data", tmp_path / "set", "--checkpoint", small_checkpoint, "--json"),
        *("--device", "cpu", "--size", "32x48", "--predictions"),
    )
    alone = run(*common, tmp_path / "alone", "--on-error", "skip").json
    assert "Frame 0005" in run(*common, tmp_path / "both").sentence  # five are in

    runner = ("-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2")
    runner += ("--local-addr=127.0.0.1",)  # the machine's own name need not resolve
    command = (sys.executable, *runner, "-m", "sgnet_model.cli", *common)
    done = subprocess.run(
        [str(part) for part in (*command, tmp_path / "both", "--on-error", "skip")],
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    both = json.loads(done.stdout)  # one object: only rank 0 talks
    assert (both["processes"], both["resumed"]) == (2, 5)
    assert [one["frame"] for one in both["skipped"]] == ["0005"]
    for key in ("acc", "macc", "miou", "fwiou", "iou", "scored", "skipped"):
        assert both[key] == alone[key]
    states, pictures = [], []
    for folder in (tmp_path / "alone", tmp_path / "both"):
        states.append(json.loads((folder / "evaluation.json").read_text()))
        pictures.append(sorted(path.name for path in folder.glob("*.png")))
    assert states[0] == states[1]  # the integer matrix, every frame, the same identity
    assert pictures[0] == pictures[1]
    assert len(pictures[0]) == 8
