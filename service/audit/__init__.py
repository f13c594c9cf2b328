"""Who did what, in a chain of entries that shows whether one was changed or taken out."""
