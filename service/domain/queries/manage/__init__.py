"""What a manager looks at: periods, which reports are meant, the dashboard, the list behind each figure."""
