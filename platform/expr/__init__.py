"""The language of forms."""
