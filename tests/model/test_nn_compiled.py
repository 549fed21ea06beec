"""Compiled kernels against the definitions they stand for, by one thread and by several."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from reference.deformable import deformable
from torch import Tensor

from sgnet_model import predictor
from sgnet_model.config import TAPS
from sgnet_model.nn.compiled import calls, entries, objects, row_threads
from sgnet_model.nn.prepare.target import Target
from sgnet_model.nn.prepare.weights import SampledWeights, TabledWeights, prepared_weights
from sgnet_model.nn.s_conv import WeightGenerator
from sgnet_model.nn.sampling import columns, tap_positions, weighing
from sgnet_model.nn.sampling.columns import column_blocks

SIZES = [(5, 6, 1), (7, 4, 2), (1, 1, 1), (1, 5, 2), (12, 9, 1)]
TYPES = [(torch.float32, 2e-6), (torch.bfloat16, 6e-3)]
CHANNELS = 48  # bfloat16 is taken by 32 while there are so many, then by 16


@pytest.fixture(params=["one thread", "OpenMP", "pool"])
def team(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every way of sharing rows out."""
    before = torch.get_num_threads()
    torch.set_num_threads(1 if request.param == "one thread" else 3)
    if request.param == "pool":
        monkeypatch.setattr(row_threads, "_team", lambda: row_threads.pool_team)
    yield
    torch.set_num_threads(before)
    if request.param == "pool":
        row_threads._pool().shutdown()
        row_threads._pool.cache_clear()


