namespace NpuSim.Workloads.Models;

/// <summary>How a recurrent layer makes its next state h of its input x and the last state.</summary>
public enum RecurrentCell
{
    /// <summary>h ← relu(A·x + a + B·h + b).</summary>
    Rectified,

    /// <summary>Long short-term memory (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000): gates
    /// i, f, o = σ(A·x + a + B·h) and g = tanh(A·x + a + B·h); c ← f · c + i · g; h ← o · tanh c.</summary>
    LongShortTerm,

    /// <summary>Gated recurrent unit (arXiv 1406.1078, reset after the product): r, z = σ(A·x + a + B·h + b), n = tanh(A·x + a +
    /// r · (B·h + b)); h ← n + z · (h − n).</summary>
    Gated,
}
