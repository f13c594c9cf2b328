"""What happens to cases, told to the messengers of units: signed, tried again, and only inside the intranet."""
