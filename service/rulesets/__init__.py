"""Rule sets in the shapes that people edit them in."""
