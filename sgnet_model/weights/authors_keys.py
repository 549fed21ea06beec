"""How the authors' released networks name their modules, and how this project does.

`*` stands for a number, the same ones in the same order on both sides. A tensor's own name (weight,
bias, running_mean, ...) is the same in both.
"""

from __future__ import annotations

import re

_MODULES: tuple[tuple[str, str], ...] = (
    ("conv1", "backbone.stem.0"),
    ("bn1", "backbone.stem.1"),
    ("conv2", "backbone.stem.3"),
    ("bn2", "backbone.stem.4"),
    ("conv3", "backbone.stem.6"),
    ("bn3", "backbone.stem.7"),
    ("layer*.*.conv1", "backbone.layer*.*.conv1"),
    ("layer*.*.bn1", "backbone.layer*.*.bn1"),
    ("layer*.*.conv2", "backbone.layer*.*.conv2"),
    ("layer*.*.conv2.spatial_projector.*", "backbone.layer*.*.conv2.projector.*"),
    ("layer*.*.conv2.offset_generator", "backbone.layer*.*.conv2.offset_generator"),
    ("layer*.*.conv2.weight_generator1", "backbone.layer*.*.conv2.weight_generator.sample"),
    ("layer*.*.conv2.weight_generator2", "backbone.layer*.*.conv2.weight_generator.to_taps"),
    ("layer*.*.bn2", "backbone.layer*.*.bn2"),
    ("layer*.*.conv3", "backbone.layer*.*.conv3"),
    ("layer*.*.bn3", "backbone.layer*.*.bn3"),
    ("layer*.*.downsample.*", "backbone.layer*.*.shortcut.*"),
    # Their in-place norm holds the activation, so their later indices are one lower than ours.
    ("dsn3.0", "decoder.auxiliary.0"),
    ("dsn3.1", "decoder.auxiliary.1"),
    ("dsn3.3", "decoder.auxiliary.4"),
    ("dsn4.0", "decoder.main.0"),
    ("dsn4.1", "decoder.main.1"),
    ("dsn4.3", "decoder.main.4"),
    ("head.0.conv1.1", "decoder.main.pooled.0"),
    ("head.0.conv1.2", "decoder.main.pooled.1"),
    ("head.0.conv2.*", "decoder.main.branches.0.*"),
    ("head.0.conv3.*", "decoder.main.branches.1.*"),
    ("head.0.conv4.*", "decoder.main.branches.2.*"),
    ("head.0.conv5.*", "decoder.main.branches.3.*"),
    ("head.0.bottleneck.*", "decoder.main.project.*"),
    ("head.1", "decoder.main.classify"),
)


def to_ours(key: str) -> str | None:
    """The key of our state dict for one of theirs, None where there is none."""
    return _translate(key, _TO_OURS)


def to_authors(key: str) -> str | None:
    """The inverse of `to_ours`; None for parts that theirs lacks (the crisp decoder)."""
    return _translate(key, _TO_AUTHORS)


def _translate(key: str, table: list[tuple[re.Pattern[str], str]]) -> str | None:
    module, _, tensor = key.rpartition(".")
    for pattern, template in table:
        if match := pattern.fullmatch(module):
            return template.format(*match.groups()) + "." + tensor
    return None


def _compile(source: str, target: str) -> tuple[re.Pattern[str], str]:
    return re.compile(re.escape(source).replace(r"\*", r"(\d+)")), target.replace("*", "{}")


_TO_OURS = [_compile(theirs, ours) for theirs, ours in _MODULES]
_TO_AUTHORS = [_compile(ours, theirs) for theirs, ours in _MODULES]
