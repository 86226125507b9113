"""The one loop: read, map, find, plan, steps, audit. It names no vendor and no flow."""
