"""Threads, the slots between them, child processes, and the cores they share."""
