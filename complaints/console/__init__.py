"""What a person sees of the program: commands, options, status, summary, doctor, next step."""
