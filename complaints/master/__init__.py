"""Plant data in: the tables of master/, their columns, PFMEA workbooks."""
