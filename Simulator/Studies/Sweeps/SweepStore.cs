using System.Buffers;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using NpuSim.Accelerators.Profiles;
using NpuSim.Files;
using NpuSim.Yaml;

namespace NpuSim.Simulator.Studies.Sweeps;

/// <summary>
/// What points came to, kept in a folder and found again by all that decides it, whatever study asks. Records are written in
/// blocks: a file, named
/// by what it holds, that is there whole or not at all and never changes. Any number of processes may write to one folder.
/// </summary>
public sealed class SweepStore
{
    /// <summary>Name of the folder beside the results.</summary>
    public const string FolderName = "points";

    private const string Ending = ".jsonl", Header = "npusim sweep points 1";

    private readonly string folder;
    private readonly Action<string> note;
    private readonly Dictionary<UInt128, SweepPrice> prices = [];
    private readonly HashSet<string> read = [];

    private SweepStore(string folder, Action<string> note) => (this.folder, this.note) = (folder, note);

    /// <summary>Records that are at hand.</summary>
    public int Count => prices.Count;

    /// <summary>Opens the store beside results; nothing is made before there is something to keep.</summary>
    /// <param name="results">Folder of the results.</param>
    /// <param name="note">Is told what a user should know, a line each time.</param>
    /// <exception cref="InputException">It cannot be read.</exception>
    public static SweepStore Open(string results, Action<string> note)
    {
        SweepStore store = new(Path.Combine(results, FolderName), note);
        store.Refresh();
        return store;
    }

    /// <summary>What identifies a point: a hash of its task and of every key of its accelerator that decides something.</summary>
    /// <param name="task">What decides the cost of the task (<see cref="TaskSteps.Identity"/>).</param>
    /// <param name="profile">A hash of the accelerator (<see cref="Identify(HardwareProfile)"/>).</param>
    public static UInt128 Identify(string task, UInt128 profile) => Hash($"{task}\n{profile:x32}");

    /// <summary>A hash of an accelerator but for what only describes it.</summary>
    public static UInt128 Identify(HardwareProfile profile) =>
        Hash(YamlRecord.Print(profile with { Description = "-", Sources = ImmutableSortedDictionary<string, string>.Empty }));

    /// <summary>What a point costs; null where nothing is known.</summary>
    public SweepPrice? Find(UInt128 point) => prices.GetValueOrDefault(point);

