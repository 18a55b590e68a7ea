"""Drawing pages: template engine, built assets, basemap, display text of cases."""
