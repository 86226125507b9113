"""What flows share about the job itself; pure."""
