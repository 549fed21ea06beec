"""The commands of the Compare menu: what B is, and how A and B are looked at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from sgnet_model.resources import other_checkpoints
from sgnet_model.switches import NO_SWITCHES, Switches
from sgnet_viewer.contract.commands import COMPARE_MENU, OTHER_MENU, RESET_COMPARE
from sgnet_viewer.state.choices import NetworkChoice
from sgnet_viewer.state.comparing import LAYOUT_TITLES, MAP_TITLES, Layout

from .command import Command, marked
from .file_menu import recent_titles
from .network_menu import PRECISIONS
from .parts import Parts

WIPE_STEP = 0.05  # of the picture's width
SWITCHED = (  # B with every layer switched
    ("offsets", "zero", "All &offsets zero: a regular grid"),
    ("modulation", "one", "All &modulation one: every tap in full"),
)
LAYOUT_KEYS = {Layout.WIPE: "Ctrl+Shift+W", Layout.SIDE: "Ctrl+Shift+B"}


def compare_commands(parts: Parts) -> Iterator[Command]:
    """In the order of the menu."""
    yield from _other(parts)
    yield from _layouts(parts)
    compare, needs = parts.compare, partial(_needs_other, parts)
    yield Command(
        "compare.swap",
        "&Swap A and B",
        compare.swap,
        COMPARE_MENU,
        refusal=lambda: needs() or _needs_chosen(parts),
        after_line=True,
    )
    yield Command(
        "compare.all_frames",
        "Compare &all frames of the set",
        compare.compare_all,
        COMPARE_MENU,
        refusal=lambda: parts.needs_set() or _needs_chosen(parts),
        tip="The list of frames can then be sorted by disagreement",
    )
    yield Command(
        "compare.copy_command",
        "Copy as co&mmand",
        partial(parts.copy_command, compare.command),
        COMPARE_MENU,
        refusal=needs,
        tip="The sgnet-model command that prints the same numbers",
    )
    yield Command(
        RESET_COMPARE,
        "&End the comparison",
        compare.end,
        COMPARE_MENU,
        refusal=partial(_needs_chosen, parts),
    )


def _other(parts: Parts) -> Iterator[Command]:
    """What B may be: the network that is chosen, but for one thing."""
    compare, choice = parts.compare, parts.session.choice

    def command(name: str, title: str, network: NetworkChoice, **more: object) -> Command:
        return Command(
            f"compare.b.{name}",
            title,
            partial(compare.choose, network),
            OTHER_MENU,
            checked=lambda: parts.document.value.comparing.network == network,
            refusal=lambda: "" if network != choice else "That is what A is.",
            **more,  # type: ignore[arg-type]
        )

    yield Command(
        "compare.keep",
        "The answer that is shown &now, kept",
        compare.keep,
        OTHER_MENU,
        refusal=parts.needs_depth,
        tip="Then change the network, its switches or the depth: the window compares with what was",
    )
    yield Command("compare.checkpoint", "Another &checkpoint…", compare.ask_checkpoint, OTHER_MENU)
    recent = parts.settings.checkpoints()
    titles = recent_titles(tuple((str(path),) for path in recent))
    for path, title in zip(recent, titles, strict=True):
        shown = title.replace("&", "&&")
        yield command(f"checkpoint.{path}", shown, replace(choice, checkpoint=path))
    yield command("bundled", "The &bundled network", replace(choice, checkpoint=None))
    for title, path in other_checkpoints().items():
        name = f"The bundled network {title}"
        yield command(f"bundled.{path.stem}", name, replace(choice, checkpoint=path))
    for key, title in PRECISIONS[1:]:
        computed = f"Computed in {title}"
        yield command(key, computed, replace(choice, precision=key), after_line=key == "fp32")
    yield command(
        "learned", "All layers as &learned", replace(choice, switches=NO_SWITCHES), after_line=True
    )
    for part, state, title in SWITCHED:
        switches = Switches().turned("all", part, state)
        yield command(f"{part}.{state}", title, replace(choice, switches=switches))


def _layouts(parts: Parts) -> Iterator[Command]:
    document, other, needs = parts.document, parts.compare.other, partial(_needs_other, parts)
    for layout, title in LAYOUT_TITLES.items():
        yield Command(
            f"compare.layout.{layout.value}",
            title,
            partial(other.change, layout=layout),
            COMPARE_MENU,
            LAYOUT_KEYS.get(layout, ""),
            needs,
            marked(lambda: document.value.comparing.layout, layout),
            "compare layout",
            after_line=layout is Layout.A,
        )
    yield Command(
        "compare.flicker",
        "&Flicker: A, B, A…",
        parts.compare.flicker,
        COMPARE_MENU,
        "X",
        needs,
        tip="Each press shows the other of the two",
    )
    for name, title, key, by in (
        ("left", "Handle to the left", "Alt+Left", -WIPE_STEP),
        ("right", "Handle to the right", "Alt+Right", WIPE_STEP),
    ):
        yield Command(
            f"compare.wipe_{name}",
            title,
            partial(parts.compare.move_wipe, by),
            COMPARE_MENU,
            key,
            needs,
        )
    for shown, title in MAP_TITLES.items():
        yield Command(
            f"compare.map.{shown.value}",
            title,
            partial(parts.compare.show_map, shown),
            f"{COMPARE_MENU}/Map over the picture",
            refusal=needs,
            checked=marked(lambda: document.value.comparing.shown_map, shown),
            group="compare map",
        )


def _needs_other(parts: Parts) -> str:
    """A refusal where there is nothing to compare with."""
    if parts.compare.other.question is not None:
        return ""
    if parts.session.streaming:
        return "Freeze the stream first (Space)."
    return "There is no second answer: choose B, or edit the depth."


def _needs_chosen(parts: Parts) -> str:
    chosen = parts.document.value.comparing.network is not None
    return "" if chosen else "B is not chosen."
