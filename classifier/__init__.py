"""Text → Assessment: dispute type with probabilities, risk signals with evidence, recurrence risk."""
