"""The commands of the File menu: open and save."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, partial
from pathlib import PurePath

from sgnet_model.resources import samples
from sgnet_viewer.state.session import NYU_SAMPLE

from .command import Command
from .parts import Parts

FILE, SAMPLES, RECENT, EXPORT = "&File", "&File/&Samples", "&File/&Recent", "&File/E&xport"
LONGEST_NAME = 48  # letters of a recent entry
MOST_FOLDERS = 8  # in front of one


def open_commands(parts: Parts) -> Iterator[Command]:
    """What opens something."""
    frames = parts.frames
    yield Command("file.open", "&Open frame…", frames.ask_file, FILE, "Ctrl+O")
    yield Command(
        "file.open_pair", "Open RGB + &depth pair…", frames.ask_pair, FILE, "Ctrl+Shift+O"
    )
    yield Command("file.open_folder", "Open &folder…", frames.ask_folder, FILE, "Ctrl+Alt+O")
    yield Command("file.open_session", "Open s&ession…", parts.sessions.ask, FILE, "Ctrl+Shift+E")


def sample_commands(parts: Parts) -> Iterator[Command]:
    """The bundled frames; the one that is downloaded comes last."""
    for name in sample_names():
        title = name.replace("_", " ").replace("-", " ").replace("&", "&&")
        yield Command(f"sample.{name}", title, partial(parts.frames.open_sample, name), SAMPLES)
    yield Command(
        f"sample.{NYU_SAMPLE}",
        "NYUv2 pair (downloaded by Open3D)",
        partial(parts.frames.open_sample, NYU_SAMPLE),
        SAMPLES,
        after_line=True,
    )


@cache
def sample_names() -> tuple[str, ...]:
    """Of the bundled frames: they do not change while the program runs."""
    return samples()


def recent_commands(parts: Parts) -> Iterator[Command]:
    """What was opened last, newest first."""
    recent = parts.settings.recent()
    for paths, title in zip(recent, recent_titles(recent), strict=True):
        yield Command(
            "recent." + "|".join(paths),
            title.replace("&", "&&"),
            partial(parts.frames.drop, list(paths)),
            RECENT,
            tip="\n".join(paths),
        )


def save_commands(parts: Parts) -> Iterator[Command]:
    """What writes a file, and the end."""
    yield Command(
        "file.scores",
        "Sco&res of an evaluation…",
        parts.scores.ask,
        FILE,
        refusal=parts.needs_frame,
        tip="Show what sgnet-model evaluate scored on each frame of this set",
    )
    yield from _picture_commands(parts)
    yield from _answer_commands(parts)
    yield from export_commands(parts)
    yield Command(
        "file.save_session",
        "Save sess&ion…",
        parts.sessions.save,
        FILE,
        "Ctrl+E",
        parts.sessions.refusal,
        after_line=True,
        tip="What is open and how it is looked at, as one small file",
    )
    yield Command("file.quit", "&Quit", parts.window.close, FILE, "Ctrl+Q", after_line=True)


def _picture_commands(parts: Parts) -> Iterator[Command]:
    """What is seen, as a picture or a drawing."""
    yield Command(
        "file.save_picture",
        "&Save view…",
        parts.export.save_picture,
        FILE,
        "Ctrl+S",
        parts.needs_frame,
        after_line=True,
    )
    yield Command(
        "file.save_figure",
        "Save fi&gure…",
        parts.figure.ask,
        FILE,
        "Ctrl+Shift+F",
        parts.needs_frame,
        tip="The view with classes, layers and cloud, as PNG, SVG or PDF, or copied",
    )


def _answer_commands(parts: Parts) -> Iterator[Command]:
    """What is known of the frame: labels, points, the probe's taps."""
    export = parts.export
    yield Command(
        "file.save_labels",
        "Save &labels…",
        export.save_labels,
        FILE,
        "Ctrl+L",
        parts.needs_result,
    )
    yield Command(
        "file.save_cloud",
        "Save point &cloud…",
        export.save_cloud,
        FILE,
        "Ctrl+Shift+S",
        parts.needs_depth,
    )
    yield Command(
        "file.save_cloud_picture",
        "Save pict&ure of the cloud…",
        lambda: export.save_cloud_picture(parts.window.cloud.picture()),
        FILE,
        refusal=parts.needs_depth,
        tip="As it is on the screen",
    )
    yield Command(
        "file.save_probe", "Save &probe…", export.save_probe, FILE, "Ctrl+P", parts.needs_probe
    )


def export_commands(parts: Parts) -> Iterator[Command]:
    """What takes minutes, and can be cancelled."""
    sets = parts.export_sets
    yield Command(
        "export.frames",
        "&All frames…",
        sets.save_frames,
        EXPORT,
        refusal=parts.needs_frame,
        tip="Labels, overlay, cloud and arrays of every frame into a folder; again: goes on",
    )
    yield Command(
        "export.film",
        "&Film of all frames…",
        sets.film_frames,
        EXPORT,
        refusal=parts.needs_set,
        tip="Each frame under the colours of its classes",
    )
    yield Command(
        "export.orbit",
        "Film around the &cloud…",
        sets.film_orbit,
        EXPORT,
        refusal=parts.needs_depth,
    )
    yield Command(
        "export.layers",
        "Film of the &layers' taps…",
        sets.film_layers,
        EXPORT,
        refusal=parts.needs_probe,
        tip="The active probe's taps, a layer a second",
    )
    yield Command(
        "export.rerun",
        "Recording for &Rerun…",
        sets.save_rerun,
        EXPORT,
        refusal=parts.needs_frame,
        tip="Every frame with cloud, labels and taps",
    )


def recent_titles(recent: tuple[tuple[str, ...], ...]) -> list[str]:
    """A name for each entry; entries of one name have as many of the folders above them as it
    takes to tell them apart."""
    depths = [0] * len(recent)
    for _ in range(MOST_FOLDERS):
        titles = [_titled(paths, depth) for paths, depth in zip(recent, depths, strict=True)]
        same = [titles.count(title) > 1 for title in titles]
        if not any(same):
            break
        depths = [depth + alike for depth, alike in zip(depths, same, strict=True)]
    return [_shortened(_titled(paths, depth)) for paths, depth in zip(recent, depths, strict=True)]


def _titled(paths: tuple[str, ...], depth: int) -> str:
    """The names of the files, after `depth` folders of the first."""
    names = " + ".join(PurePath(path).name or path for path in paths)
    above = PurePath(paths[0]).parent.parts if paths else ()
    return "/".join([*above[len(above) - min(depth, len(above)) :], names])


def _shortened(text: str) -> str:
    if len(text) <= LONGEST_NAME:
        return text
    half = LONGEST_NAME // 2
    return f"{text[:half]}…{text[-half:]}"
