"""Random inspections: what is checked and who checks it, drawn so that anybody can repeat it."""
