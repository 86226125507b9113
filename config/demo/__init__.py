"""The demo: a sample company connected, synced and living through a small day."""
