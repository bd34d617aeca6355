"""Orient: where we stand beside others, and what to change about it."""
