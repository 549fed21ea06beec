"""How fast the networks are on this machine, beside what a user would otherwise run."""
