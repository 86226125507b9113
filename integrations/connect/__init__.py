"""Connects accounts at vendors: the way to the consent page, the way back, forms for secrets."""
