import kuralab.planning as P
from kuralab.planning import _space, _pareto, _pool
for n,m in {"Space":_space,"Pool":_pool,"pareto_front":_pareto,"hypervolume":_pareto,"reference_point":_pareto}.items():
    if not hasattr(P, n): setattr(P, n, getattr(m, n))
