"""What one text says: language, sentiment, urgency, intent, effort, topics."""
