"""Half of the things as real models: which of the package's names stand for what is made here,
and what NYUv2 calls things whose names here say otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from sgnet_model.scenes.furniture_package import Entry, catalogue, folder
from sgnet_model.scenes.labels import Label
from sgnet_model.scenes.look.materials import Colour, Material, Palette
from sgnet_model.scenes.thing import Thing, Top

from . import bathroom, bedroom, kitchen, others, people, props, seating, storage, tables
from .furniture_model import Look, pieces

Maker = Callable[[Palette], Thing]
SHARE = 0.5  # of the things that have models
CARRIES = (Label.TABLE, Label.DESK, Label.CABINET, Label.DRESSER, Label.NIGHT_STAND)
SOFT = (Label.BED, Label.SOFA)

_CHAIRS = (
    "Chair, Armchair, Chair with cushion, Oak chair, Osaka chair, Cafe chair, Folding chair, "
    "Plastic chair, Modern armchair, Winchester armchair, Rattan armchair, Relax chair, "
    "Teck chair, Ryokan chair, Class seat, Bar chair"
)
KINDS: dict[Maker, tuple[Label, str]] = {
    seating.chair: (Label.CHAIR, _CHAIRS),
    seating.kitchen_chair: (Label.CHAIR, _CHAIRS),
    seating.office_chair: (Label.CHAIR, _CHAIRS),
    seating.arm_chair: (
        Label.CHAIR,
        "Armchair, Modern armchair, Winchester armchair, Rattan armchair, Relax chair",
    ),
    seating.sofa: (
        Label.SOFA,
        "Sofa, Couch, Corner sofa, Burlap sofa, Clear sofa, Convertible sofa BZ, Futon couch, "
        "Sofa 2 seats, Sofa 3 seats, Rattan sofa, Winchester sofa",
    ),
    bedroom.bed: (
        Label.BED,
        "Bed, Iron bed, Child bed, Bunk bed, Captain's bed, Futon, Day bed, Hospital bed",
    ),
    tables.table: (
        Label.TABLE,
        "Table, Round table, Oak table, Glass table, Wooden table, Cafe table, Black table, "
        "Folding table, Table on trestles, Table with tablecloth, Wooden alder table, "
        "Wooden teak table, Rattan table",
    ),
    tables.coffee_table: (Label.TABLE, "Coffee table, Rattan table"),
    tables.desk: (Label.DESK, "Desk, Wooden desk, Desk table, Technical table"),
    tables.night_stand: (Label.NIGHT_STAND, "Bedside table"),
    storage.cabinet: (
        Label.CABINET,
        "Cupboard, Filing cabinet, Glass door cabinet, High cabinet, Wardrobe, "
        "Lower cabinet, Television cabinet, Small lower cabinet",
    ),
    storage.dresser: (Label.DRESSER, "Dresser with drawers, Dressing table, Drawers cabinet"),
    storage.bookshelf: (Label.BOOKSHELF, "Bookcase, Full bookcase"),
    storage.shelves: (Label.SHELVES, "Shelves, Vertical shelves"),
    storage.refrigerator: (Label.REFRIGERATOR, "Fridge, Large fridge, Refrigerator"),
    bathroom.toilet: (Label.TOILET, "Toilets unit"),
    kitchen.appliance: (
        Label.OTHER_STRUCTURE,
        "Cooker, Clothes washing machine, Washing machine, Dryer machine, Stove, Large stove",
    ),
    others.radiator: (Label.OTHER_STRUCTURE, "Radiator"),
    others.fireplace: (Label.OTHER_STRUCTURE, "Fireplace, Chimney"),
    others.ottoman: (Label.OTHER_FURNITURE, "Puff, Piano bench"),
    others.stool: (Label.OTHER_FURNITURE, "Stool, Bar stool"),
    others.piano: (Label.OTHER_FURNITURE, "Upright piano"),
    others.games_table: (Label.OTHER_FURNITURE, "Pool table, Football table, Table tennis"),
    others.waste_bin: (Label.OTHER_FURNITURE, "Dustbin, Bullet trash can, Recycling bin"),
    people.standing: (
        Label.PERSON,
        "Male, Female, Boy, Girl, Holding female, Holding male",
    ),
    props.table_lamp: (Label.LAMP, "Lamp, Little lamp, Desk lamp, Pedestal vase lamp"),
    props.floor_lamp: (Label.LAMP, "Lamp"),
    props.television: (Label.TELEVISION, "TV, TV 16:9"),
    props.monitor: (Label.OTHER_PROP, "Apple iMac 1998, Apple iMac 2004"),
    props.laptop: (Label.OTHER_PROP, "Laptop, Apple iBook"),
    props.carton: (Label.BOX, "Box, Cardboard box, Open cardboard box, Crate, Gift"),
    props.bag: (Label.BAG, "Backpack, Handbag, Briefcase, Suitcase"),
    props.clothes_heap: (Label.CLOTHES, "Folded clothes, Jacket, Trousers, Skirt, Dress"),
    props.books: (Label.BOOKS, "Book"),
    props.vessel: (
        Label.OTHER_PROP,
        "Vase, Bottle, Wine bottle, Bowl, Coffee cup, Coffee mug, Cup, Glass, Teapot, Pottery, "
        "Old jar, Plate, Candle, Bowl with fruits, Clock, Soap, Utensils pot, Penbox",
    ),
    props.plant: (
        Label.OTHER_PROP,
        "Plant, Indoor plant, Decorative plant, Ficus, Bamboo, Bonsai tree, Yucca, Orchids, "
        "Succulent plant, Spathiphyllum, Little plant, Flowers, Tulips, Cactus, Spider plant",
    ),
    props.gadget: (
        Label.OTHER_PROP,
        "Microwave, Toaster, Coffee maker, Coffee machine, Coffee brewer, Radio, Mini stereo, "
        "Speaker, Inkjet printer and scanner, Blender, Mixer, Phone, Stereo amplifier, "
        "DVD player, Sandwich maker, Deep fryer, Kitchen scale, Teddy bear",
    ),
    props.fan: (Label.OTHER_PROP, "Table fan, Rigged fan"),
    props.ball: (Label.OTHER_PROP, "Soccer ball, Basketball, Teddy bear, Apples"),
}
# (least, greatest) height in metres of what stands for a maker, where names alone do not tell.
HEIGHTS: dict[Maker, tuple[float, float]] = {
    props.floor_lamp: (1.0, 2.2),
    props.table_lamp: (0.1, 0.9),
    props.plant: (0.08, 1.6),
    storage.dresser: (0.5, 1.4),
    tables.table: (0.55, 1.2),
    kitchen.appliance: (0.6, 1.6),
    props.carton: (0.03, 0.8),
}
# What NYUv2's map of its 894 names to 40 classes says of things, where it is another class than
# the one above, or that the maker gives its parts (the classic scenes keep that).
RENAMED: dict[Maker, dict[Label, Label]] = {
    tables.coffee_table: {Label.TABLE: Label.OTHER_FURNITURE},
    others.radiator: {Label.OTHER_STRUCTURE: Label.OTHER_FURNITURE},
    others.stool: {Label.OTHER_FURNITURE: Label.OTHER_PROP},
}
MODELS_RENAMED: dict[str, Label] = {
    "Wardrobe": Label.OTHER_FURNITURE,
    "Television cabinet": Label.OTHER_FURNITURE,  # "tv stand"
    "Clothes washing machine": Label.OTHER_FURNITURE,
    "Washing machine": Label.OTHER_FURNITURE,
    "Dryer machine": Label.OTHER_FURNITURE,
    "Crate": Label.OTHER_FURNITURE,
    "Backpack": Label.OTHER_PROP,
    "Briefcase": Label.OTHER_PROP,
    "Suitcase": Label.OTHER_PROP,
}


def made(maker: Maker, p: Palette) -> Thing:
    """What `maker` makes, or in half of the cases a model that stands for it, if there is one."""
    if not p.profile.revised:
        return maker(p)
    return _renamed(_modelled(maker, p), RENAMED.get(maker, {}))


def _modelled(maker: Maker, p: Palette) -> Thing:
    models = candidates(maker) if p.profile.real_shapes else ()
    if not models or p.rng.random() > SHARE:
        return maker(p)
    entry, label = models[int(p.rng.integers(len(models)))], KINDS[maker][0]
    thing = thing_of(entry, label, p)
    return _renamed(thing, {label: MODELS_RENAMED.get(entry.name, label)})


def _renamed(thing: Thing, names: Mapping[Label, Label]) -> Thing:
    """With parts of another label; itself where none is named."""
    if names:
        thing.parts = [replace(p, label=names.get(p.label, p.label)) for p in thing.parts]
    return thing


def candidates(maker: Maker) -> tuple[Entry, ...]:
    """The installed models that may stand for a maker's things."""
    return _candidates(maker, folder()) if maker in KINDS else ()


