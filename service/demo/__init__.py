"""One invented town: nothing comes in, units, people and three months of cases that nobody ever had go out."""
