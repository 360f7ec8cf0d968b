"""The pages of officers: inbox, registers, figures, tasks, reform lab, reports, audit."""