@lru_cache(maxsize=256)
def _candidates(maker: Maker, _folder: Path) -> tuple[Entry, ...]:
    """Kept for each folder of catalogues."""
    names = {name.strip() for name in KINDS[maker][1].split(",")}
    low, high = HEIGHTS.get(maker, (0.0, 3.0))
    return tuple(e for e in catalogue() if e.name in names and low <= e.size[2] <= high)


def used() -> tuple[Entry, ...]:
    """All models that scenes may show, each once."""
    return tuple(dict.fromkeys(entry for maker in KINDS for entry in candidates(maker)))


def thing_of(entry: Entry, label: Label, p: Palette) -> Thing:
    """The model at its size, give or take a tenth, in its own colours or in the room's."""
    rng = p.rng
    w, d, h = (float(s) * scale for s, scale in zip(entry.size, _stretch(rng), strict=True))
    thing = Thing(w, d, h)
    repaint = rng.random() < 0.5
    for piece in pieces(entry):
        material = _material(piece.look, p, repaint)
        thing.add(piece.shape, (w, d, h), (0, d / 2, h / 2), label, material)
    if label in CARRIES or label in SOFT:
        drop = entry.drop if entry.drop is not None else 0.45 if label in SOFT else entry.size[2]
        z = min(drop / entry.size[2], 1.0) * h
        x, y = 0.38 * w, (0.3 if label in SOFT else 0.12) * d
        thing.tops.append(Top(-x, x, y, 0.88 * d, z, 1.0, soft=label in SOFT))
    return thing


