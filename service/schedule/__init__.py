"""What comes round by itself: the daily and the weekly list, what was missed, who is chased, and who is told."""
