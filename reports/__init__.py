"""The store in, a site of static pages out: overview, stations, issues, data quality and how to read them."""
