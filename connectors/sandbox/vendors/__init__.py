"""One folder per vendor's stand-in; found by the server, listed nowhere."""
