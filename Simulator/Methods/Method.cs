using System.Collections.Immutable;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Simulator.Methods;

/// <summary>A training method, as far as it decides which operations a step has. Step sizes are in <see
/// cref="TrainingSettings"/>.</summary>
public abstract record Method
{
    private protected Method() { }

    /// <summary>Every method in every format it runs in, without switches.</summary>
    public static ImmutableArray<Method> All => MethodGrammar.Bases;

    /// <summary>Name without the format: "bp", "ff", "qzo-ff", "qzo-ff-steps".</summary>
    public abstract string Name { get; }

    /// <summary>Formats in short: "fp32", "16w8a".</summary>
    public abstract string Format { get; }

    /// <summary>How weights that do not train are stored; null: as they are.</summary>
    public Compression? Compression { get; init; }

    /// <summary>What is rounded at random, whatever the accelerator rounds by.</summary>
    public RandomBits RandomBits { get; init; }

    /// <summary>In fixed point: bits kept below the last of each weight that trains, 0..16.</summary>
    public int ResidualBits { get; init; }

    /// <summary>Formats of weights and activations.</summary>
    public abstract OperandFormats Operands { get; }

    /// <summary>Samples of a step that run at once, a divisor of its batch; null: all of them, or as many as <see
    /// cref="FitsMicroBatch"/> finds.</summary>
    public int? MicroBatch { get; init; }

    /// <summary>True: as many samples run at once as the scratchpad of the accelerator holds the arena of; one where it holds
    /// none.</summary>
    public bool FitsMicroBatch { get; init; }

    /// <summary>Format and the switches that were asked for, in the order of <see cref="MethodSwitches.All"/>:
    /// "16w8a+m3".</summary>
    public string Variant => Format + string.Concat(MethodSwitches.All.Select(s => s.Text(this)));

    /// <summary>As "qzo-ff:16w8a+m3", which <see cref="Parse"/> reads.</summary>
    public sealed override string ToString() => $"{Name}:{Variant}";

    /// <summary>Reads NAME:FORMAT and any number of +SWITCH in any order (docs/methods.md).</summary>
    /// <exception cref="InputException">The text names no method; the message says what is accepted in that place.</exception>
    public static Method Parse(string text) => MethodGrammar.Parse(text);
}
