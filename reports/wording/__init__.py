"""What a page says in words: messages, sentences, terms."""
