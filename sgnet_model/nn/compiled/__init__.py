"""Kernels that numba compiles on the user's machine, run by the threads torch already has."""
