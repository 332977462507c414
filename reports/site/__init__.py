"""Pages, folders, nights: the HTML site as a whole."""
