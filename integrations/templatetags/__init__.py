"""What templates need of ours."""
