"""Learning from use: what people chose becomes rows to review; what comes in is held against the training data."""
