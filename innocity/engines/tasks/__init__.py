"""Tasks: who answers for what, by when, how far it is, and what must happen next.

    from innocity.engines.tasks.board import task_board
    board = task_board(load_pack("weihai"), date(2023, 12, 31))

Pure: what was recorded (reports, closures, meetings) comes in as plain objects of `model`.
"""
