"""The one configuration a network is built from, and the named variants."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal, Self, get_args

from .types import UserError

SpatialKind = Literal["depth", "xyz", "hha", "feature"]
HeadKind = Literal["dsn", "aspp", "crisp"]
OperatorKind = Literal["s_conv", "og", "sp_og", "sp_wg", "unapplied", "dcnv2", "dac"]

TAPS = 9  # of an S-Conv, which is 3x3
PAPER_SIZE = (480, 640)  # (height, width): the network's input in the paper's test protocol
DEVICES = ("auto", "cpu", "cuda", "cuda:N")  # N: of the GPUs, counted from 0
Precision = Literal["auto", "fp32", "bf16", "fp16", "int8"]  # of weights and feature maps
PRECISIONS: tuple[str, ...] = get_args(Precision)
Rescale = Literal["input", "frame"]  # what a scale of an evaluation is made of
RESCALES: tuple[Rescale, ...] = get_args(Rescale)
FILM_SHOWS = ("overlay", "labels", "side", "depth", "picture")  # what a film shows of a frame

SPATIAL_CHANNELS: dict[str, int] = {"depth": 1, "xyz": 3, "hha": 3}
ALL_S_CONV: tuple[OperatorKind, OperatorKind, OperatorKind, OperatorKind] = ("s_conv",) * 4
_S_CONVS = ("s_conv", "og", "sp_og", "sp_wg")
LARGEST = 4096  # blocks or channels: more is a damaged file, not a network
_DEPTH_LAST = ("depth", "xyz")  # spatial information whose last channel is depth in metres


def names_device(text: str) -> bool:
    """Whether it is one of DEVICES; what this machine has is not asked."""
    return re.fullmatch(r"auto|cpu|cuda(:\d{1,3})?", text, re.ASCII) is not None


@dataclass(frozen=True, slots=True)
class SGNetConfig:
    """Everything that shapes a network; two equal configurations have the same state dict.

    `blocks`: residual blocks in each of the four layers. `width`: channels of layer 1's 3x3 convs
    (64 in the paper; the stem and the other layers follow). `s_conv_blocks`: for each layer the
    blocks whose 3x3 conv is an S-Conv (paper, Sec. III-C: the first and the last two), or what
    `operators` puts there: for each layer "s_conv", its parts "og", "sp_og" or "sp_wg" (Table III),
    "unapplied" (SGNet†), "dcnv2" or "dac" (Table IV). None in any layer: the baseline.
    `projector_channels`: channels of the spatial projector phi (64 in the paper).
    `head`: "dsn" (the paper's), "aspp" (SGNet*) or "crisp" (ours: adds layers 1 and 2).
    `fill_holes`: the network is fed depth whose missing pixels took the nearest valid value;
    the authors feed 0 there. `smooth_depth`: its noise is then smoothed away, edges kept (see
    `preprocess`); the authors feed it as it is. `two_streams`: a second ResNet reads the spatial
    information as a picture (HHANet). `early_fusion`: the stem reads the spatial information as
    further channels of the picture (depth as a fourth: what depth is worth without S-Conv).
    """

    variant: str
    blocks: tuple[int, int, int, int]
    s_conv_blocks: tuple[tuple[int, ...], ...]
    classes: int = 40
    width: int = 64
    projector_channels: int = 64
    head: HeadKind = "dsn"
    head_channels: int = 512
    output_stride: Literal[8, 16] = 16
    spatial: SpatialKind = "depth"
    fill_holes: bool = False
    operators: tuple[OperatorKind, OperatorKind, OperatorKind, OperatorKind] = ALL_S_CONV
    two_streams: bool = False
    smooth_depth: bool = False
    early_fusion: bool = False

    def __post_init__(self) -> None:
        if self.output_stride not in (8, 16):
            raise UserError(f"Output stride {self.output_stride} is not available: use 16 or 8.")
        self._check_lengths()
        for layer, (count, chosen) in enumerate(
            zip(self.blocks, self.s_conv_blocks, strict=True), 1
        ):
            if any(not 0 <= index < count for index in chosen):
                raise UserError(
                    f"layer{layer} has blocks 0..{count - 1}; S-Conv was asked for in {chosen}."
                )
        self._check_operators()

    def _check_lengths(self) -> None:
        names = ("classes", "width", "projector_channels", "head_channels")
        lengths = {name: getattr(self, name) for name in names}
        lengths |= {f"blocks of layer{layer}": count for layer, count in enumerate(self.blocks, 1)}
        for name, length in lengths.items():
            if type(length) is not int or not 1 <= length <= LARGEST:
                raise UserError(f"{name} is {length!r}: use a whole number from 1 to {LARGEST}.")

    def _check_operators(self) -> None:
        known = get_args(OperatorKind)
        if len(self.operators) != 4 or any(kind not in known for kind in self.operators):
            raise UserError(
                f"The operators of the four layers are {', '.join(map(str, self.operators))}: name "
                f"four of {', '.join(known)}."
            )
        if self.spatial not in _DEPTH_LAST and "dac" in self.placed_operators.values():
            raise UserError(
                f"Depth-aware convolution needs depth, not {self.spatial}: set spatial to depth or "
                "xyz."
            )
        if self.two_streams and self.spatial_channels is None:
            raise UserError(
                "A second stream needs spatial information of its own: set spatial to hha, depth "
                "or xyz."
            )
        if self.early_fusion and (self.two_streams or self.spatial_channels is None):
            raise UserError(
                "Early fusion gives the spatial information to the picture's stem: it goes with "
                "depth, xyz or hha, and without a second stream."
            )

    @property
    def placed_operators(self) -> dict[str, OperatorKind]:
        """What stands in place of a plain 3x3 conv, by name in forward order: "layer1.0", ...

        Those of a second stream come after the first's, under the name of what it reads: "hha1.0".
        """
        places: dict[str, OperatorKind] = {
            f"layer{layer}.{index}": kind
            for layer, (chosen, kind) in enumerate(
                zip(self.s_conv_blocks, self.operators, strict=True), 1
            )
            for index in sorted(chosen)
        }
        if self.two_streams:
            places |= {self.second_name(name): kind for name, kind in places.items()}
        return places

    def second_name(self, name: str) -> str:
        """What a place of the first stream is called in the second: "layer1.0" -> "hha1.0"."""
        return name.replace("layer", self.spatial, 1)

    @property
    def s_conv_layers(self) -> tuple[str, ...]:
        """Names of the S-Convs, whole or in part, whose taps act, in forward order."""
        return tuple(name for name, kind in self.placed_operators.items() if kind in _S_CONVS)

    @property
    def tap_layers(self) -> tuple[str, ...]:
        """Names of all places with taps, in forward order: each gives a trace."""
        return tuple(name for name, kind in self.placed_operators.items() if kind != "unapplied")

    @property
    def taps_follow_features(self) -> bool:
        """Whether taps are inferred from feature maps, so that colours move them."""
        return self.spatial == "feature" or "dcnv2" in self.placed_operators.values()

    @property
    def reads_depth(self) -> bool:
        """Whether depth can change the answer: a stem, a second stream or an operator reads it."""
        if self.spatial_channels is None:
            return False
        blind = {"unapplied", "dcnv2"}
        guided = any(kind not in blind for kind in self.placed_operators.values())
        return guided or self.two_streams or self.early_fusion

    @property
    def picture_channels(self) -> int:
        """What the stem reads: blue, green, red, and with early fusion the spatial information."""
        return 3 + (self.spatial_channels or 0 if self.early_fusion else 0)

    @property
    def spatial_channels(self) -> int | None:
        """c', or None where the spatial information is the feature map itself."""
        return SPATIAL_CHANNELS.get(self.spatial)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """The inverse of `to_dict`; refuses unknown or missing keys in one sentence.

        A configuration written before a setting existed gets its default.
        """
        known = {field.name for field in fields(cls)}
        unknown = sorted(set(values) - known)
        if unknown:
            raise UserError(
                f"The configuration has {len(unknown)} unknown settings, {', '.join(unknown[:3])}: "
                "the file may come from a newer version; update sgnet-viewer."
            )
        values = dict(values)
        try:
            values["blocks"] = tuple(values["blocks"])
            values["s_conv_blocks"] = tuple(tuple(chosen) for chosen in values["s_conv_blocks"])
            values["operators"] = tuple(values.get("operators", ALL_S_CONV))
            return cls(**values)
        except (KeyError, TypeError, ValueError) as error:
            raise UserError(f"The configuration is not one of an SGNet: {error}.") from error


def first_and_last_two(blocks: tuple[int, int, int, int]) -> tuple[tuple[int, ...], ...]:
    """The paper's choice of S-Conv blocks: {0, n-2, n-1} in each layer."""
    return tuple(tuple(sorted({0, count - 2, count - 1})) for count in blocks)


R50 = (3, 4, 6, 3)
R101 = (3, 4, 23, 3)
NO_BLOCKS: tuple[tuple[int, ...], ...] = ((), (), (), ())
_SGNET = SGNetConfig("sgnet-r101", R101, first_and_last_two(R101))
_CITYSCAPES = 19  # classes


def _released() -> tuple[SGNetConfig, ...]:
    """The networks of the paper's Tables VII to IX."""
    r50 = replace(_SGNET, variant="sgnet-r50", blocks=R50, s_conv_blocks=first_and_last_two(R50))
    return (
        r50,
        _SGNET,
        replace(_SGNET, variant="sgnet-r101-aspp", head="aspp"),
        replace(r50, variant="sgnet-r50-aspp", head="aspp"),
        replace(_SGNET, variant="sgnet-8s-r101", output_stride=8),
        replace(_SGNET, variant="sgnet-8s-r101-aspp", head="aspp", output_stride=8),
    )


def _compact() -> tuple[SGNetConfig, ...]:
    """Ours, small enough for a CPU, and its baselines at the same size."""
    full = replace(
        _SGNET,
        variant="sgnet-compact",
        blocks=R50,
        s_conv_blocks=first_and_last_two(R50),
        width=32,
        projector_channels=16,
        head="crisp",
        head_channels=96,
        fill_holes=True,
    )
    kinds: tuple[OperatorKind, ...] = ("dcnv2", "dac", "sp_wg", "sp_og")
    return (
        full,
        replace(full, variant="sgnet-compact-smooth", smooth_depth=True),
        replace(full, variant="baseline-compact", s_conv_blocks=NO_BLOCKS),
        replace(
            full,
            variant="baseline-rgbd-compact",
            s_conv_blocks=NO_BLOCKS,
            early_fusion=True,
        ),
        *(
            replace(full, variant=f"{kind.replace('_', '-')}-compact", operators=(kind,) * 4)
            for kind in kinds
        ),
    )


def _chosen_places() -> tuple[SGNetConfig, ...]:
    """S-Conv in some places only: Table I (blocks of layer 3) and Table II (first layers)."""
    places = _SGNET.s_conv_blocks
    return (
        *(
            replace(
                _SGNET,
                variant=f"sgnet-r101-layer3-{'-'.join(map(str, blocks))}",
                s_conv_blocks=((), (), blocks, ()),
            )
            for blocks in ((0,), (0, 1, 2), (20, 21, 22), (0, 21, 22))
        ),
        *(
            replace(
                _SGNET,
                variant=f"sgnet-r101-layers{'1234'[:count]}",
                s_conv_blocks=places[:count] + NO_BLOCKS[count:],
            )
            for count in (1, 2, 3)
        ),
    )


def _other_operators() -> tuple[SGNetConfig, ...]:
    """Parts of S-Conv (Table III), its baselines (Table IV) and SGNet† (Table VI)."""
    return (
        replace(_SGNET, variant="baseline-r101", s_conv_blocks=NO_BLOCKS),
        replace(_SGNET, variant="baseline-r50", blocks=R50, s_conv_blocks=NO_BLOCKS),
        _everywhere("og-r101", "og"),
        _everywhere("sp-og-r101", "sp_og"),
        _everywhere("sp-wg-r101", "sp_wg"),
        _everywhere("sgnet-r101-unapplied", "unapplied"),
        _everywhere("dcnv2-r101", "dcnv2"),
        _everywhere("dac-r101", "dac"),
        replace(_SGNET, variant="dac-dcnv2-r101", operators=("dac", "dac", "dcnv2", "dcnv2")),
    )


def _other_inputs() -> tuple[SGNetConfig, ...]:
    """Spatial information (Table V), and the classes of Cityscapes (Table IX).

    The paper does not say whether the baseline of Table IX has ASPP; here it is SGNet-8s* without
    its S-Convs.
    """
    cityscapes = replace(_SGNET, head="aspp", output_stride=8, classes=_CITYSCAPES)
    return (
        replace(_SGNET, variant="sgnet-r101-xyz", spatial="xyz"),
        replace(_SGNET, variant="sgnet-r101-feature", spatial="feature"),
        replace(cityscapes, variant="sgnet-8s-r101-aspp-cityscapes"),
        replace(cityscapes, variant="baseline-8s-r101-aspp-cityscapes", s_conv_blocks=NO_BLOCKS),
    )


def _with_hha() -> tuple[SGNetConfig, ...]:
    """HHA as spatial information (Table V), and the two-stream networks on it (Table IV)."""
    two_streams = replace(_SGNET, spatial="hha", two_streams=True)
    return (
        replace(_SGNET, variant="sgnet-r101-hha", spatial="hha"),
        replace(two_streams, variant="hhanet-r101", s_conv_blocks=NO_BLOCKS),
        replace(
            two_streams,
            variant="hhanet-dcnv2-r101",
            operators=_everywhere("", "dcnv2").operators,
        ),
    )


def _everywhere(variant: str, kind: OperatorKind) -> SGNetConfig:
    """One operator in all the places of SGNet's S-Convs."""
    return replace(_SGNET, variant=variant, operators=(kind, kind, kind, kind))


VARIANTS: dict[str, SGNetConfig] = {
    config.variant: config
    for config in (
        *_released(),
        *_compact(),
        *_chosen_places(),
        *_other_operators(),
        *_other_inputs(),
        *_with_hha(),
    )
}
