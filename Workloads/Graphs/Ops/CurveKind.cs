namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>Functions of one number; α and β are the parameters of a <see cref="Curve"/>.</summary>
public enum CurveKind
{
    /// <summary>α · x.</summary>
    Scale,

    /// <summary>|x|.</summary>
    Abs,

    /// <summary>x².</summary>
    Square,

    /// <summary>√x.</summary>
    Sqrt,

    /// <summary>1 / x.</summary>
    Reciprocal,

    /// <summary>eˣ.</summary>
    Exp,

    /// <summary>ln x.</summary>
    Log,

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    Sigmoid,

    /// <summary>The hyperbolic tangent.</summary>
    Tanh,

    /// <summary>The error function.</summary>
    Erf,

    /// <summary>α · x + β, held within 0..1.</summary>
    HardSigmoid,

    /// <summary>x · (x / 6 + 1/2 held within 0..1).</summary>
    HardSwish,

    /// <summary>x; below 0 α · x.</summary>
    LeakyRelu,

    /// <summary>β · x; below 0 β · α · (eˣ − 1).</summary>
    Elu,

    /// <summary>x; below 0 α · (e^(x/α) − 1).</summary>
    Celu,

    /// <summary>x above α, otherwise 0.</summary>
    ThresholdedRelu,

    /// <summary>ln(1 + eˣ).</summary>
    Softplus,

    /// <summary>x / (1 + |x|).</summary>
    Softsign,

    /// <summary>x · tanh(ln(1 + eˣ)).</summary>
    Mish,

    /// <summary>GELU by tanh: x/2 · (1 + tanh(√(2/π) · (x + 0.044715 · x³))).</summary>
    TanhGelu,

    /// <summary>x held within α..β; β where α is greater.</summary>
    Clip,
}
