"""The clock of a case: by when it is accepted, reported, reviewed, finished and visited, and who is told when not."""
