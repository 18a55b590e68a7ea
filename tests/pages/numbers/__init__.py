"""Pages of advertisements' telephone numbers."""
