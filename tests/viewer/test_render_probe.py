"""A probe as marks, card and points of the cloud; the strip's maps; the layers' colours."""

from __future__ import annotations

import colorsys
from dataclasses import replace

import numpy as np
import pytest
from render_support import DEPTH, LABELS, frame, prediction, trace

from sgnet_model.colour import depth_image
from sgnet_model.config import VARIANTS
from sgnet_model.inspection.probe import Probe, probe
from sgnet_viewer.contract.picture import MapOverlay
from sgnet_viewer.render.cloud import (
    PROBE_PX,
    cloud_bar,
    cloud_colours,
    cloud_marks,
    cloud_points,
    stride_for,
)
from sgnet_viewer.render.fields import field_maps
from sgnet_viewer.render.layer_colours import layer_colours, layer_group
from sgnet_viewer.render.taps import probe_card, probe_marks
from sgnet_viewer.state.view_settings import CloudColour, TapWeight, ViewSettings

NAMES = ("layer1.0", "layer1.1", "layer1.2", "layer2.0", "layer3.4", "layer4.2")
RESULT = prediction(trace("layer1.0"), trace("layer2.0", offset=0.25))
ALL, ONE = ViewSettings(), ViewSettings(layer="layer2.0")


def read(u: int, v: int) -> Probe:
    one = frame()
    return probe(RESULT, u, v, one.depth_m, one.intrinsics)


def test_marks_of_one_layer_and_of_all() -> None:
    marks = probe_marks(read(1, 1), 3, ALL, active=True)
    assert (marks.number, marks.u, marks.v, marks.active) == (3, 1, 1, True)
    assert [taps.layer for taps in marks.taps] == ["layer1.0", "layer2.0"]
    assert [taps.layer for taps in probe_marks(read(1, 1), 3, ONE, False).taps] == ["layer2.0"]


def test_taps_lie_where_the_trace_says() -> None:
    (taps,) = probe_marks(read(1, 1), 1, ONE, True).taps
    np.testing.assert_allclose(taps.grid_x, [0, 1, 2] * 3, atol=1e-6)
    np.testing.assert_allclose(taps.grid_y, np.repeat([0, 1, 2], 3), atol=1e-6)
    moved = taps.x - taps.grid_x
    assert moved[5] == pytest.approx(0.5)  # 0.25 (1 + column 1)
    assert np.delete(moved, 5) == pytest.approx(np.zeros(8), abs=1e-6)
    np.testing.assert_allclose(taps.modulation, 0.5)


def test_taps_beyond_the_map_are_kept_and_told_apart() -> None:
    (taps,) = probe_marks(read(3, 0), 1, ONE, True).taps
    assert len(taps.x) == 9
    assert taps.outside.sum() == 5  # the row above and the column to the right
    assert not (taps.outside & taps.partly_outside).any()
    rows = probe_card(read(3, 0), 1, frame(), RESULT, ViewSettings()).layers
    assert [row.outside for row in rows] == [5, 5]


def test_a_tap_within_a_pixel_of_the_border_is_partly_outside() -> None:
    (taps,) = probe_marks(read(2, 1), 1, ONE, True).taps
    assert taps.x[5] == pytest.approx(3.75)
    assert np.flatnonzero(taps.partly_outside).tolist() == [5]
    assert probe_card(read(2, 1), 1, frame(), RESULT, ViewSettings()).layers[1].partly_outside == 1


def test_the_card_lists_classes_depth_truth_and_every_layer() -> None:
    card = probe_card(read(2, 2), 4, frame(), RESULT, ViewSettings())
    assert (card.number, card.u, card.v, card.depth_m, card.truth) == (4, 2, 2, 4.0, "wall")
    assert card.xyz_m == pytest.approx((1.0, 2.0, 4.0))
    assert card.classes[0][:2] == ("wall", (200, 0, 0))
    assert sum(entry[2] for entry in card.classes) == pytest.approx(1.0)
    assert [row.layer for row in card.layers] == ["layer1.0", "layer2.0"]
    assert card.layers[0].spread_px == pytest.approx((4 / 3) ** 0.5)


def test_the_card_of_a_hole_has_no_depth() -> None:
    card = probe_card(read(1, 1), 1, frame(), RESULT, ViewSettings())
    assert (card.depth_m, card.xyz_m) == (None, None)


