"""Training, evaluation, model files, the night's model."""
