"""Inspections: questions about a network's answer, each with a unit and a check of itself.

`finding` and `protocol` say what an inspection is, `registry` finds those of `kinds/`, `ask` asks
one. `probe`, `receptive_field`, `first_probe` and `offset_statistics` read the taps of a pass. What
the window's process imports of this room needs NumPy alone.
"""
