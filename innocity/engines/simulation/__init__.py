"""A simulated city as dated facts, fitted to the figures that the city's documents publish.

    manifest = simulate(load_pack("weihai"), out=Path("var/weihai"))
    for row in calibration(load_pack("weihai"), Path("var/weihai")):
        print(row.name, row.written, row.simulated, row.document)

Nothing in it is real: names say 模拟, credit codes carry a division that does not exist, the manifest
says `simulated: true`.
"""

from innocity.engines.simulation.calibration import Comparison, calibration
from innocity.engines.simulation.figures import Figures, load_figures
from innocity.engines.simulation.folder import Progress, simulate, simulated_city

__all__ = ["Comparison", "Figures", "Progress", "calibration", "load_figures", "simulate", "simulated_city"]
