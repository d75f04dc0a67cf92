using System.Collections.Immutable;
using NpuSim.Yaml;

namespace NpuSim.Primitives.Tests.Yaml;

/// <summary>A document with every form a key can have.</summary>
[Yaml("A machine.")]
public sealed record Machine(
    [Yaml("What it is called.")] string Name,
    [Yaml("Speed.", Above = 0)] double ClockHz,
    [Yaml("Store.", Min = 1)] long SizeBytes,
    [Yaml("What drives it.")] Motor Motor,
    [Yaml("Wheels.", Min = 1, Max = 64)] int Wheels = 4,
    double Grip = 0.5,
    bool Brake = true,
    ulong Seed = 7,
    Colour Colour = Colour.DarkRed,
    [Yaml("Power of the lamp.", Key = "lamp")] double? LampWatts = null,
    [Yaml("Stops.", Optional = true)] ImmutableArray<double> StopSeconds = default,
    [Yaml("Seats.", Optional = true)] ImmutableArray<Seat> Seats = default,
    ImmutableArray<Colour> Stripes = default,
    ImmutableArray<string> Owners = default,
    [Yaml("Notes by topic.", Optional = true)] ImmutableSortedDictionary<string, string> Notes = null!,
    [Yaml("The best seat.", Optional = true)] Seat Best = null!,
    Seat? Spare = null) : IChecked
{
    public IEnumerable<Problem> Problems()
    {
        if (Name.Length == 0)
            yield return new Problem("name", "the name is empty; accepted is text");
        if (Wheels == 13)
            yield return new Problem("wheels", "13 brings bad luck");
    }
}

[Yaml("A label.")]
public sealed record Label(string Text, [Yaml("Where.", HideNull = true)] string? Place = null);

[Yaml("A seat.")]
public sealed record Seat([Yaml("Rows.", Min = 1)] int Rows = 1, double BytesPerSecond = 1e6) : IChecked
{
    public IEnumerable<Problem> Problems()
    {
        if (Rows == 5)
            yield return new Problem("rows", "5 rows do not fit");
    }
}

[YamlKinds(typeof(Diesel), typeof(Electric))]
public abstract record Motor;

[Yaml("Burns.")]
public sealed record Diesel([Yaml("Cylinders.", Min = 1)] int Cylinders) : Motor;

[Yaml("Hums.", Key = "electric-motor")]
public sealed record Electric(double PicojoulesPerByte = 1.5) : Motor;

public enum Colour
{
    [Yaml("Like wine.")]
    DarkRed,
    Blue,
}
