"""Act: the words, the channels, and the way out."""
