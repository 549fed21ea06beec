"""From a command line to a running window, and to its end."""
