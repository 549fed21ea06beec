"""Models of an installed package become things; without it scenes stay the project's own."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from sgnet_model.scenes import (
    CLASSIC,
    FURNISHED,
    REALISTIC,
    Profile,
    profile_named,
    render_scene,
    training_profile,
)
from sgnet_model.scenes.furniture import furniture_things
from sgnet_model.scenes.furniture.bedroom import bed
from sgnet_model.scenes.furniture.furniture_model import pieces
from sgnet_model.scenes.furniture.furniture_things import (
    KINDS,
    Maker,
    candidates,
    made,
    thing_of,
    used,
)
from sgnet_model.scenes.furniture.others import radiator, stool
from sgnet_model.scenes.furniture.props import bag
from sgnet_model.scenes.furniture.seating import chair
from sgnet_model.scenes.furniture.storage import cabinet
from sgnet_model.scenes.furniture.tables import coffee_table, table
from sgnet_model.scenes.furniture_package import (
    LARGEST,
    OVERRIDE,
    Entry,
    catalogue,
    credits_of,
)
from sgnet_model.scenes.labels import Label
from sgnet_model.scenes.look.materials import Palette
from sgnet_model.scenes.look.shading import MaterialTable, albedo
from sgnet_model.scenes.mesh import assemble
from sgnet_model.scenes.rays import Caster
from sgnet_model.scenes.thing import Placed
from sgnet_model.types import UserError

# A wedge, y up, its tall side at the back (z = -1): red, and its back wears a picture.
OBJ = """\
mtllib wedge.mtl
v -1 0 1
v 1 0 1
v 1 0 -1
v -1 0 -1
v 1 2 -1
v -1 2 -1
vt 0 0
vt 1 0
vt 1 1
vt 0 1
usemtl painted
f 1 2 5 6
f 1 4 3 2
f 1 6 4
f 2 3 5
usemtl printed
f 3/1 4/2 6/3 5/4
"""
MTL = """\
newmtl painted
Kd 1 0 0
Ks 0.5 0.5 0.5
Ns 20
newmtl printed
Kd 1 1 1
map_Kd half.png
"""
CATALOGUE = """\
license=Public domain
name#1=Chair
model#1=/mine/wedge/wedge.obj
width#1=50
depth#1=40
height#1=100
creator#1=Somebody
name#2=Table
model#2=/mine/wedge/wedge.obj
width#2=120
depth#2=80
height#2=75
dropOnTopElevation#2=60
creator#2=Another
name#3=Chair
model#3=/mine/huge.obj
width#3=50
depth#3=40
height#3=100
creator#3=Somebody
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A catalogue of our own in place of the installed one."""
    half = np.zeros((8, 8, 3), np.uint8)
    half[:, :4] = 255
    with zipfile.ZipFile(tmp_path / "mine.sh3f", "w") as packed:
        packed.writestr("PluginFurnitureCatalog.properties", CATALOGUE)
        packed.writestr("mine/wedge/wedge.obj", OBJ)
        packed.writestr("mine/wedge/wedge.mtl", MTL)
        packed.writestr("mine/wedge/half.png", cv2.imencode(".png", half)[1].tobytes())
        packed.writestr("mine/huge.obj", " " * (LARGEST + 1))
    monkeypatch.setenv(OVERRIDE, str(tmp_path))
    return tmp_path


@pytest.fixture
def nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No package."""
    monkeypatch.setenv(OVERRIDE, str(tmp_path / "absent"))


def palette(seed: int = 0) -> Palette:
    return Palette(np.random.default_rng(seed), profile=FURNISHED)


@pytest.mark.usefixtures("package")
def test_a_catalogue_names_size_creator_and_licence_and_drops_what_is_too_large() -> None:
    chair_entry, table_entry = catalogue()
    assert chair_entry.size == (0.5, 0.4, 1.0)
    assert (chair_entry.drop, table_entry.drop) == (1.0, 0.6)
    assert (chair_entry.creator, chair_entry.licence) == ("Somebody", "Public domain")
    text = credits_of(catalogue())
    assert "## Public domain" in text
    assert "- **Another**: Table\n- **Somebody**: Chair" in text


