namespace NpuSim.Files;

/// <summary>
/// How much memory the content of one input file may claim, files that it names included: whatever a header, a shape or
/// compressed data say is taken from the budget before memory is. One limit for all formats, which --max-input-bytes changes.
/// </summary>
public static class InputBudget
{
    /// <summary>The option that changes the limit.</summary>
    public const string Option = "--max-input-bytes";

    /// <summary>The limit without that option: 384 MiB, which the weights of a ViT-Base in float32 need.</summary>
    public const long DefaultBytes = 384L << 20;

    private static readonly AsyncLocal<Account?> Open = new();

    /// <summary>The limit in bytes.</summary>
    public static long MaxBytes { get; set; } = DefaultBytes;

    /// <summary>Runs <paramref name="read"/> within a budget: that of the file that is being read already, or one of its
    /// own.</summary>
    public static T Within<T>(Func<T> read) => Within(new Account(), read);

    /// <summary>Runs <paramref name="read"/> within the budget of the file that is being read already, or in one that several
    /// files share.</summary>
    public static T Within<T>(Account account, Func<T> read)
    {
        ArgumentNullException.ThrowIfNull(account);
        ArgumentNullException.ThrowIfNull(read);
        if (Open.Value is not null)
            return read();
        try
        {
            Open.Value = account;
            return read();
        }
        finally
        {
            Open.Value = null;
        }
    }

    /// <summary>
    /// Runs <paramref name="read"/> within a budget of its own, whatever is being read: for one of many files that are read one
    /// after another, of which little stays in memory.
    /// </summary>
    public static T Apart<T>(Func<T> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        Account? outer = Open.Value;
        try
        {
            Open.Value = new Account();
            return read();
        }
        finally
        {
            Open.Value = outer;
        }
    }

    /// <summary>Takes bytes from the budget, before memory for them is taken.</summary>
    /// <param name="bytes">How many; not negative.</param>
    /// <param name="source">What claims them, for the message.</param>
    /// <exception cref="InputException">The file claims more than the limit, together with what it claimed before.</exception>
    public static void Take(long bytes, string source)
    {
        Account account = Open.Value ?? new Account();
        if (account.Add(bytes) is { } before)
            throw new InputException(
                $"{source}: claims {bytes} bytes of memory{(before == 0 ? "" : $" after {before} before")}; {Option} accepts "
                    + $"{MaxBytes} for a file.");
    }

    /// <summary>Takes memory for a number of elements.</summary>
    /// <param name="count">Elements; not negative.</param>
    /// <param name="elementBytes">Bytes of each.</param>
    /// <param name="source">What claims them.</param>
    /// <exception cref="InputException">As <see cref="Take(long, string)"/>.</exception>
    public static void Take(long count, int elementBytes, string source) =>
        Take(count > long.MaxValue / elementBytes ? long.MaxValue : count * elementBytes, source);

    /// <summary>What several files that belong together have claimed.</summary>
    public sealed class Account
    {
        private readonly Lock gate = new();
        private long taken;

        // What was taken before, where no more is accepted.
        internal long? Add(long bytes)
        {
            lock (gate)
            {
                if (bytes > MaxBytes - taken)
                    return taken;
                taken += bytes;
                return null;
            }
        }
    }
}
