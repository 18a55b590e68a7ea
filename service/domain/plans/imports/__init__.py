"""A document made a proposal of a plan: its words kept letter for letter beside what was understood of them.

Pure: no database, no clock. `readers` make blocks of files, the rest makes a proposal of blocks.
"""
