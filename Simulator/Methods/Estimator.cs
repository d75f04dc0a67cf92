namespace NpuSim.Simulator.Methods;

/// <summary>What a forward-gradient method learns of the slope along a direction z: the factor c in g = c · z.</summary>
public enum Estimator
{
    /// <summary>sign(L(w + εz) − L(w − εz)) (arXiv 2411.04036, equation 5).</summary>
    SignSpsa,

    /// <summary>(L(w + εz) − L(w − εz)) / 2ε (Spall 1992, equation 2.2; arXiv 2411.04036, equation 3).</summary>
    Spsa,

    /// <summary>∇L · z by forward-mode differentiation, exact (arXiv 2202.08587).</summary>
    Jvp,
}
