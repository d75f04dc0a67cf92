namespace NpuSim.Yaml.Forms;

/// <summary>Where in a value a part of it stands, and how far the way there has been gone.</summary>
/// <param name="Whole">As <c>formats[0].rate</c>.</param>
/// <param name="At">Characters gone.</param>
internal readonly record struct PartPath(string Whole, int At = 0)
{
    /// <summary>True at the part itself.</summary>
    public bool IsEnd => At >= Whole.Length;

    /// <summary>The next name, as <c>formats</c> or <c>[0]</c>; empty at the end.</summary>
    public string Key => Whole[Start..Stop];

    /// <summary>What has been gone, as <c>formats[0]</c>.</summary>
    public string Before => Whole[..At];

    /// <summary>The way beyond <see cref="Key"/>.</summary>
    public PartPath Next => this with { At = Stop };

    private int Start => At < Whole.Length && At > 0 && Whole[At] == '.' ? At + 1 : At;

    private int Stop
    {
        get
        {
            int start = Start;
            if (start >= Whole.Length)
                return Whole.Length;
            int stop = Whole[start] == '[' ? Whole.IndexOf(']', start) + 1 : Whole.AsSpan(start).IndexOfAny('.', '[') + start;
            return stop <= start ? Whole.Length : stop;
        }
    }
}

/// <summary>A part of a value.</summary>
/// <param name="Form">How it is written.</param>
/// <param name="Value">The value; null where the key stands for nothing.</param>
internal sealed record Part(Form Form, object? Value);
