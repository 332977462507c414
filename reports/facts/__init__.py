"""What a page says, read from the store: frozen facts, no words."""
