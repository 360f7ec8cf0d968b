"""placeholder until written"""


def against_sql(*a):
    return []


def one_firm(*a):
    return []
