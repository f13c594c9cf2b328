"""How pages look: templates, one stylesheet, one small script."""
