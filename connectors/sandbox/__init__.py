"""The local stand-in for the vendors: as strict as they are, sharing no code with the clients."""
