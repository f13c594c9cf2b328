"""Old incidents read and decided once more, many at a time: batches in, suggestion columns out."""
