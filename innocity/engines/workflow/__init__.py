"""Procedures: where each matter stands, who took which step, what may come next.

    from innocity.engines.workflow.board import cases
    cases(pack, taken, as_of)

Pure: steps that were recorded come in as `model.Taken`.
"""
