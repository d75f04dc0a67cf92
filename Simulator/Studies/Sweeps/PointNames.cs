using System.Collections.Concurrent;
using System.Globalization;
using NpuSim.Accelerators.Profiles;
using NpuSim.Yaml;

namespace NpuSim.Simulator.Studies.Sweeps;

/// <summary>What a condition can speak of: the keys of a profile, by their path or by its end, its area,
/// and what runs.</summary>
/// <param name="profile">The accelerator.</param>
/// <param name="task">What runs on it.</param>
internal sealed class PointNames(HardwareProfile profile, SweepTask task)
{
    private static readonly ConcurrentDictionary<(string Profile, Type Engine, string Name), string> Known = [];

    /// <summary>The value of a name; null where there is none.</summary>
    /// <exception cref="InputException">It is the end of several paths.</exception>
    public Operand? Find(string name) => name switch
    {
        "profile" => new(profile.Name),
        "area" => new(AreaEstimate.SquareMillimetres(profile)),
        "network" => new(task.Network.Name),
        "batch" => new(task.Batch),
        "method" => new(task.Method.ToString()),
        "scheme" => new(task.SchemeName),
        _ => Key(name),
    };

    private Operand? Key(string name)
    {
        string path = Known.GetOrAdd((profile.Name, profile.Engine.GetType(), name), k => PathOf(k.Name));
        return YamlRecord.Find(profile, path) is not { } leaf ? null : leaf.Number is double number ? new(number)
            : new(leaf.Text);
    }

    private string PathOf(string name)
    {
        string[] ends = [.. YamlRecord.Leaves(profile).Where(l => !l.StartsWith("sources.", StringComparison.Ordinal))
            .Where(l => l == name || l.EndsWith("." + name, StringComparison.Ordinal))];
        return ends.Contains(name) ? name : ends.Length switch
        {
            0 => name,
            1 => ends[0],
            _ => throw new InputException(string.Create(CultureInfo.InvariantCulture,
                $"'{name}' may be {string.Join(" or ", ends)}; accepted is the whole path.")),
        };
    }
}
