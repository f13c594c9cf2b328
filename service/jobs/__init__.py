"""Long work that outlives the process that began it: a table of jobs, and the thread that works through it."""
