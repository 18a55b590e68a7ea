"""HTML for people: thin routes that read the domain once and draw a template.

They ask the domain for addresses without a host, so that pages show their photos however they are reached.
"""
