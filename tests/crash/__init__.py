"""The crash proof: a worker killed at every instant ends as if it had never been killed."""