def _stretch(rng: np.random.Generator) -> tuple[float, float, float]:
    whole = rng.uniform(0.92, 1.08)
    each = whole * rng.uniform(0.95, 1.05, 3)
    return float(each[0]), float(each[1]), float(each[2])


def _material(look: Look, p: Palette, repaint: bool) -> int:
    """As the file says, or repainted: a texture keeps its pattern and takes another tint."""
    rng = p.rng
    wear = float(rng.uniform(0, 0.2))
    if look.opaque < 0.6:
        return p.glass()
    if look.texture is not None:
        tint = np.array(_tint(p, look.texture.reshape(-1, 3).mean(0)) if repaint else (1.0,) * 3)
        image = np.clip(look.texture * tint.astype(np.float32), 0, 0.95)
        gray: Colour = (0.5, 0.5, 0.5)
        return p.keep(Material(gray, gray, gloss=look.gloss, wear=wear, image=image, mapped=True))
    if repaint:
        draw = rng.random()
        if draw < 0.4:
            return p.wood()
        return p.fabric() if draw < 0.6 and look.gloss < 0.2 else p.paint(look.gloss)
    return p.paint(look.gloss, look.colour)


def _tint(p: Palette, mean: np.ndarray[tuple[int], np.dtype[np.float32]]) -> Colour:
    """What turns a texture's mean into one of the palette's colours, half of the way."""
    aim = np.array(p.colour())
    ratio = np.sqrt(np.clip(aim / np.maximum(mean, 0.02), 0.15, 4.0))
    return float(ratio[0]), float(ratio[1]), float(ratio[2])
