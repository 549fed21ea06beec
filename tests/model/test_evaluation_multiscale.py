"""Several scales and the mirrored picture: raw logits averaged at the picture's size."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from cli_support import small_network
from scipy import ndimage

from sgnet_model.evaluation.multiscale import MultiScale, classifier
from sgnet_model.predictor import Predictor
from sgnet_model.types import Frame, Intrinsics, UserError
from sgnet_model.variants import build

PICTURE = (60, 90)
CAMERA = Intrinsics(80, 80, 30, 28, 90, 60)


@pytest.fixture(scope="module")
def predictor() -> Predictor:
    return Predictor(small_network(), device="cpu", size=(64, 96))


def picture() -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(0)
    rgb = random.integers(0, 256, (*PICTURE, 3)).astype(np.uint8)
    return rgb, random.uniform(0.5, 5, PICTURE).astype(np.float32)


def test_one_scale_is_the_predictor(predictor: Predictor) -> None:
    rgb, depth = picture()
    expected = predictor.predict(rgb, depth)
    assert len(np.unique(expected.labels)) > 1
    found = MultiScale(predictor).logits(rgb, depth).argmax(0).numpy()
    np.testing.assert_array_equal(found, expected.labels)


def test_scales_average_raw_logits(predictor: Predictor) -> None:
    rgb, depth = picture()
    single = []
    for size in ((32, 48), (64, 96), (96, 144)):
        other = Predictor(small_network(), device="cpu", size=size)
        single.append(MultiScale(other).logits(rgb, depth))
    together = MultiScale(predictor, (0.5, 1.0, 1.5), rescale="frame").logits(rgb, depth)
    assert together.shape == (40, *PICTURE)
    torch.testing.assert_close(together, sum(single) / 3, rtol=1e-4, atol=1e-5)
    assert not torch.allclose(together, single[1], atol=1e-3)


@pytest.mark.parametrize("spatial", ["depth", "xyz"])
def test_the_authors_multi_scale_test(spatial: Literal["depth", "xyz"]) -> None:
    """As their evaluation does it, step by step with the libraries it takes: scipy's zoom of the
    normalised picture and of the spatial information, the network, logits to the labels' size with
    corners aligned, the mean."""
    torch.manual_seed(1)
    network = build(replace(small_network().config, spatial=spatial, fill_holes=False)).eval()
    size = (64, 96)  # at some others, (60, 90) say, scipy's rounding leaves the last column at 0
    rgb, depth = (np.pad(one, ((0, 4), (0, 6), (0, 0))[: one.ndim], "edge") for one in picture())
    depth[20:30, 20:40] = 0  # a hole, which a zoom mixes into its surroundings
    camera = replace(CAMERA, width=96, height=64)
    predictor = Predictor(network, device="cpu", size=None)
    bgr = (rgb.astype(np.float32) - (122.675, 116.669, 104.008))[..., ::-1].transpose(2, 0, 1)
    rows, columns = np.indices(size)
    points = ((columns - CAMERA.cx) * depth / CAMERA.fx, (rows - CAMERA.cy) * depth / CAMERA.fy)
    s = np.stack((*points, depth) if spatial == "xyz" else (depth,))
    total = torch.zeros(40, *size)
    for scale in (0.8, 1.0, 2.0):
        factors = (1.0, 1.0, scale, scale)
        inputs = [
            torch.from_numpy(ndimage.zoom(one[None], factors, order=1, prefilter=False)).float()
            for one in (bgr, s)
        ]
        with torch.no_grad():
            logits = network(*inputs).logits
            total += F.interpolate(logits, size, mode="bilinear", align_corners=True)[0]
    voter = MultiScale(predictor, (0.8, 1.0, 2.0))
    found = voter.logits(rgb, depth, camera)
    torch.testing.assert_close(found, total / 3, rtol=1e-4, atol=1e-5 * float(total.abs().max()))
    other = replace(voter, rescale="frame").logits(rgb, depth, camera)
    assert float((other - found).abs().max()) > 0.01 * float(total.abs().max())


@pytest.mark.parametrize("spatial", ["depth", "xyz"])
def test_flipping_forgets_left_and_right(spatial: str) -> None:
    network = small_network()
    if spatial == "xyz":
        torch.manual_seed(1)
        network = build(replace(network.config, spatial="xyz")).eval()
    rgb, depth = picture()
    mirrored = replace(CAMERA, cx=89 - CAMERA.cx)
    voter = MultiScale(Predictor(network, device="cpu", size=(64, 96)), flip=True)
    here = voter.logits(rgb, depth, CAMERA)
    there = voter.logits(rgb[:, ::-1].copy(), depth[:, ::-1].copy(), mirrored).flip(-1)
    torch.testing.assert_close(here, there, rtol=1e-3, atol=1e-4)
    plain = MultiScale(voter.predictor).logits(rgb, depth, CAMERA)
    assert not torch.allclose(here, plain, atol=1e-3)


def test_native_size_is_scaled_too() -> None:
    native = Predictor(small_network(), device="cpu", size=None)
    rgb, depth = picture()
    assert MultiScale(native, (0.8,)).logits(rgb, depth).shape == (40, *PICTURE)


@pytest.mark.parametrize("scales", [(), (0.0,), (1.0, -1.0), (9.0,), (float("nan"),)])
def test_scales_that_make_no_sense(predictor: Predictor, scales: tuple[float, ...]) -> None:
    with pytest.raises(UserError, match=r"0\.8 1\.0 2\.0"):
        MultiScale(predictor, scales)


def test_a_frame_without_depth(predictor: Predictor) -> None:
    frame = Frame("a", picture()[0], None, CAMERA)
    with pytest.raises(UserError, match="no usable depth"):
        classifier(MultiScale(predictor))(frame)
