"""Issues and plant data in: stations and causes with their evidence."""
