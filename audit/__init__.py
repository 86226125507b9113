"""What happened: runs, entries and their bodies."""
