"""Rule sets as a station edits them: drafts, checks, previews on its own past, published versions and the way back."""
