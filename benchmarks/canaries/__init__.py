"""Invented persons planted in texts and recordings: are they found, and do they stand in any output?"""
