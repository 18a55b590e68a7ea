"""Pages for developers and the demo: design system, outbox."""
