"""Models: where they are, what they are, how they come and go."""
