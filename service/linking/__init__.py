"""Which incidents belong to one dispute: what links them, how strongly, and what history that makes."""
