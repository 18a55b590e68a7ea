"""Queries of a manager: periods, selection of reports, the dashboard, the list behind each figure."""
