"""The picture: its canvas, the marks over it, its colour bar and legend, and the line under it."""