def _case(height: int, width: int, stride: int) -> dict[str, Tensor]:
    """Two pictures; fractional taps, whole ones, far ones."""
    random = np.random.default_rng(height * 100 + width * 10 + stride)
    h, w = -(-height // stride), -(-width // stride)
    offsets = random.normal(0, 2, (2, 18, h, w))
    whole = random.random(offsets.shape) < 0.2
    offsets[whole] = np.rint(offsets[whole])
    far = random.random(offsets.shape) < 0.1
    offsets[far] = random.choice([-1e9, -40.0, 40.0, 1e9, np.inf, -np.inf], far.sum())
    arrays = {
        "x": random.normal(size=(2, CHANNELS, height, width)),
        "offsets": offsets,
        "modulation": random.random((2, 9, h, w)),
    }
    return {name: torch.from_numpy(array).float() for name, array in arrays.items()}


def _columns(x: Tensor, offsets: Tensor, modulation: Tensor | None, stride: int) -> Tensor:
    """All blocks as one, (N, 9 C, h, w)."""
    blocks = [block.clone() for block in column_blocks(x, offsets, modulation, stride)]
    n, _, h, _ = offsets.shape
    return torch.cat(blocks, 2)[0].unflatten(1, (n, h)).transpose(0, 1)


@pytest.mark.parametrize("block_bytes", [1, 20_000, 8 << 20])
@pytest.mark.parametrize(("height", "width", "stride"), SIZES)
@pytest.mark.parametrize(("dtype", "tolerance"), TYPES)
@pytest.mark.usefixtures("team")
def test_columns_times_a_kernel_are_the_reference(
    height: int,
    width: int,
    stride: int,
    dtype: torch.dtype,
    tolerance: float,
    block_bytes: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(calls, "BLOCK_BYTES", block_bytes)
    monkeypatch.setattr(calls, "BLOCK_PIXELS", 1)
    case = _case(height, width, stride)
    x = case["x"].to(dtype)
    kernel = torch.randn(5, CHANNELS, 3, 3, generator=torch.Generator().manual_seed(0))
    found = _columns(x, case["offsets"], case["modulation"], stride)
    assert found.dtype == dtype
    product = torch.einsum(
        "nkchw,ock->nohw",
        found.float().unflatten(1, (TAPS, CHANNELS)),
        kernel.flatten(2),
    )
    expected = deformable(
        x.double().numpy(),
        case["offsets"].clamp(-1e9, 1e9).double().numpy(),
        kernel.double().numpy(),
        modulation=case["modulation"].double().numpy(),
        stride=stride,
    )
    error = np.linalg.norm(product.numpy() - expected) / np.linalg.norm(expected)
    assert error < tolerance


@pytest.mark.parametrize(("rows", "most"), [(30, 13), (30, 4), (107, 16), (5, 9), (1, 1), (7, 7)])
def test_parts_are_nearly_equal(rows: int, most: int) -> None:
    parts = list(calls.even_parts(rows, most))
    assert [row for part in parts for row in part] == list(range(rows))
    lengths = [len(part) for part in parts]
    assert len(parts) == -(-rows // most)
    assert lengths == sorted(lengths, reverse=True)
    assert lengths[0] - lengths[-1] <= 1


@pytest.mark.parametrize(("height", "width", "stride"), SIZES)
@pytest.mark.parametrize(("dtype", "tolerance"), TYPES)
@pytest.mark.usefixtures("team")
def test_scores_are_sums_over_the_taps(
    height: int, width: int, stride: int, dtype: torch.dtype, tolerance: float
) -> None:
    """The reference's kernel takes, at tap i, channel 9 i + k for the score of tap k."""
    case = _case(height, width, stride)
    random = torch.Generator().manual_seed(0)
    table = torch.randn(2, weighing.WIDTH, height, width, generator=random).to(dtype)
    bias = torch.randn(weighing.LANES, generator=random)
    kernel = torch.zeros(TAPS, TAPS * TAPS, 3, 3)
    for tap, score in np.ndindex(TAPS, TAPS):
        kernel[score, TAPS * tap + score, tap // 3, tap % 3] = 1
    found = weighing.weigh(table, bias, case["offsets"], stride)
    scores = deformable(
        table[:, : TAPS * TAPS].double().numpy(),
        case["offsets"].clamp(-1e9, 1e9).double().numpy(),
        kernel.double().numpy(),
        stride=stride,
    )
    expected = torch.sigmoid(torch.from_numpy(scores) + bias[:TAPS, None, None])
    assert found.dtype == torch.float32
    assert (found - expected).abs().max() < tolerance


def test_extreme_scores_stay_in_range() -> None:
    table = torch.zeros(1, weighing.WIDTH, 1, 1)
    bias = torch.zeros(weighing.LANES)
    bias[:4] = torch.tensor([1e30, -1e30, np.inf, np.nan])
    modulation = weighing.weigh(table, bias, torch.zeros(1, 18, 1, 1), 1).flatten()
    assert modulation[:3].tolist() == pytest.approx([1, 0, 1], abs=1e-30)
    assert modulation[3].isnan()
    assert modulation[4:].tolist() == pytest.approx([0.5] * 5)


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("made", [TabledWeights, SampledWeights])
def test_both_ways_to_weigh_are_the_generator(
    made: type[TabledWeights | SampledWeights], stride: int
) -> None:
    torch.manual_seed(0)
    generator = WeightGenerator(6)
    projected, offsets = (
        torch.randn(2, 6, 9, 7),
        torch.randn(2, 18, -(-9 // stride), -(-7 // stride)),
    )
    target = Target(torch.device("cpu"), torch.float32)
    with torch.inference_mode():
        expected = generator(projected, tap_positions(offsets, (9, 7), stride=stride))
        found = made(generator, stride, target)(target.map(projected), offsets)
    assert torch.allclose(found, expected, atol=1e-6)


def test_weights_are_tabled_where_that_pays(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = WeightGenerator(4)

    def made(stride: int, dtype: torch.dtype) -> type[torch.nn.Module]:
        return type(prepared_weights(generator, stride, Target(torch.device("cpu"), dtype)))

    assert made(1, torch.bfloat16) is made(1, torch.float32) is TabledWeights
    assert made(2, torch.bfloat16) is made(1, torch.float64) is SampledWeights
    monkeypatch.setattr(weighing, "calls", None)
    assert made(1, torch.float32) is SampledWeights


def test_taps_that_are_no_number_stay_none() -> None:
    case = _case(6, 7, 1)
    offsets = case["offsets"].nan_to_num(0, 0, 0)
    offsets[0, 2 * 4 + 1, 2, 3] = np.nan  # x of the middle tap
    sampled = _columns(case["x"], offsets, None, 1).unflatten(1, (TAPS, CHANNELS))
    assert sampled[0, 4, :, 2, 3].isnan().all()
    assert sampled.isnan().sum() == CHANNELS


def test_without_the_compiler_the_numbers_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    case = _case(12, 9, 1)
    finite = case["offsets"].clamp(-1e9, 1e9)
    arguments = [
        (_columns, (case["x"], finite, case["modulation"], 1)),
        (_columns, (case["x"], finite, None, 1)),
    ]
    compiled = [function(*values) for function, values in arguments]
    logits = torch.randn(7, 5, 6)
    labels, confidence = predictor.decide(logits, (33, 41), (60, 50))
    monkeypatch.setattr(columns, "calls", None)
    monkeypatch.setattr(predictor, "calls", None)
    for (function, values), expected in zip(arguments, compiled, strict=True):
        assert torch.allclose(function(*values), expected, atol=1e-5)
    plain_labels, plain_confidence = predictor.decide(logits, (33, 41), (60, 50))
    assert torch.equal(labels, plain_labels)
    assert torch.allclose(confidence, plain_confidence, atol=1e-5)


def test_other_maps_are_left_to_torch() -> None:
    offsets = torch.zeros(1, 18, 4, 4)
    assert calls.suits(torch.zeros(1, 32, 4, 4), offsets)
    assert not calls.suits(torch.zeros(1, 20, 4, 4), offsets)
    assert not calls.suits(torch.zeros(1, 32, 4, 4).double(), offsets.double())
    assert not calls.suits(torch.zeros(1, 32, 4, 4, device="meta"), offsets)


@pytest.mark.parametrize("picture", [(48, 64), (90, 64), (33, 100), (20, 17), (1, 1)])
@pytest.mark.parametrize("head", [(12, 16), (3, 4), (1, 1), (48, 64)])
@pytest.mark.usefixtures("team")
def test_labels_and_confidence(head: tuple[int, int], picture: tuple[int, int]) -> None:
    """Against the softmax of the full logits, enlarged and reduced."""
    random = torch.Generator().manual_seed(sum(head) + sum(picture))
    logits = 40 * torch.randn((13, *head), generator=random)  # near certain in places
    labels, confidence = predictor.decide(logits, (48, 64), picture)
    full = predictor.upsampled(logits.double(), (48, 64), picture)
    best, expected = full.softmax(0).max(0)
    assert labels.dtype == torch.uint8
    assert confidence.dtype == torch.float32
    assert (labels == expected).float().mean() > 0.999  # but for ties to the last bit
    assert (confidence - best).abs().max() < 1e-4


def test_the_first_of_equal_classes_wins() -> None:
    labels, confidence = predictor.decide(torch.ones(4, 3, 3), (6, 6), (6, 6))
    assert not labels.any()
    assert confidence.flatten().tolist() == pytest.approx([0.25] * 36, rel=1e-6)


@pytest.fixture
def forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Nothing is compiled yet, and what is will be kept in a folder of its own."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    entries.compiled.cache_clear()
    yield tmp_path
    entries.compiled.cache_clear()


def test_compiled_code_is_kept_and_found_again(
    forgotten: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the user says; under a name that changes with the sources."""
    entries.address_of("labelling.widen")
    (kept,) = forgotten.iterdir()
    assert kept == entries.cache_folder()
    assert list(kept.iterdir()) == [entries.kept_at("labelling.widen")]
    entries.compiled.cache_clear()
    monkeypatch.setattr(entries, "emitted", None)  # cannot be called
    assert entries.address_of("labelling.widen") > 0


@pytest.mark.usefixtures("forgotten")
@pytest.mark.parametrize("share", [0, 0.5])
def test_damaged_code_is_compiled_again(share: float) -> None:
    entries.address_of("labelling.widen")
    path = entries.kept_at("labelling.widen")
    whole = path.read_bytes()
    path.write_bytes(whole[: round(share * len(whole))])
    entries.compiled.cache_clear()
    entries.address_of("labelling.widen")
    assert len(path.read_bytes()) >= 0.9 * len(whole)


def test_what_is_kept_needs_no_compiler() -> None:
    """Predicting does not import numba: half a second of a start."""
    calls.compile_all()
    program = (
        "import sys, numpy as np\n"
        "from sgnet_model import Predictor, default_checkpoint\n"
        "made = Predictor.load(default_checkpoint(), device='cpu', size=(48, 64))\n"
        "made.predict(np.zeros((48, 64, 3), np.uint8), np.ones((48, 64), np.float32))\n"
        "print('numba' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("False\n", "")


def test_a_kernel_calls_nothing_but_libc() -> None:
    """Whatever it needed of numba's would not be there where it is loaded."""

    def makes_an_array(header: Any) -> None:
        header[0] = np.ones(header[1], np.int64).sum()

    with pytest.raises(RuntimeError, match="NRT_"):
        objects.emitted(makes_an_array)


@pytest.mark.usefixtures("forgotten")
def test_threads_that_ask_at_once_share_one_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two frames of a stream are in hand at once, from the first one on."""
    addresses = iter(range(1, 9))

    def slowly(_: bytes, name: str) -> SimpleNamespace:  # noqa: ARG001
        time.sleep(0.05)  # the others come meanwhile
        return SimpleNamespace(address=next(addresses))

    monkeypatch.setattr(entries, "emitted", lambda _: b"code")
    monkeypatch.setattr(entries, "loaded", slowly)
    asked = ["labelling.widen", "labelling.decide"] * 2
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(entries.address_of, asked))
    assert found[:2] == found[2:]
    assert sorted(found[:2]) == [1, 2]


def test_it_runs_where_nothing_can_be_written(
    forgotten: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = forgotten / "a file"
    blocked.write_text("")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(blocked))
    labels, _ = predictor.decide(torch.ones(2, 3, 3), (6, 6), (6, 6))
    assert labels.shape == (6, 6)


def test_sources_name_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sources = tmp_path / "sgnet_model" / "nn" / "compiled"
    sources.mkdir(parents=True)
    (sources / "kernel.py").write_text("one")
    monkeypatch.setattr(entries, "_HERE", sources)
    monkeypatch.setattr(entries.sys, "platform", "linux")
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "user"))
    first = entries.cache_folder()
    assert first.parent == tmp_path / "user" / "sgnet-model"  # an installed copy
    (tmp_path / "pyproject.toml").touch()
    assert entries.cache_folder() == sources / "__pycache__" / first.name
    (sources / "kernel.py").write_text("two")
    assert entries.cache_folder().name != first.name
    monkeypatch.setattr(entries.os, "access", lambda *_: False)
    assert entries.cache_folder().parent == tmp_path / "user" / "sgnet-model"


def test_a_user_without_a_home_keeps_no_kernels(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container under a number that no user has."""
    for name in ("HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(entries.sys, "platform", "linux")
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)
    with pytest.raises(OSError, match="Not a directory"):
        entries.user_cache().mkdir(parents=True)
    monkeypatch.setenv("XDG_CACHE_HOME", "/a-cache")
    assert entries.user_cache() == Path("/a-cache/sgnet-model")


def test_kernels_that_were_not_used_for_long_are_removed(tmp_path: Path) -> None:
    old, young, other = (tmp_path / name for name in ("a" * 16, "b" * 16, "of somebody else"))
    for folder in (old, young, other):
        folder.mkdir()
        (folder / "kernel.o").touch()
        os.utime(folder, (0, 0))
    os.utime(young)
    entries._remove_old(tmp_path / ("c" * 16))
    assert sorted(path.name[:1] for path in tmp_path.iterdir()) == ["b", "c", "o"]
    os.utime(young, (0, 0))
    entries._remove_old(young)  # used again
    assert young.stat().st_mtime > 1e9


def test_all_can_be_compiled_ahead() -> None:
    calls.compile_all()
    ready = entries.compiled.cache_info().misses
    predictor.decide(torch.ones(2, 3, 3), (6, 6), (6, 6))
    for dtype in (torch.float32, torch.bfloat16):
        _columns(torch.ones(1, 16, 3, 3, dtype=dtype), torch.zeros(1, 18, 3, 3), None, 1)
    assert entries.compiled.cache_info().misses == ready
