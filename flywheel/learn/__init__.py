"""Learn: who is held out, what an action changed, what we believe afterwards."""
