using System.Collections.Immutable;
using NpuSim.Simulator.Studies.Federated;
using NpuSim.Yaml;

namespace NpuSim.Simulator.Studies.Leakage;

/// <summary>A study of what messages give away: every attack on every message with every defence.</summary>
/// <param name="Workload">Network and images: a workload or its file.</param>
/// <param name="Scheme">Which parameters train, so that their gradients are sent.</param>
/// <param name="Weights">What the network has learnt when the message is sent.</param>
/// <param name="Messages">What clients tell (<see cref="LeakageMessage.Parse"/>).</param>
/// <param name="Defences">What they do to it (<see cref="LeakageDefence.Parse"/>).</param>
/// <param name="Attacks">How the server searches.</param>
/// <param name="Batches">Images behind a message.</param>
/// <param name="Samples">Messages of each kind, each of images of its own.</param>
/// <param name="Iterations">Steps of a search.</param>
/// <param name="Starts">Searches for a message, of which that with the smallest distance counts.</param>
/// <param name="TotalVariation">Weight of the total variation in searches by Adam.</param>
/// <param name="LearningRate">η of the local steps of fedavg.</param>
/// <param name="Epsilon">ε of probes along directions.</param>
/// <param name="Methods">Methods whose trained weights are audited for membership; empty: no audit.</param>
/// <param name="Profile">Arithmetic of methods in fixed point.</param>
/// <param name="Steps">Training steps before the audit; 0: the workload's.</param>
/// <param name="Audits">Audits on the way, evenly spread.</param>
/// <param name="Seed">Of images, starts, directions, noise and trainings.</param>
[Yaml("A study of what messages of federated training give away: which messages, defences and attacks.")]
public sealed record Leakage(
    [Yaml("Network and images: a workload or its file.")] string Workload,
    [Yaml("Which parameters train, as ft or lp: messages hold the gradients of these.")] string Scheme = "ft",
    [Yaml("What the network has learnt when the message is sent.", Optional = true)]
    ImmutableArray<AttackedWeights> Weights = default,
    [Yaml($"What a client tells of its batch: {LeakageMessage.Accepted}.", Optional = true)]
    ImmutableArray<string> Messages = default,
    [Yaml($"What it does to the message: {LeakageDefence.Accepted}.", Optional = true)]
    ImmutableArray<string> Defences = default,
    [Yaml("How the server searches for the images.", Optional = true)] ImmutableArray<AttackKind> Attacks = default,
    [Yaml("Images behind a message, at most 16.", Optional = true)] ImmutableArray<int> Batches = default,
    [Yaml("Messages of each kind, each of images of its own.", Min = 1, Max = 10_000)] int Samples = 2,
    [Yaml("Steps of a search.", Min = 1, Max = 1_000_000)] int Iterations = 400,
    [Yaml("Searches for a message, of which that with the smallest distance counts.", Min = 1, Max = 100)] int Starts = 2,
    [Yaml("Weight of the total variation in searches by Adam.", Min = 0, Max = 1)] double TotalVariation = 0.01,
    [Yaml("Learning rate of the local steps of fedavg.", Above = 0, Max = 1000)] double LearningRate = 0.1,
    [Yaml("Size of the perturbation of signs and scalars.", Above = 0, Max = 1)] double Epsilon = 1e-3,
    [Yaml("Methods whose trained weights are audited for membership, as bp:fp32; none: no audit.", Optional = true)]
    ImmutableArray<string> Methods = default,
    [Yaml("Profile whose arithmetic audited methods in fixed point use.")] string Profile = "systolic-int8-16x16",
    [Yaml("Training steps of an audited method; 0: the workload's.", Min = 0, Max = 1_000_000_000)] int Steps = 0,
    [Yaml("Audits on the way, evenly spread.", Min = 1, Max = 1000)] int Audits = 4,
    [Yaml("Seed of images, starts, directions, noise and trainings.")] ulong Seed = 1) : IChecked
{
    /// <summary>The same with the lists that are meant where none is given.</summary>
    internal Leakage WithLists() => this with
    {
        Weights = Weights.IsDefaultOrEmpty ? [AttackedWeights.Uniform] : Weights,
        Messages = Messages.IsDefaultOrEmpty ? ["gradient", "vote:3", "random"] : Messages,
        Defences = Defences.IsDefaultOrEmpty ? ["none"] : Defences,
        Attacks = Attacks.IsDefaultOrEmpty
            ? [AttackKind.Idlg, AttackKind.Angle, AttackKind.Fit, AttackKind.ClosedForm] : Attacks,
        Batches = Batches.IsDefaultOrEmpty ? [1] : Batches,
        Methods = Methods.IsDefault ? [] : Methods,
    };

    /// <inheritdoc/>
    public IEnumerable<Problem> Problems()
    {
        foreach ((string key, int count, int distinct) in new[]
        {
            Counted("weights", Weights), Counted("messages", Messages), Counted("defences", Defences),
            Counted("attacks", Attacks), Counted("batches", Batches), Counted("methods", Methods),
        })
        {
            if (distinct < count)
                yield return new(key, "one is given twice; accepted is once");
        }

        foreach (int batch in Batches.IsDefault ? [] : Batches.Where(b => b is < 1 or > ImageScores.MostMatched))
            yield return new("batches", $"found {batch}; accepted are numbers from 1 to {ImageScores.MostMatched}");
    }

    private static (string Key, int Count, int Distinct) Counted<T>(string key, ImmutableArray<T> list) =>
        list.IsDefault ? (key, 0, 0) : (key, list.Length, list.Distinct().Count());
}