    /// <summary>Reads what others wrote meanwhile.</summary>
    /// <exception cref="InputException">The folder cannot be read.</exception>
    public void Refresh()
    {
        try
        {
            foreach (string file in Directory.Exists(folder) ? Directory.GetFiles(folder, $"*{Ending}")
                .Order(StringComparer.Ordinal) : Enumerable.Empty<string>())
            {
                if (read.Add(Path.GetFileName(file)))
                    Read(file);
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{folder}: cannot be read: {fault.Message.ReplaceLineEndings(" ")}", fault);
        }
    }

    /// <summary>Keeps what points came to; any thread may call.</summary>
    /// <param name="block">Points that are not there yet, at least one.</param>
    /// <exception cref="InputException">It cannot be written.</exception>
    public void Add(IReadOnlyList<(UInt128 Point, SweepPrice Price)> block)
    {
        ArgumentNullException.ThrowIfNull(block);
        string name = $"{Hash(string.Join('\n', block.Select(b => $"{b.Point:x32}"))):x32}{Ending}";
        byte[] content = Encode(block);
        AtomicFile.WriteNew(Path.Combine(folder, name), stream => stream.Write(content));
        lock (prices)
        {
            read.Add(name);
            foreach ((UInt128 point, SweepPrice price) in block)
                prices[point] = price;
        }
    }

    /// <summary>Removes the blocks of which no point is needed, those of other versions and the damaged ones included.</summary>
    /// <param name="needed">Points whose blocks stay.</param>
    /// <returns>How many blocks were removed.</returns>
    /// <exception cref="InputException">One cannot be removed.</exception>
    internal int Clean(IReadOnlySet<UInt128> needed)
    {
        int removed = StoreFolder.Remove(folder, Ending,
            file => !Records(Path.Combine(folder, file)).OrEmpty().Any(r => needed.Contains(r.Point)));
        foreach (UInt128 other in prices.Keys.Where(p => !needed.Contains(p)).ToArray())
            prices.Remove(other);
        return removed;
    }

    private void Read(string file)
    {
        ImmutableArray<(UInt128 Point, SweepPrice Price)> records = Records(file);
        if (records.IsDefault)
            note($"{file} is not whole and not used; its points are done anew");
        foreach ((UInt128 point, SweepPrice price) in records.OrEmpty())
            prices[point] = price;
    }

    // None: the file is not whole.
    private static ImmutableArray<(UInt128 Point, SweepPrice Price)> Records(string file)
    {
        try
        {
            string[] lines = File.ReadAllLines(file);
            if (lines is not [Header, .., var end] || end != $"{lines.Length - 2} records")
                return default;
            return [.. lines[1..^1].Select(Decode)];
        }
        catch (Exception damage) when (damage is FormatException or JsonException or InvalidOperationException
            or IndexOutOfRangeException or OverflowException)
        {
            return default;
        }
    }

    private static byte[] Encode(IReadOnlyList<(UInt128 Point, SweepPrice Price)> block)
    {
        ArrayBufferWriter<byte> buffer = new();
        Line(Header);
        using Utf8JsonWriter json = new(buffer);
        foreach ((UInt128 point, SweepPrice price) in block)
        {
            json.Reset();
            Write(json, point, price);
            json.Flush();
            buffer.Write("\n"u8);
        }

        Line($"{block.Count} records");
        return buffer.WrittenSpan.ToArray();

        void Line(string text) => buffer.Write(Encoding.ASCII.GetBytes(text + "\n"));
    }

    private static void Write(Utf8JsonWriter json, UInt128 point, SweepPrice price)
    {
        json.WriteStartArray();
        json.WriteStringValue($"{point:x32}");
        json.WriteStringValue(price.NotRunnable);
        json.WriteNumberValue(price.TrainedParameters);
        json.WriteNumberValue(price.ArenaBytes);
        json.WriteNumberValue(price.PeakLiveBytes);
        json.WriteNumberValue(price.PersistentBytes);
        json.WriteBooleanValue(price.FitsScratchpad);
        if (price.Cost is { } cost)
        {
            json.WriteNumberValue(cost.Cycles);
            json.WriteNumberValue(cost.ComputeCycles);
            json.WriteNumberValue(cost.ExposedTransferCycles);
            json.WriteNumberValue(cost.Seconds);
            json.WriteNumberValue(cost.EnergyJoules);
            json.WriteNumberValue(cost.ScratchpadTrafficBytes);
            json.WriteNumberValue(cost.DramTrafficBytes);
            json.WriteNumberValue(cost.Utilization);
        }

        json.WriteEndArray();
    }

    private static (UInt128, SweepPrice) Decode(string line)
    {
        using JsonDocument document = JsonDocument.Parse(line);
        JsonElement r = document.RootElement;
        SweepCost? cost = r.GetArrayLength() == 7 ? null : new(
            r[7].GetDouble(), r[8].GetDouble(), r[9].GetDouble(), r[10].GetDouble(), r[11].GetDouble(), r[12].GetInt64(),
                r[13].GetInt64(), r[14].GetDouble());
        return (
            UInt128.Parse(r[0].GetString()!, System.Globalization.NumberStyles.AllowHexSpecifier,
                System.Globalization.CultureInfo.InvariantCulture),
            new(r[1].GetString(), r[2].GetInt64(), r[3].GetInt64(), r[4].GetInt64(), r[5].GetInt64(), r[6].GetBoolean(), cost));
    }

    private static UInt128 Hash(string text)
    {
        ReadOnlySpan<byte> hash = SHA256.HashData(Encoding.UTF8.GetBytes(text));
        return new UInt128(System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(hash),
            System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(hash[8..]));
    }
}
