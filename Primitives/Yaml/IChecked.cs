namespace NpuSim.Yaml;

/// <summary>A record that knows rules beyond the range of a single key; the reader asks each one that it has built.</summary>
public interface IChecked
{
    /// <summary>Every rule that this record breaks; empty when it can be used. Records inside it answer for themselves.</summary>
    IEnumerable<Problem> Problems();
}
