"""Checkpoints: this program's safetensors and the authors' released files."""

from .checkpoint import convert, load_checkpoint, read_info, save_checkpoint
from .info import CheckpointInfo

__all__ = ["CheckpointInfo", "convert", "load_checkpoint", "read_info", "save_checkpoint"]
