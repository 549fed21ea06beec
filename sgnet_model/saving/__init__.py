"""Whole sets of frames to files: every frame's predictions, films, recordings for Rerun."""
