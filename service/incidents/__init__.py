"""What a station registers of an incident: when, where, under which alarm number, and who took part."""
