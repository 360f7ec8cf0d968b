"""Reading official documents: from a text to proposals (outline, targets, tasks, benefits, ...).

Pure and deterministic: text in, findings out. Nothing here opens a network connection, and nothing
that it finds is in force before a person has accepted it.
"""
