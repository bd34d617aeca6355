"""Predict: what will probably happen to one person."""
