"""Files of exactly the released form, held against a slow evaluation on their own keys."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from reference.official_files import SMALL, released, save_legacy
from reference.official_forward import forward
from reference.official_layout import OfficialLayout, random_state
from torch import Tensor

from sgnet_model.config import R50, R101
from sgnet_model.variants import count_parameters
from sgnet_model.weights import load_checkpoint, read_info
from sgnet_model.weights.authors_keys import to_ours

RELEASED = {
    "SGNet.pth.tar": OfficialLayout(R101),
    "SGNet_Res50.pth.tar": OfficialLayout(R50),
    "SGNet_ASPP.pth.tar": OfficialLayout(R101, aspp=True),
}
PARAMETERS = {
    "SGNet.pth.tar": ("sgnet-r101", 58_299_284),
    "SGNet_Res50.pth.tar": ("sgnet-r50", 39_307_156),
    "SGNet_ASPP.pth.tar": ("sgnet-r101-aspp", 64_723_860),
}


@pytest.fixture
def large_file(tmp_path: Path) -> Iterator[Path]:
    """A place for up to 260 MB, given back at once: pytest keeps its folders for three runs."""
    path = tmp_path / "file.pth.tar"
    yield path
    path.unlink(missing_ok=True)


def _inputs(height: int = 64, width: int = 96) -> tuple[Tensor, Tensor]:
    """float64; the depth has holes and an edge."""
    depth = 1 + torch.rand(1, 1, height, width, dtype=torch.float64)
    depth[..., width // 2 :] += 2
    depth[..., 5:11, 20:40] = 0
    return torch.randn(1, 3, height, width, dtype=torch.float64), depth


def _relative_error(arrived: Tensor, expected: Tensor) -> float:
    return float((arrived - expected).abs().max() / expected.abs().max())


@pytest.mark.parametrize("name", RELEASED)
def test_layouts_are_the_released_ones(name: str, shared_data: Path) -> None:
    """The generator below writes every key and shape of the three released state dicts."""
    listed = json.loads((shared_data.parent / "reference/official_checkpoints.json").read_text())
    expected = {key: tuple(shape) for key, shape in listed[name].items()}
    assert RELEASED[name].shapes() == expected


@pytest.mark.parametrize("name", RELEASED)
def test_released_form_gives_the_released_networks_values(name: str, large_file: Path) -> None:
    """Legacy format, prefix, entries beside the weights, negative norm weights: logits agree."""
    state = random_state(RELEASED[name].shapes())
    save_legacy(released(state), large_file)
    variant, parameters = PARAMETERS[name]
    info = read_info(large_file)
    assert (info.variant, info.parameters, len(info.classes)) == (variant, parameters, 40)
    network = load_checkpoint(large_file)
    assert not network.training
    assert count_parameters(network) == parameters
    rgb, depth = _inputs()
    with torch.no_grad():
        expected = forward(state, rgb, depth)
        single = network(rgb.float(), depth.float()).logits
        out = network.double()(rgb, depth)
    assert max(float(s.offsets.abs().max()) for s in out.taps.values()) > 2  # taps do move
    assert float(expected.std()) > 0.1
    assert _relative_error(out.logits, expected) < 1e-9
    assert _relative_error(single.double(), expected) < 1e-3  # float32 through the whole depth


def test_small_network_of_the_same_form(tmp_path: Path) -> None:
    """Class count, widths and head are read from the shapes; odd input size."""
    state = random_state(SMALL.shapes(), seed=3)
    network = load_checkpoint(save_legacy(released(state), tmp_path / "small.pth"))
    config = network.config
    assert (config.classes, config.width, config.projector_channels) == (5, 4, 3)
    assert (config.head_channels, config.variant, config.output_stride) == (6, "custom", 16)
    rgb, depth = _inputs(75, 101)
    with torch.no_grad():
        out = network.double()(rgb, depth)
    assert _relative_error(out.logits, forward(state, rgb, depth)) < 1e-9


def test_pyramid_on_a_map_wider_than_its_dilations(tmp_path: Path) -> None:
    """On small maps only the centre of a kernel dilated by 12 to 36 is inside; here all of it."""
    state = random_state(replace(SMALL, aspp=True).shapes())
    network = load_checkpoint(save_legacy(state, tmp_path / "small.pth"))
    assert network.config.head == "aspp"
    rgb, depth = _inputs(592, 624)  # 37 x 39 at stride 16
    with torch.no_grad():
        out = network.double()(rgb, depth)
    assert _relative_error(out.logits, forward(state, rgb, depth)) < 1e-9


def test_the_sign_of_norm_weights_matters(tmp_path: Path) -> None:
    """Each gamma is |weight| + 1e-5; the stored weights in plain batch norms answer otherwise."""
    state = random_state(SMALL.shapes())
    network = load_checkpoint(save_legacy(state, tmp_path / "small.pth"))
    plain = load_checkpoint(tmp_path / "small.pth")
    norms = [key.removesuffix("running_mean") + "weight" for key in state if "running_m" in key]
    assert len(norms) == 3 + 16 * 3 + 4 + 12 * 3 + 2  # stem, blocks, shortcuts, S-Convs, decoders
    for key in norms:
        ours = str(to_ours(key))
        assert torch.equal(network.state_dict()[ours], state[key].abs() + 1e-5)
        plain.state_dict()[ours].copy_(state[key])
    rgb, depth = (tensor.float() for tensor in _inputs())
    with torch.no_grad():
        assert _relative_error(plain(rgb, depth).logits, network(rgb, depth).logits) > 0.1


def test_what_the_file_says_beside_the_weights_is_kept(tmp_path: Path) -> None:
    """Epoch and iteration as provenance, on the network and in its description."""
    path = save_legacy(released(random_state(SMALL.shapes())), tmp_path / "kept.pth.tar")
    told = {"source": "kept.pth.tar", "epoch": 480, "iteration": 38_000}
    assert told.items() <= read_info(path).provenance.items()
    network = load_checkpoint(path)
    assert told.items() <= network.provenance.items()
    assert network.scheme.classes == tuple(f"class {i}" for i in range(1, 6))


@pytest.mark.parametrize("prefix", ["", "module.", "module.module."])
@pytest.mark.parametrize("wrapped", [True, False])
@pytest.mark.parametrize("legacy", [True, False])
def test_every_shape_of_wrapping(prefix: str, wrapped: bool, legacy: bool, tmp_path: Path) -> None:
    """Alone or as an entry, with or without prefix, old and new container, whatever the ending."""
    state = random_state(SMALL.shapes())
    content: dict[str, Any] = {prefix + key: value for key, value in state.items()}
    content = {"state_dict": content} if wrapped else content
    path = tmp_path / "weights.safetensors"
    torch.save(content, path, _use_new_zipfile_serialization=not legacy)
    loaded = load_checkpoint(path).state_dict()
    assert torch.equal(loaded["decoder.main.0.bias"], state["dsn4.0.bias"])
    assert torch.equal(loaded["backbone.layer3.5.conv2.weight"], state["layer3.5.conv2.weight"])


def test_batch_counts_are_accepted(tmp_path: Path) -> None:
    """A file saved anew by a newer PyTorch carries them; released ones do not."""
    state = random_state(SMALL.shapes())
    assert (
        not load_checkpoint(save_legacy(state, tmp_path / "a.pth"))
        .backbone.stem[1]
        .num_batches_tracked.any()
    )
    norms = [key for key in state if key.endswith("running_mean")]
    for key in norms:
        state[key.replace("running_mean", "num_batches_tracked")] = torch.tensor(7)
    network = load_checkpoint(save_legacy(state, tmp_path / "b.pth"))
    assert network.backbone.stem[1].num_batches_tracked == 7


def test_half_and_double_precision_become_single(tmp_path: Path) -> None:
    """Whatever the file's floating type, the network computes in float32."""
    state = random_state(SMALL.shapes())
    for dtype in (torch.float16, torch.float64):
        changed = {key: value.to(dtype) for key, value in state.items()}
        network = load_checkpoint(save_legacy(changed, tmp_path / "weights.pth"))
        assert {p.dtype for p in network.parameters()} == {torch.float32}


def test_output_stride_8_has_to_be_told(tmp_path: Path) -> None:
    """It has the same keys as 16: layer 3 then keeps its resolution."""
    path = save_legacy(random_state(SMALL.shapes()), tmp_path / "weights.pth")
    rgb, depth = (tensor.float() for tensor in _inputs())
    told = load_checkpoint(path, output_stride=8)
    with torch.no_grad():
        assert load_checkpoint(path)(rgb, depth).logits.shape[2:] == (4, 6)
        assert told(rgb, depth).logits.shape[2:] == (8, 12)
    assert told.config.output_stride == 8
