namespace NpuSim.Simulator.Studies.Leakage;

/// <summary>What attacks and audits found: files beside the results, found by all that decides their values. Any number of
/// processes may share a folder.</summary>
/// <param name="results">Folder of the results.</param>
/// <param name="note">Is told what a user should know, a line each time.</param>
public sealed class LeakageStore(string results, Action<string> note)
{
    private readonly RecordFiles<LeakageRecord> files = new(results, LeakageRecord.Parse, r => r.Identity, r => r.ToText(), note);

    /// <summary>Finished attacks and audits in the folder.</summary>
    public int Finished => files.Finished;

    /// <summary>What is known, whoever wrote it; null where there is nothing yet.</summary>
    /// <exception cref="InputException">The file cannot be read.</exception>
    internal LeakageRecord? Find(string identity) => files.Find(identity);

    /// <summary>Keeps what was found.</summary>
    /// <exception cref="InputException">It cannot be written.</exception>
    internal void Add(LeakageRecord record) => files.Add(record);
}
