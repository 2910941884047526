"""Pure evaluation of forms."""
