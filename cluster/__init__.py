"""Many texts in, issues out: complaints about the same trouble, grouped, and the same issue from night to night."""
