"""The whole station in one file, made while it works, and put back into an empty data folder."""
