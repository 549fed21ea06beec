"""Makers of things: a `Palette` in, a `Thing` with its parts, labels and materials out."""
