"""A town of any size, all invented, written into a new database faster than people could: for benchmarks."""
