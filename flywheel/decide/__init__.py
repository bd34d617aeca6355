"""Decide: the next best action for a person, from the person's point of view."""
