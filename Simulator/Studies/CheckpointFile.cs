using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using NpuSim.Simulator.Training;
using NpuSim.Workloads.Formats;

namespace NpuSim.Simulator.Studies;

/// <summary>
/// A training run between two steps as a safetensors file: tensors by name, all else as text in its metadata. Written in one
/// piece; the same state gives the same bytes.
/// </summary>
public static class CheckpointFile
{
    private const string Run = "run", Step = "step", ZeroShot = "zero-shot", LossSum = "loss-sum", Losses = "losses",
        Steps = "loss-steps", Counts = "counts", Accuracies = "accuracies",
        Finished = "episodes";

    private static readonly JsonSerializerOptions Episodes =
        new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>Writes a state.</summary>
    /// <param name="path">The file.</param>
    /// <param name="identity">Of the run (<see cref="RunIdentity"/>).</param>
    /// <param name="state">The state.</param>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Write(string path, string identity, TrainingState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        Dictionary<string, string> text = new()
        {
            [Run] = identity,
            [Step] = state.Step.ToString(CultureInfo.InvariantCulture),
            [ZeroShot] = Text([state.ZeroShot]),
            [LossSum] = Text([state.LossSum]),
            [Losses] = Text(state.Losses),
            [Steps] = string.Join(' ', state.Steps.Select(s => s.ToString(CultureInfo.InvariantCulture))),
            [Accuracies] = Text(state.Accuracies),
            [Counts] = string.Join(' ', state.Counts.Select(c => c.ToString(CultureInfo.InvariantCulture))),
        };
        if (!state.Finished.IsEmpty)
            text[Finished] = JsonSerializer.Serialize(state.Finished, Episodes);
        Safetensors.Write(path, state.Tensors with { Metadata = text.ToImmutableSortedDictionary(StringComparer.Ordinal) });
    }

    /// <summary>Reads a state.</summary>
    /// <param name="path">The file.</param>
    /// <param name="identity">Of the run that goes on with it.</param>
    /// <exception cref="InputException">The file is missing, damaged or of another run; then the first difference is
    /// named.</exception>
    public static TrainingState Read(string path, string identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        Weights file = Safetensors.Read(path);
        if (RunIdentity.Difference(Entry(Run), identity) is var (there, here))
            throw new InputException($"{path}: is of another run: '{there}' there, '{here}' here.");

        ImmutableArray<double> losses = Numbers(Losses);
        ImmutableArray<int> steps = [.. Whole(Steps).Select(s => s is >= 0 and <= int.MaxValue ? (int)s : throw Damaged(Steps))];
        long step = Whole(Step) is [>= 0 and <= int.MaxValue and var done] ? done : throw Damaged(Step);
        return steps.Length == losses.Length
            ? new TrainingState((int)step, One(ZeroShot), One(LossSum), losses, steps, Whole(Counts),
                file with { Metadata = ImmutableSortedDictionary<string, string>.Empty })
            {
                Accuracies = Numbers(Accuracies),
                Finished = FinishedEpisodes(),
            }
            : throw Damaged(Steps);

        string Entry(string key) =>
            file.Metadata.TryGetValue(key, out string? text)
                ? text : throw new InputException($"{path}: is no checkpoint of npusim run: it has no '{key}'.");

        ImmutableArray<FinishedEpisode> FinishedEpisodes()
        {
            if (!file.Metadata.TryGetValue(Finished, out string? text))
                return [];
            try
            {
                ImmutableArray<FinishedEpisode> episodes =
                    JsonSerializer.Deserialize<ImmutableArray<FinishedEpisode>>(text, Episodes);
                return !episodes.IsDefaultOrEmpty && episodes.All(e => e is not null && e.IsLike(episodes[0]))
                    ? episodes : throw Damaged(Finished);
            }
            catch (JsonException)
            {
                throw Damaged(Finished);
            }
        }

        double One(string key) => Numbers(key) is [var only] ? only : throw Damaged(key);

        ImmutableArray<double> Numbers(string key) =>
        [
            .. Words(key).Select(w => double.TryParse(w, NumberStyles.Float, CultureInfo.InvariantCulture, out double n)
                ? n : throw Damaged(key)),
        ];

        ImmutableArray<long> Whole(string key) =>
            [.. Words(key).Select(w => long.TryParse(w, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long n)
                ? n : throw Damaged(key))];

        string[] Words(string key) => Entry(key).Split(' ', StringSplitOptions.RemoveEmptyEntries);

        InputException Damaged(string key) => new($"{path}: is no checkpoint of npusim run: '{key}' is not as it was written.");
    }

    private static string Text(IEnumerable<double> numbers) =>
        string.Join(' ', numbers.Select(n => n.ToString("R", CultureInfo.InvariantCulture)));
}
