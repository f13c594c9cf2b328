"""Where people work: the tree of units, who belongs to which, who stands in for whom, and what each may see."""
