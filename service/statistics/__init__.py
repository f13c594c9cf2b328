"""What a leader asks of the cases: who asks and for which period come in, counts and shares go out."""