def test_field_maps_are_normalised_and_a_constant_one_says_so() -> None:
    plain, moved = field_maps(RESULT)
    assert plain.constant
    assert (plain.image == 128).all()
    assert (moved.layer, moved.constant) == ("layer2.0", False)
    assert moved.image[0].tolist() == [0, 85, 170, 255]
    assert (moved.low, moved.high) == pytest.approx((0.25, 1.0))
    assert moved.colour != plain.colour


def test_the_cloud_holds_valid_depth_of_shown_classes_only() -> None:
    settings = ViewSettings(hidden=frozenset({1}), cloud_colour=CloudColour.LABELS)
    points, colours, source = cloud_points(frame(), RESULT, settings)
    expected = np.flatnonzero((DEPTH > 0) & (LABELS != 1))
    assert source.tolist() == expected.tolist()
    assert points.shape == colours.shape == (len(expected), 3)
    at = source.tolist().index(2 * 4 + 2)  # pixel (2, 2)
    assert points[at] == pytest.approx((1.0, 2.0, 4.0))
    assert tuple(colours[at]) == (200, 0, 0)


@pytest.mark.parametrize("hidden", [frozenset(), frozenset({1})])
def test_a_thinner_cloud_is_a_part_of_the_whole(hidden: frozenset[int]) -> None:
    settings = ViewSettings(hidden=hidden, cloud_colour=CloudColour.LABELS)
    points, colours, source = cloud_points(frame(), RESULT, settings)
    v, u = np.divmod(source, 4)
    taken = (v % 2 == 0) & (u % 2 == 0)
    assert 1 < taken.sum() < len(taken)
    thinner = cloud_points(frame(), RESULT, settings, stride=2)
    for seen, expected in zip(thinner, (points, colours, source), strict=True):
        np.testing.assert_array_equal(seen, expected[taken])
        assert seen.dtype == expected.dtype


@pytest.mark.parametrize(
    ("size", "stride"),
    [((32, 32), 1), ((1080, 1920), 1), ((1200, 1920), 2), ((2160, 3840), 2), ((6000, 8000), 5)],
)
def test_only_very_large_pictures_have_thinner_clouds(size: tuple[int, int], stride: int) -> None:
    assert stride_for(size) == stride


def test_cloud_colours_are_those_of_the_picture() -> None:
    one, source = frame(), np.array([0, 6, 11])
    rgb = one.rgb.reshape(-1, 3)[source]
    depth = depth_image(DEPTH).reshape(-1, 3)[source]
    expected = {CloudColour.RGB: rgb, CloudColour.DEPTH: depth}
    for kind, colours in expected.items():
        seen = cloud_colours(one, RESULT, ViewSettings(cloud_colour=kind), source)
        np.testing.assert_array_equal(seen, colours)
    sure = cloud_colours(one, RESULT, ViewSettings(cloud_colour=CloudColour.CONFIDENCE), source)
    assert sure[2].sum() > sure[1].sum() > sure[0].sum()


@pytest.mark.parametrize("kind", [CloudColour.LABELS, CloudColour.CONFIDENCE])
def test_a_cloud_without_a_result_wears_the_picture(kind: CloudColour) -> None:
    points, colours, source = cloud_points(frame(), None, ViewSettings(cloud_colour=kind))
    assert len(points) == 11
    np.testing.assert_array_equal(colours, frame().rgb.reshape(-1, 3)[source])


def test_no_depth_is_an_empty_cloud() -> None:
    points, colours, source = cloud_points(frame(depth=None), RESULT, ViewSettings())
    assert (points.shape, colours.shape, source.shape) == ((0, 3), (0, 3), (0,))


def test_probe_and_taps_stand_in_the_cloud() -> None:
    xyz, rgba, size, lines = cloud_marks(((read(2, 1), True),), ONE)
    known = np.isfinite(read(2, 1).layers[1].points_m).all(-1)
    assert len(xyz) == len(rgba) == len(size) == known.sum() + 1
    assert np.isfinite(xyz).all()
    assert xyz[-1] == pytest.approx(read(2, 1).xyz_m)
    assert size[-1] == PROBE_PX
    assert lines.tolist() == [[len(xyz) - 1, tap] for tap in range(len(xyz) - 1)]