@pytest.mark.usefixtures("package")
def test_a_model_stands_upright_with_its_back_to_the_wall() -> None:
    thing = thing_of(catalogue()[0], Label.CHAIR, palette())
    mesh = assemble([Placed(thing, (0, 0, 0), 0.0)])
    low, high = mesh.vertices.min(0), mesh.vertices.max(0)
    assert low == pytest.approx([-thing.width / 2, 0, 0], abs=1e-5)
    assert high == pytest.approx([thing.width / 2, thing.depth, thing.height], abs=1e-5)
    top = mesh.vertices[mesh.vertices[:, 2] > thing.height - 1e-4]
    assert top[:, 1].max() == pytest.approx(0, abs=1e-5)  # the tall side is the back
    assert set(mesh.label) == {Label.CHAIR}
    assert 0.4 < thing.width < 0.6


@pytest.mark.usefixtures("package")
def test_faces_look_outwards_and_flat_ones_keep_their_edges() -> None:
    for piece in pieces(catalogue()[0]):
        shape = piece.shape
        assert np.abs(shape.vertices).max() <= 0.5 + 1e-6
        corners = shape.vertices[shape.triangles]
        face = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        outwards = (face * (corners.mean(1) - [0, -0.2, -0.2])).sum(1)
        assert (outwards > 0).all()
        assert np.allclose(np.linalg.norm(shape.normals, axis=1), 1, atol=1e-5)
        across = (shape.normals[shape.triangles] * face[:, None]).sum(-1)
        assert (across > 0.7 * np.linalg.norm(face, axis=1)[:, None]).all()


@pytest.mark.usefixtures("package")
def test_a_picture_follows_its_texture_coordinates() -> None:
    entry = catalogue()[0]
    own = [k for k in range(40) if _brightest(entry, k) == pytest.approx(0.9)]  # not repainted
    p = palette(own[0])
    thing = thing_of(entry, Label.CHAIR, p)
    mesh = assemble([Placed(thing, (0, 0, 0), 0.0)])
    rays = np.array([[x, 2, 0.5] for x in (-0.15, 0.15)], np.float32)
    hits = Caster(mesh).cast(np.array([0, -2, 0], np.float32), rays)
    colour = albedo(mesh, MaterialTable.of(p.materials), hits, np.full(2, 0.01, np.float32)).mean(1)
    # The picture's white half, u = 0, lies at x = 1 of the file, which is our -x.
    assert colour[0] > 0.5 > 0.1 > colour[1]


def _brightest(entry: Entry, seed: int) -> float:
    """Of the picture on a model made in a palette."""
    p = palette(seed)
    thing_of(entry, Label.CHAIR, p)
    images = [m.image for m in p.materials if m.image is not None]
    return float(max(image.max() for image in images))


@pytest.mark.usefixtures("package")
def test_half_of_the_chairs_are_models_and_what_has_none_is_made_as_before() -> None:
    own = [made(chair, palette(k)) for k in range(60)]
    models = sum(thing.parts[0].shape.uv is not None for thing in own)
    assert 18 < models < 42
    assert all(made(cabinet, palette(k)).parts[0].shape.uv is None for k in range(6))
    plain = Palette(np.random.default_rng(5), profile=REALISTIC)
    assert made(chair, plain).parts[0].shape.uv is None
    assert len(used()) == 2


@pytest.mark.usefixtures("package")
def test_things_stand_on_a_models_top() -> None:
    (entry,) = candidates(table)
    thing = thing_of(entry, Label.TABLE, palette())
    (top,) = thing.tops
    assert top.z == pytest.approx(0.8 * thing.height)
    assert -thing.width / 2 < top.x0 < top.x1 < thing.width / 2


