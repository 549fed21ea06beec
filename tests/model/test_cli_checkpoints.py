"""`sgnet-model info`, `convert` and `synthesize`, and the measurement of offsets."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from cli_support import Run, SmallFrame, read_image, small_network

from sgnet_model import resources
from sgnet_model.data.open import open_frames
from sgnet_model.inspection.offset_statistics import depth_seen, measure_offsets
from sgnet_model.nn.s_conv import SConv
from sgnet_model.predictor import Predictor
from sgnet_model.types import Frame, Intrinsics, LayerTrace, UserError
from sgnet_model.weights import load_checkpoint

CAMERA = Intrinsics(80.0, 80.0, 63.5, 47.5, 128, 96)


@pytest.mark.parametrize(
    ("variant", "parameters"),
    [("sgnet-r101", 58_299_284), ("sgnet-r101-aspp", 64_723_860), ("sgnet-r50", 39_307_156)],
)
def test_info_of_a_variant(run: Run, variant: str, parameters: int) -> None:
    said = run("info", variant, "--json").json
    assert (said["variant"], said["parameters"], said["classes"]) == (variant, parameters, 40)
    assert len(said["s_conv_layers"]) == 12
    assert said["s_conv_layers"][0] == "layer1.0"


def test_info_of_a_file(run: Run, small_checkpoint: Path) -> None:
    said = run("info", small_checkpoint, "--json").json
    network = load_checkpoint(small_checkpoint)
    assert said["parameters"] == sum(values.numel() for values in network.parameters())
    assert said["provenance"] == {"made": "for a test"}
    assert said["bytes"] == small_checkpoint.stat().st_size
    readable = run("info", small_checkpoint).out
    assert f"{said['parameters']:,}" in readable
    assert "for a test" in readable


def test_the_bundled_checkpoint_is_the_default_and_is_verified(
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    small_checkpoint: Path,
    small_frame: SmallFrame,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(resources, "default_checkpoint", lambda: small_checkpoint)
    assert run("info", "--json").json["file"] == str(small_checkpoint)

    def refuse(_: Path) -> None:
        raise UserError("The bundled file is damaged: reinstall.")

    monkeypatch.setattr(resources, "verify", refuse)
    monkeypatch.setattr("sgnet_model.weights.checkpoint.verify", refuse)
    assert "damaged" in run("info", "--json").sentence
    assert "damaged" in run("predict", *small_frame.flags, "--out", tmp_path).sentence


def test_a_named_checkpoint_is_held_against_the_manifest_of_its_folder(
    run: Run, small_checkpoint: Path, small_frame: SmallFrame, tmp_path: Path
) -> None:
    kept = tmp_path / small_checkpoint.name
    kept.write_bytes(small_checkpoint.read_bytes())
    listed = {kept.name: {"sha256": resources.sha256(kept)}}
    (tmp_path / resources.MANIFEST).write_text(json.dumps(listed))
    predict = ("predict", *small_frame.flags, "--checkpoint", kept, "--out", tmp_path / "out")
    assert run(*predict).code == 0
    content = bytearray(kept.read_bytes())
    content[-1] ^= 1  # a weight that is a number still
    kept.write_bytes(content)
    assert "damaged or was changed" in run(*predict).sentence
    assert "damaged or was changed" in run("info", kept).sentence
    compare = run("compare", *small_frame.flags, "--a", small_checkpoint, "--b", kept)
    assert "damaged or was changed" in compare.sentence
    with pytest.raises(UserError, match="damaged or was changed"):
        load_checkpoint(kept)


def test_convert(run: Run, small_checkpoint: Path, tmp_path: Path) -> None:
    target = tmp_path / "converted.safetensors"
    said = run("convert", small_checkpoint, target, "--json").json
    assert (said["path"], said["variant"], said["classes"]) == (str(target), "small", 40)
    assert said["bytes"] == target.stat().st_size
    before, after = load_checkpoint(small_checkpoint), load_checkpoint(target)
    for key, values in before.state_dict().items():
        assert torch.equal(values, after.state_dict()[key]), key
    assert "is the source itself" in run("convert", target, target).sentence


def test_convert_writes_over_nothing_that_it_reads(
    run: Run, small_checkpoint: Path, tmp_path: Path
) -> None:
    target, linked = tmp_path / "other.safetensors", tmp_path / "linked.safetensors"
    target.write_bytes(small_checkpoint.read_bytes())
    linked.symlink_to(target)
    for option, read in (
        ("--average-with", target),
        ("--average-with", linked),
        ("--card", linked),
    ):
        sentence = run("convert", small_checkpoint, target, option, read).sentence
        assert "is read too, and would be lost" in sentence
    assert target.read_bytes() == small_checkpoint.read_bytes()


def test_convert_at_half_the_size(run: Run, small_checkpoint: Path, tmp_path: Path) -> None:
    target = tmp_path / "half.safetensors"
    outcome = run("convert", small_checkpoint, target, "--half")
    assert (outcome.code, outcome.err) == (0, "")
    assert target.stat().st_size < 0.7 * small_checkpoint.stat().st_size


def test_synthesize_writes_frames_that_open(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "scenes"
    flags = ("--count", "2", "--seed", "7", "--size", "48x64", "--json")
    said = run("synthesize", out, *flags).json
    assert [Path(path).parent.parent for path in said["rgb"]] == [out, out]
    frames = open_frames(out)
    assert len(frames) == 2
    frame = frames.load(1)
    assert frame.size == (48, 64)
    assert frame.depth_m is not None
    assert read_image(said["rgb"][0]).shape == (48, 64, 3)


def slope_frame() -> Frame:
    """Depth rises from 1 m at the left to 4 m at the right."""
    depth = np.tile(np.linspace(1, 4, 128, dtype=np.float32), (96, 1))
    rgb = np.random.default_rng(0).integers(0, 256, (96, 128, 3), dtype=np.uint8)
    return Frame("slope", rgb, depth, CAMERA)


def test_offsets_of_a_hand_made_layer() -> None:
    """Every tap of every S-Conv moves by (3, -4) cells wherever it is: length 5, no variation."""
    network = small_network()
    for module in network.modules():
        if isinstance(module, SConv):
            module.offset_generator.weight.data.zero_()
            assert module.offset_generator.bias is not None
            module.offset_generator.bias.data.copy_(torch.tensor([3.0, -4.0]).repeat(9))
    found = measure_offsets(Predictor(network, device="cpu", size=None), [slope_frame()] * 2)
    assert [entry.name for entry in found] == list(network.config.s_conv_layers)
    for entry in found:
        assert entry.mean == pytest.approx(5)
        assert entry.std == pytest.approx(0, abs=1e-5)
        assert entry.depth_correlation is None
    assert found[0].positions == 2 * 24 * 32


def test_offsets_that_follow_depth_are_told_so() -> None:
    """A projector that hands depth on, and a generator that multiplies it, by tap 0 alone."""
    network = small_network()
    for module in network.modules():
        if isinstance(module, SConv):
            hand_on_depth(module)
    found = measure_offsets(Predictor(network, device="cpu", size=None), [slope_frame()])
    for entry in found:
        assert entry.mean == pytest.approx(2.5 * 0.5 / 9, rel=0.05)
        assert entry.std > 0.01
        assert entry.depth_correlation == pytest.approx(1, abs=1e-3)


def hand_on_depth(module: SConv) -> None:
    """|Delta d_0| = depth / 2, every other offset zero."""
    centre = torch.zeros(3, 3)
    centre[1, 1] = 1
    for layer in module.projector.eval():
        if isinstance(layer, torch.nn.Conv2d):
            layer.weight.data.zero_()
            layer.weight.data[0, 0] = centre
            layer.bias.data.zero_()  # type: ignore[union-attr]
    module.offset_generator.weight.data.zero_()
    module.offset_generator.weight.data[0, 0] = centre / 2


def test_depth_is_taken_as_the_layer_saw_it() -> None:
    spatial = torch.arange(96.0).view(1, 1, 96, 1).repeat(1, 1, 1, 128)
    zeros = np.zeros((18, 12, 16), np.float32)
    trace = LayerTrace("layer2.0", zeros, zeros[:9], 4, 8, (24, 32))
    seen = depth_seen(spatial, trace)
    assert seen.shape == (12, 16)
    resized = F.interpolate(spatial, (24, 32), mode="bilinear", align_corners=True)[0, 0]
    np.testing.assert_allclose(seen, resized[::2, ::2])
    assert seen[1, 0] == pytest.approx(2 * 95 / 23)


def test_offsets_need_frames() -> None:
    with pytest.raises(UserError, match="no offsets to measure"):
        measure_offsets(Predictor(small_network(), device="cpu", size=None), [])


def test_info_measures_offsets_over_samples_and_held_out_scenes(
    run: Run, small_checkpoint: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sgnet_model.scenes import generate

    seeds = []

    def scene(seed: int) -> Frame:
        seeds.append(seed)
        return slope_frame()

    monkeypatch.setattr(generate, "render_scene", scene)
    monkeypatch.setattr(resources, "samples", lambda: ())
    said = run("info", small_checkpoint, "--offsets", "--scenes", "2", "--json").json
    assert seeds == [0, 1]
    assert [entry["name"] for entry in said["offsets"]] == said["s_conv_layers"]
    assert said["offsets"][0]["mean"] > 0
    readable = run("info", small_checkpoint, "--offsets", "--scenes", "1").out
    assert "depth correlation" in readable
    assert "layer4.2" in readable.split("depth correlation")[1]
