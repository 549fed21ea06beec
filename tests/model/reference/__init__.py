"""Slow, independent evaluations of the equations, which the network is held against."""