@pytest.mark.usefixtures("package")
def test_rooms_are_furnished_and_a_seed_gives_one() -> None:
    first, second = (render_scene(6, (48, 64), profile=FURNISHED) for _ in range(2))
    assert np.array_equal(first.rgb, second.rgb)
    assert np.array_equal(first.labels, second.labels)
    assert training_profile() is FURNISHED
    assert profile_named("furnished") is FURNISHED


@pytest.mark.usefixtures("nothing")
def test_without_the_package_training_takes_the_realistic_scenes() -> None:
    assert catalogue() == ()
    assert training_profile() is REALISTIC
    with pytest.raises(UserError, match="sweethome3d-furniture"):
        profile_named("furnished")
    assert made(chair, palette()).parts[0].shape.uv is None


def test_kinds_carry_the_label_of_what_they_stand_for() -> None:
    for maker, (label, names) in KINDS.items():
        for seed in range(3):
            thing = maker(Palette(np.random.default_rng(seed)))
            assert label in {part.label for part in thing.parts}
        assert all(name.strip() for name in names.split(","))


def test_things_have_the_classes_of_nyuv2s_own_map_outside_of_classic_scenes() -> None:
    """`map894to40` of the labelled data set: coffee table, radiator, stool, headboard, backpack."""

    def labels(maker: Maker, profile: Profile) -> set[Label]:
        things = (
            made(maker, Palette(np.random.default_rng(seed), profile=profile)) for seed in range(8)
        )
        return {part.label for thing in things for part in thing.parts}

    assert labels(coffee_table, CLASSIC) == {Label.TABLE}
    assert labels(coffee_table, REALISTIC) == {Label.OTHER_FURNITURE}
    assert labels(table, REALISTIC) == {Label.TABLE}
    assert labels(radiator, REALISTIC) == {Label.OTHER_FURNITURE}
    assert labels(stool, REALISTIC) == {Label.OTHER_PROP}
    assert labels(bed, CLASSIC) == {Label.BED, Label.PILLOW}
    assert labels(bed, REALISTIC) == {Label.BED, Label.PILLOW, Label.OTHER_FURNITURE}
    assert labels(bag, CLASSIC) == {Label.BAG}
    assert labels(bag, REALISTIC) == {Label.BAG, Label.OTHER_PROP}


@pytest.mark.parametrize("profile", [REALISTIC, CLASSIC])
def test_a_bag_stands_within_the_footprint_it_declares(profile: Profile) -> None:
    """Classic scenes keep paper bags that are a rhombus over their neighbours."""
    things = [bag(Palette(np.random.default_rng(seed), profile=profile)) for seed in range(40)]
    meshes = [assemble([Placed(replace(t, parts=t.parts[:1]), (0, 0, 0), 0.0)]) for t in things]
    beyond = max(
        float(np.abs(mesh.vertices[:, 0]).max() / (thing.width / 2))
        for mesh, thing in zip(meshes, things, strict=True)
    )
    assert (beyond < 1.05) == (profile is REALISTIC)


@pytest.mark.usefixtures("package")
def test_a_model_is_called_what_nyuv2_calls_it(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = replace(candidates(table)[0], name="Wardrobe")
    monkeypatch.setattr(furniture_things, "candidates", lambda _maker: (entry,))
    monkeypatch.setattr(furniture_things, "SHARE", 1.0)
    thing = made(cabinet, Palette(np.random.default_rng(0), profile=FURNISHED))
    assert {part.label for part in thing.parts} == {Label.OTHER_FURNITURE}
    assert thing.tops  # what a cabinet carries is decided by what it stands for


def test_renamed_models_are_among_those_that_stand_for_something() -> None:
    names = {name.strip() for _, names in KINDS.values() for name in names.split(",")}
    assert set(furniture_things.MODELS_RENAMED) <= names
