"""A text in: symptoms, components, conditions with their polarity, and a category with its confidence."""
