"""Widgets: they expose setters and emit intent."""
