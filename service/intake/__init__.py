"""Intake: a text comes in, a suggestion is kept and shown, a person accepts it or chooses otherwise."""
