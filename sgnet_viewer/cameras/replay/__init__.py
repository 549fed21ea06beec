"""Frames and videos on disk as a camera, at the pace at which they were taken."""
