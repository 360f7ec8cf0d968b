"""Targets against figures: by now where should we be, where are we, what is needed from here.

`board` is the way in; `status` decides one light, `path` says what is asked for by when, `figures` chooses the
figures that count, `words` says it in Chinese. Values are exact fractions; nothing is rounded before it is shown.
"""
