using System.Collections.Immutable;
using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using NpuSim.Files;

namespace NpuSim.Workloads.Formats;

/// <summary>One recording inside a file of many.</summary>
/// <param name="Start">First sample.</param>
/// <param name="Length">Samples, at least 1.</param>
/// <param name="Columns">What else the index says of it, by the name of the column.</param>
internal sealed record Recording(long Start, int Length, IReadOnlyDictionary<string, string> Columns);

/// <summary>
/// Reads an index of recordings: comma-separated values whose first row names the columns, among them "start_sample" and
/// "samples".
/// </summary>
internal static class RecordingIndex
{
    /// <summary>The longest index that is accepted: 4 MiB.</summary>
    public const int MaxBytes = 4 << 20;

    private const int RowBytes = 128; // of a row, and of a cell with a short text

    private const string StartColumn = "start_sample", LengthColumn = "samples";

    /// <summary>Reads an index.</summary>
    /// <param name="path">The file.</param>
    /// <param name="samples">Samples there are: every recording must lie within.</param>
    /// <exception cref="InputException">The file is missing, damaged or too long, lacks a column, or a recording is outside the
    /// samples.</exception>
    public static ImmutableArray<Recording> Read(string path, long samples) => InputFile.Read(path, stream =>
    {
        if (stream.Length > MaxBytes)
            throw new InputException($"{path}: too long: {stream.Length} bytes; at most {MaxBytes} are read.");
        try
        {
            using StreamReader text = new(stream);
            using CsvReader csv = new(text,
                new CsvConfiguration(CultureInfo.InvariantCulture) { DetectColumnCountChanges = true });
            return ReadRows(csv, path, samples);
        }
        catch (CsvHelperException fault)
        {
            throw new InputException(
                $"{path}: no comma-separated values with one width: {InputFile.OneLine(fault.Message.Split('\n')[0].TrimEnd())}",
                fault);
        }
    });

    private static ImmutableArray<Recording> ReadRows(CsvReader csv, string path, long samples)
    {
        string[] header = csv.Read() && csv.ReadHeader() ? csv.HeaderRecord! : [];
        foreach (string needed in new[] { StartColumn, LengthColumn })
        {
            if (!header.Contains(needed))
                throw new InputException($"{path}: there is no column {needed} in its first row.");
        }

        ImmutableArray<Recording>.Builder recordings = ImmutableArray.CreateBuilder<Recording>();
        while (csv.Read())
        {
            InputBudget.Take(RowBytes * (1L + header.Length), path);
            Dictionary<string, string> columns = new(StringComparer.Ordinal);
            for (int i = 0; i < header.Length; i++)
                columns[header[i]] = csv.GetField(i) ?? "";
            if (!long.TryParse(columns[StartColumn], NumberStyles.None, CultureInfo.InvariantCulture, out long start)
                || !int.TryParse(columns[LengthColumn], NumberStyles.None, CultureInfo.InvariantCulture, out int length)
                || length < 1 || start > samples - length)
            {
                throw new InputException(
                    $"{path}: row {csv.Context.Parser!.Row}: start_sample {InputFile.OneLine(columns[StartColumn])} and " +
                    $"samples {InputFile.OneLine(columns[LengthColumn])}; accepted is a part of the {samples} samples there are.");
            }

            recordings.Add(new Recording(start, length, columns));
        }

        return recordings.ToImmutable();
    }
}
