"""Who is connected, what flows, and when."""
