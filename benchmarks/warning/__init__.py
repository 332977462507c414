"""Measurements of early warning: how soon planted outbreaks are seen, at one rate of false alarms."""
