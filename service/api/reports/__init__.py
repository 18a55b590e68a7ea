"""Reports, their photos and what citizens add to them over JSON."""
