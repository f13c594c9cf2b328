"""The life of a case: a dispute with all its incidents, from the station to the day it stays closed."""
