"""One folder per vendor; found by ``connectors.registry``, listed nowhere."""
