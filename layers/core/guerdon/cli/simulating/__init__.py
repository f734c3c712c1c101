"""What `guerdon simulate` found, as a screen, as JSON and as files."""
