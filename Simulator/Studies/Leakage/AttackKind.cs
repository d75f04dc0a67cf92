using NpuSim.Yaml;

namespace NpuSim.Simulator.Studies.Leakage;

/// <summary>How a curious server searches for the images behind a message.</summary>
public enum AttackKind
{
    /// <summary>Images and labels whose gradient is nearest, by L-BFGS (deep leakage from gradients, arXiv 1906.08935).</summary>
    [Yaml("Images and labels whose gradient is nearest, by L-BFGS (deep leakage from gradients).")]
    Dlg,

    /// <summary>The same after reading the label of a single image from the signs of the last layer's gradient (arXiv
    /// 2001.02610).</summary>
    [Yaml("The same for a single image, whose label the signs of the last layer's gradient tell (iDLG).")]
    Idlg,

    /// <summary>Images of known labels whose gradient has the smallest angle, smooth ones first, by Adam within 0..1 (arXiv
    /// 2003.14053).</summary>
    [Yaml("Images of known labels whose gradient has the smallest angle, smooth ones first, by Adam (Geiping et al.).")]
    Angle,

    /// <summary>Images of known labels that explain the scalars or signs along the known directions best, by Adam within
    /// 0..1.</summary>
    [Yaml("Images of known labels that explain scalars or signs along known directions best, by Adam.")]
    Fit,

    /// <summary>What the last layer reads, as the quotient of its gradients: a = (∂L/∂W)[i] / (∂L/∂b)[i].</summary>
    [Yaml("What the last layer reads, as the quotient of the gradients of its weights and its bias.")]
    ClosedForm,
}
