"""The composition root: state, workers and controllers around a window."""

from .application import Application as Application
