"""What an inspection found, in words: a sentence that answers its question, and named numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sgnet_model.inspection.finding import Finding, Score
from sgnet_model.switches import ALL

MOST_FACTS = 14  # lines of the panel
# Questions in the order of the guide: where it looked first, then why, then what if.
ORDER = ("taps", "composed", "reads", "gradient", "influence", "shares", "switches", "noise")
SMALL = 0.001  # smaller errors are said by their power of ten
PERCENT = ", %"  # ends the title of a share
# By inspection: the key of a number, through mappings with dots, and its title with the unit.
TITLES: dict[str, dict[str, str]] = {
    "composed": {
        "radius_px": "distance of what it sees (rms), px",
        "radius_m": "distance of what it sees (rms), m",
        "contours.0.5": "area that holds 50 %, px",
        "contours.0.8": "area that holds 80 %, px",
        "contours.0.95": "area that holds 95 %, px",
        "regular.radius_px": "distance without offsets and modulation, px",
        "regular.radius_m": "distance without offsets and modulation, m",
        "regular.contours.0.5": "50 % without offsets and modulation, px",
        "regular.contours.0.95": "95 % without offsets and modulation, px",
        "mass_inside": "inside the picture, %",
        "mass_outside.beyond": "beyond the layers' maps, %",
        "mass_outside.modulation": "taken by modulation, %",
        "support_px": "area with any share, px",
    },
    "gradient": {
        "radius_rgb_px": "distance of what matters in colour (rms), px",
        "radius_depth_px": "distance of what matters in depth (rms), px",
        "sum_depth": "if all moved away, logit per metre",
    },
    "influence": {
        "silenced.layer": "layer of the strongest tap",
        "silenced.tap": "strongest tap, of 0 to 8",
        "silenced.predicted": "change without it as predicted, logit",
        "silenced.true": "change without it as measured, logit",
    },
    "reads": {"readers": "outputs that read it", "weight": "weight of all readings"},
    "shares": {
        "phi_rgb": "by colour, logit",
        "phi_depth": "by depth, logit",
        "values.rgb_depth": "score with both, logit",
        "values.rgb_flat": "score with colour alone, logit",
        "values.grey_depth": "score with depth alone, logit",
        "values.grey_flat": "score with neither, logit",
    },
    "noise": {
        "flip_rate_here": "copies with another class here, %",
        "flip_rate_here_error": "its standard error, %",
        "flip_rate": "pixels that flip, mean of the copies, %",
        "count": "noisy copies",
        "noise": "noise of the depth",
    },
}


def facts_of(finding: Finding) -> tuple[tuple[str, str], ...]:
    """Titles and numbers that fit into a panel: the score, then those that are no lists."""
    found: list[tuple[str, str]] = []
    if finding.score is not None:
        found.append((score_title(finding.score), number(finding.score.value)))
    values, titles = _flat("", finding.values), TITLES.get(finding.inspection, {})
    others = {key: _plain(key) for key in values if key not in titles}
    known = {key: title for key, title in {**titles, **others}.items() if key in values}
    found.extend((title, _said(title, values[key])) for key, title in known.items())
    return tuple(found[:MOST_FACTS])


def in_order(names: Iterable[str]) -> tuple[str, ...]:
    """Names of inspections as they are listed to a user; those that are not known here last."""
    given = tuple(names)
    known = tuple(name for name in ORDER if name in given)
    return (*known, *(name for name in given if name not in known))


def score_title(score: Score) -> str:
    """What is explained."""
    kind = "margin" if len(score.classes) > 1 else "score"
    return f"{kind} of {' over '.join(score.classes)}, logit"


def answer_of(finding: Finding) -> str:
    """A sentence; "" where the inspection is none of those known here, or found nothing."""
    say = SENTENCES.get(finding.inspection)
    return "" if say is None else say(finding)


def checks_of(finding: Finding) -> tuple[tuple[str, str], ...]:
    """Each self-check and how far off it was."""
    return tuple((check.what, number(check.error)) for check in finding.checks)


def checked(finding: Finding) -> str:
    """All self-checks in a line."""
    worst = max((check.error for check in finding.checks), default=0.0)
    most = " at most" if len(finding.checks) > 1 else ""
    digit, _, power = f"{worst:.0e}".partition("e")
    error = f"{digit}e{int(power)}" if 0 < worst < SMALL else f"{worst:.1g}"
    return f"✓ checked, off by{most} {error}".replace("-", "−")


def number(value: float) -> str:
    """Four digits, those of whole numbers in threes; with a true minus sign."""
    text = f"{value:,}" if isinstance(value, int) else f"{value:.4g}"
    return text.replace("-", "−")


def percent(share: float) -> str:
    """ "8.4 %"; two places where it is small."""
    return f"{100 * share:.1f} %" if share >= 0.01 or not share else f"{100 * share:.2f} %"


def signed(value: float) -> str:
    """ "+3.27", "−0.05"; what rounds to nothing has no sign."""
    text = f"{value:+.2f}".replace("-", "−")
    return "0.00" if text[1:] == "0.00" else text


def _flat(prefix: str, values: Mapping[str, Any]) -> dict[str, bool | str | int | float]:
    found: dict[str, bool | str | int | float] = {}
    for key, value in values.items():
        if isinstance(value, Mapping):
            found.update(_flat(f"{prefix}{key}.", value))
        elif isinstance(value, bool | str | int | float):
            found[f"{prefix}{key}"] = value
    return found


def _plain(key: str) -> str:
    """Of a number that has no title here."""
    return key.replace(".", ": ").replace("_", " ")


def _said(title: str, value: bool | str | int | float) -> str:
    if isinstance(value, bool | str):
        return str(value)
    return number(100 * value if title.endswith(PERCENT) else value)


def _name(finding: Finding) -> str:
    """The class that is spoken for or against."""
    return "it" if finding.score is None else finding.score.classes[0]


def _composed(finding: Finding) -> str:
    pixels, metres = finding.values["radius_px"], finding.values["radius_m"]
    areas = finding.values["contours"]
    if pixels is None or not areas:
        return "Nothing that it sees lies inside the picture."
    away = f"{pixels:.0f} px" + ("" if metres is None else f" ({metres:.2f} m)")
    return f"It sees about {away} around; half of its view lies on {areas['0.5']:,} pixels."


def _gradient(finding: Finding) -> str:
    colour, depth = (finding.values.get(f"radius_{of}_px") for of in ("rgb", "depth"))
    found = [f"colour within about {colour:.0f} px" if colour is not None else ""]
    found += [f"depth within about {depth:.0f} px" if depth is not None else ""]
    around = " and to ".join(filter(None, found))
    if not around:
        return "Neither colour nor depth moves it."
    moved = finding.values.get("sum_depth")
    change = signed(moved or 0.0)
    farther = f"; if everything moved away, the score would change by {change} a metre"
    return f"It responds to {around}{'' if moved is None else farther}."


def _influence(finding: Finding) -> str:
    tap = finding.values["silenced"]
    change = signed(tap["true"])
    return f"Most of all a tap of {tap['layer']}: silenced, the score changes by {change}."


def _reads(finding: Finding) -> str:
    layers = finding.values["layers"]
    if not finding.values["readers"]:
        return "No output looked at it."
    most = max(layers, key=lambda row: float(row["weight"]))["name"]
    looked = sum(row["readers"] > 0 for row in layers)
    return (
        f"{finding.values['readers']:,} outputs of {looked} layers looked at it, those of {most} "
        "with most weight."
    )


def _shares(finding: Finding) -> str:
    depth, colour = finding.values["phi_depth"], finding.values["phi_rgb"]
    name = _name(finding)
    sides = ["for" if one >= 0 else "against" for one in (depth, colour)]
    if sides[0] == sides[1]:
        both = f"Depth ({signed(depth)}) and colour ({signed(colour)}) both speak"
        return f"{both} {sides[0]} {name}."
    return (
        f"Depth speaks {sides[0]} {name} ({signed(depth)}), colour {sides[1]} it "
        f"({signed(colour)})."
    )


def _switches(finding: Finding) -> str:
    every = (row for row in finding.values["rows"] if row["layer"] == ALL)
    flipped = {row["switch"]: row["flipped"] for row in every}
    if not {"offsets=zero", "modulation=one"} <= set(flipped):
        return ""
    offsets, modulation = flipped["offsets=zero"], flipped["modulation=one"]
    more = "where its taps go" if offsets >= modulation else "how its taps weigh"
    return (
        f"More on {more}: without offsets {percent(offsets)} of the pixels change class, without "
        f"modulation {percent(modulation)}."
    )


def _noise(finding: Finding) -> str:
    count, here = finding.values["count"], finding.values["flip_rate_here"]
    flipped = round(here * count)
    held = f"changes in {flipped} of {count}" if flipped else f"stays in all {count}"
    return (
        f"The class here {held} noisy copies; over the picture "
        f"{percent(finding.values['flip_rate'])} of the pixels change."
    )


def _taps(finding: Finding) -> str:
    spreads = [
        (row["spread_px"], row["name"])
        for row in finding.values["layers"]
        if row["spread_px"] is not None
    ]
    if not spreads:
        return ""
    (near, first), (far, last) = min(spreads), max(spreads)
    return f"Its taps spread from {near:.0f} px in {first} to {far:.0f} px in {last}."


SENTENCES: dict[str, Callable[[Finding], str]] = {
    "composed": _composed,
    "gradient": _gradient,
    "influence": _influence,
    "reads": _reads,
    "shares": _shares,
    "switches": _switches,
    "noise": _noise,
    "taps": _taps,
}
