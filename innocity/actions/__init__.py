"""What people do, one verb a file: checked, recorded, answered. Actions join engines, which never meet.

Import direction: `cli -> actions -> engines -> plan -> packs -> core`.
"""
