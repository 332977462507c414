"""A file's bytes in, samples out, decoded in a child process with limits."""
