"""One folder per flow; found by ``integrations.registry``, listed nowhere."""
