"""What is open and how it is looked at: evented, without Qt, and held nowhere else."""
