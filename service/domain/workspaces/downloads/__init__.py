"""Files people take away: lists and figures as spreadsheets and map layers, and the periodic report."""
