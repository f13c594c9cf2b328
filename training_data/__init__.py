"""Labelled examples and nothing else; `labelling_guide.md` says what each field means."""
