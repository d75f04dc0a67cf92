namespace NpuSim.Workloads.Models;

/// <summary>How the blocks of a language model are made.</summary>
public enum LanguageFamily
{
    /// <summary>Normalisation after each sum, GELU, token types, and a pooler before the classifier (arXiv 1810.04805).</summary>
    Bert,

    /// <summary>As BERT without token types and pooler (arXiv 1910.01108).</summary>
    DistilBert,

    /// <summary>Normalisation before each part, a rectifier, tokens attend to earlier ones alone (arXiv 2205.01068).</summary>
    Opt,

    /// <summary>RMS normalisation before each part, SiLU(gate) · up, rotary positions, no biases; tokens attend to earlier ones
    /// alone (arXiv 2307.09288).</summary>
    Llama,
}
