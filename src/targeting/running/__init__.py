"""What every run needs besides its steps: a logbook, keys of its inputs, checkpoints, counts and limits."""
