"""The shelves: one small class for each kind of fact."""
