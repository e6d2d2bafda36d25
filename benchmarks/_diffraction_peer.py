"""Run by ``benchmarks/diffraction.py`` inside .venv-peers-diffraction: easydiffraction and pymatgen.

Reads one job as JSON from stdin and answers with JSON on the last line: calculated pattern, values and
times, without and with the import.
"""

from __future__ import annotations

import json
import sys
import time
import warnings


def main() -> None:
    warnings.simplefilter("ignore")
    job = json.load(sys.stdin)
    begin = time.perf_counter()
    answer = _pattern(job) if job["what"] == "pattern" else _refinement(job)
    answer["seconds_with_import"] = time.perf_counter() - begin
    print()
    print(json.dumps(answer))


def _pattern(job):
    """Sticks of one structure; its sites are all of the cell, in P1."""
    from pymatgen.analysis.diffraction.xrd import XRDCalculator
    from pymatgen.core import Lattice, Structure

    structure = Structure(
        Lattice.from_parameters(*job["cell"]),
        [site[0] for site in job["sites"]],
        [site[1:] for site in job["sites"]],
    )
    calculator = XRDCalculator(wavelength=job["wavelength"])
    times = []
    for _ in range(job["repeats"]):
        begin = time.perf_counter()
        found = calculator.get_pattern(structure, two_theta_range=tuple(job["range"]), scaled=False)
        times.append(time.perf_counter() - begin)
    return {"seconds": min(times), "lines": len(found.x), "two_theta": list(map(float, found.x))}


def _refinement(job):
    import easydiffraction
    import numpy as np

    begin = time.perf_counter()
    project = easydiffraction.Project()
    project.verbosity = "silent"
    name = "phase"
    project.structures.create(name=name)
    structure = project.structures[name]
    structure.space_group.name_h_m = job["space_group"]
    structure.space_group.it_coordinate_system_code = job["setting"]
    for attribute, value in job["cell"].items():
        setattr(structure.cell, attribute, value)
    for label, element, letter, (x, y, z), occupancy, b_iso in job["sites"]:
        structure.atom_sites.create(
            label=label,
            type_symbol=element,
            wyckoff_letter=letter,
            fract_x=x,
            fract_y=y,
            fract_z=z,
            occupancy=occupancy,
            b_iso=b_iso,
        )
    project.experiments.add_from_data_path(
        name="measured",
        data_path=job["data"],
        sample_form="powder",
        beam_mode="constant wavelength",
        radiation_probe="neutron",
        scattering_type="bragg",
    )
    experiment = project.experiments["measured"]
    experiment.linked_phases.create(id=name, scale=job["scale"])
    for where, settings in (("instrument", job["instrument"]), ("peak", job["peak"])):
        for attribute, value in settings.items():
            setattr(getattr(experiment, where), attribute, value)
    for number, (x, height) in enumerate(job["background"], start=1):
        experiment.background.create(id=str(number), x=x, y=height)
    free = [experiment.linked_phases[name].scale]
    free += [getattr(structure.cell, one) for one in job["free_cell"]]
    free += [getattr(experiment.instrument, one) for one in job["free_instrument"]]
    free += [getattr(experiment.peak, one) for one in job["free_peak"]]
    free += [point.y for point in experiment.background]
    free += [structure.atom_sites[label].b_iso for label in job["free_b_iso"]]
    for follower, leader in job["ties"].items():
        for label in (leader, follower):
            uid = structure.atom_sites[label].b_iso.uid
            project.analysis.aliases.create(label=f"b_{label}", param_uid=uid)
        project.analysis.constraints.create(expression=f"b_{follower} = b_{leader}")
    if job["ties"]:
        project.analysis.apply_constraints()
    for parameter in free:
        parameter.free = True
    project.analysis.fit()
    seconds = time.perf_counter() - begin
    results = project.analysis.fit_results
    data = experiment.data
    return {
        "seconds": seconds,
        "parameters": len(results.parameters),
        "reduced_chi_square": float(results.reduced_chi_square),
        "values": {one.unique_name: [float(one.value), one.uncertainty] for one in results.parameters},
        "calculated": np.asarray(data.intensity_calc).tolist(),
    }


if __name__ == "__main__":
    main()
