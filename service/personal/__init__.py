"""Personal data in what people type: where it stands, and how it may be shown."""
