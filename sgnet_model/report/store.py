"""What a report was made of, kept beside it: a report can be made again without evaluating."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sgnet_model.evaluation.results import Results, results_from_json
from sgnet_model.files import write_atomically
from sgnet_model.types import UserError
from sgnet_model.untrusted import reading, reason

from .blocks import Image
from .examples import Example
from .fields import FieldSheet
from .markdown import IMAGES
from .measured import read_json

RESULTS_NAME = "results.json"


@dataclass(frozen=True, slots=True)
class Material:
    """One evaluation with its pictures; none where it was not asked for a report."""

    results: Results
    examples: tuple[Example, ...] = ()
    sheets: tuple[FieldSheet, ...] = ()


def save(material: Material, folder: Path) -> None:
    """Writes `RESULTS_NAME`; the pictures it names lie in `IMAGES`, where the report puts them."""
    values = {
        **material.results.to_json(),
        "examples": [
            {
                "title": example.title,
                "images": [_image_json(image) for image in example.images],
                "colours": [list(entry) for entry in example.colours],
            }
            for example in material.examples
        ],
        "fields": [
            {
                "title": sheet.title,
                "images": [_image_json(image) for image in sheet.images],
                "header": list(sheet.header),
                "rows": [list(row) for row in sheet.rows],
            }
            for sheet in material.sheets
        ],
    }
    text = json.dumps(values, allow_nan=False, indent=1)
    write_atomically(folder / RESULTS_NAME, f"{text}\n".encode())


def load_results(path: Path) -> Results:
    """From the folder of a report, its `RESULTS_NAME`, or what `evaluate --json` printed."""
    file = _file(path)
    return results_from_json(read_json(file), str(file))


def load(path: Path) -> Material:
    """The same with the pictures, where there are any."""
    file = _file(path)
    values = read_json(file)
    results = results_from_json(values, str(file))
    with reading(
        file,
        lambda error: (
            f"{file} names pictures that are not there or not described ({reason(error)}): make "
            "the report again with evaluate --report."
        ),
    ):
        return Material(
            results,
            tuple(_example(entry, file.parent) for entry in values.get("examples", ())),
            tuple(_sheet(entry, file.parent) for entry in values.get("fields", ())),
        )


def _file(path: Path) -> Path:
    file = path / RESULTS_NAME if path.is_dir() else path
    if path.is_dir() and not file.is_file():
        raise UserError(
            f"{path} holds no {RESULTS_NAME}: give the folder that evaluate --report wrote, or a "
            "file that evaluate --json printed."
        )
    return file


def _example(entry: dict[str, Any], folder: Path) -> Example:
    images = tuple(_image(image, folder) for image in entry["images"])
    colours = tuple((str(name), _colour(colour)) for name, colour in entry["colours"])
    return Example(str(entry["title"]), images, colours)


def _sheet(entry: dict[str, Any], folder: Path) -> FieldSheet:
    return FieldSheet(
        str(entry["title"]),
        tuple(_image(image, folder) for image in entry["images"]),
        tuple(map(str, entry["header"])),
        tuple(tuple(map(str, row)) for row in entry["rows"]),
    )


def _colour(text: Any) -> str:
    if not re.fullmatch(r"#[0-9a-f]{6}", str(text)):
        raise ValueError(f"{text!r} is no colour")
    return str(text)


def _image_json(image: Image) -> dict[str, str]:
    return {"name": image.name, "alt": image.alt}


def _image(entry: dict[str, Any], folder: Path) -> Image:
    """Read from the folder's own pictures only, wherever the name may point."""
    name = Path(str(entry["name"])).name
    try:
        data = (folder / IMAGES / name).read_bytes()
    except OSError as error:
        raise ValueError(f"{name}: {error.strerror}") from error
    return Image(name, data, str(entry["alt"]))
