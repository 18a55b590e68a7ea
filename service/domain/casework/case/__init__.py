"""State of one case that all verbs work with: the change asked for, its parts, deadline, evidence
and words.
"""