def test_passive_probes_are_fainter_and_below() -> None:
    xyz, rgba, *_ = cloud_marks(((read(2, 1), True), (read(0, 0), False)), ONE)
    assert xyz[-1] == pytest.approx(read(2, 1).xyz_m)
    assert set(rgba[:, 3].tolist()) == {128, 255}
    assert rgba[0, 3] == 128


def test_a_probe_in_a_hole_has_taps_but_no_lines() -> None:
    xyz, _, _, lines = cloud_marks(((read(1, 1), True),), ONE)
    assert len(xyz) > 0
    assert lines.shape == (0, 2)


def test_modulation_is_size_or_opacity_in_the_cloud() -> None:
    _, rgba, size, _ = cloud_marks(((read(2, 1), True),), ONE)
    assert size[0] == pytest.approx(8.0)  # halfway between 5 and 11
    assert rgba[0, 3] == 255
    faint = ViewSettings(layer="layer2.0", tap_weight=TapWeight.OPACITY)
    _, rgba, _, _ = cloud_marks(((read(2, 1), True),), faint)
    assert rgba[0, 3] == round(255 * (0.15 + 0.85 * 0.5))


def test_taps_that_weigh_more_are_larger_in_the_cloud() -> None:
    one = read(2, 1)
    layer = replace(one.layers[1], modulation=np.linspace(0, 1, 9))
    known = np.isfinite(layer.points_m).all(-1)
    _, _, size, _ = cloud_marks(((replace(one, layers=(one.layers[0], layer)), True),), ONE)
    assert size[:-1] == pytest.approx(5 + 6 * layer.modulation[known])


def test_no_probes_are_empty_arrays_of_the_right_shape() -> None:
    shapes = [array.shape for array in cloud_marks((), ALL)]
    assert shapes == [(0, 3), (0, 4), (0,), (0, 2)]


def test_layers_share_a_hue_and_step_in_lightness() -> None:
    colours = layer_colours(NAMES)
    hls = {name: colorsys.rgb_to_hls(*(c / 255 for c in colours[name])) for name in NAMES}
    first = [hls[name] for name in NAMES[:3]]
    assert np.ptp([hue for hue, _, _ in first]) < 0.02
    assert first[0][1] > first[1][1] > first[2][1]
    hues = sorted(hls[name][0] for name in ("layer1.0", "layer2.0", "layer3.4", "layer4.2"))
    assert np.diff([*hues, hues[0] + 1]).min() > 0.1
    assert len(set(colours.values())) == len(NAMES)


def test_groups_are_read_from_names() -> None:
    names = ("layer3.21", "layer10.0", "hha3.0", "stem")
    assert [layer_group(name) for name in names] == [3, 10, 3, 0]


def test_layers_of_a_second_stream_have_the_hue_of_the_first_ones() -> None:
    config = VARIANTS["hhanet-dcnv2-r101"]
    colours = layer_colours(config.tap_layers)
    hues = {name: colorsys.rgb_to_hls(*(c / 255 for c in rgb))[0] for name, rgb in colours.items()}
    for name in config.tap_layers:
        of_first = hues[name.replace("hha", "layer")]
        assert hues[name] == pytest.approx(of_first, abs=0.02), name
    assert len(set(colours.values())) == len(config.tap_layers) == 24


def test_the_cloud_has_the_scale_of_its_colours() -> None:
    one = frame()
    bars = {
        kind: cloud_bar(one, RESULT, ViewSettings(cloud_colour=kind, depth_limits=(1.0, 4.0)))
        for kind in CloudColour
    }
    depth, confidence = bars[CloudColour.DEPTH], bars[CloudColour.CONFIDENCE]
    assert depth is not None
    assert (depth.title, depth.unit, depth.low, depth.high) == ("depth", "m", 1.0, 4.0)
    assert confidence is not None
    assert (confidence.low, confidence.high) == (0.0, 1.0)
    for kind in (CloudColour.LABELS, CloudColour.RGB, CloudColour.EXPLANATION):
        assert bars[kind] is None
    explained = MapOverlay(np.zeros((2, 2, 4), np.uint8), depth, "gradient")
    settings = ViewSettings(cloud_colour=CloudColour.EXPLANATION)
    assert cloud_bar(one, RESULT, settings, explained) is depth
