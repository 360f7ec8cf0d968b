"""Industrial and innovation chains, roadmaps of technology, and the kinds of key technologies.

    from innocity.engines.chains.gather import read_chain
    read_chain(pack, "carbon", tables, as_of).gaps

Nodes come from `chain_node`; firms and platforms say at which node they work, and what those firms have in other
registers (projects, platforms, people, money) stands there with them. Roadmaps (`roadmap.py`) tell which step is behind
its year, `kinds.py` which technology is organised otherwise than its kind. Nothing is decided or paid by it.
"""
