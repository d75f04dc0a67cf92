using NpuSim.Reports.JsonForms;
using NpuSim.Simulator.Studies;

namespace NpuSim.Reports.Studies.Figures;

/// <summary>A part of a run, as its cost, and the making of figures of it.</summary>
/// <typeparam name="T">The part; immutable.</typeparam>
/// <param name="Of">The part; null where a run has none.</param>
/// <param name="Docs">Where the documentation says more of its figures.</param>
internal sealed record RunPart<T>(Func<RunResult, T?> Of, string Docs) where T : class
{
    /// <summary>A size in bytes.</summary>
    public Figure<T> Bytes(string key, string title, Func<T, long> get, Func<T, long, T> set) =>
        new(title, Measure.Bytes, r => Of(r) is { } part ? get(part) : null, JsonMember<T>.Count(key, get, set)) { Docs = Docs };

    /// <summary>A number.</summary>
    public Figure<T> Number(string key, string title, Measure measure, Func<T, double> get, Func<T, double, T> set) =>
        new(title, measure, r => Of(r) is { } part ? get(part) : null, JsonMember<T>.Number(key, get, set)) { Docs = Docs };

    /// <summary>Yes or no.</summary>
    public Figure<T> Truth(string key, string title, Func<T, bool> get, Func<T, bool, T> set) =>
        new(title, Measure.Truth, r => Of(r) is { } part ? get(part) : null, JsonMember<T>.Truth(key, get, set)) { Docs = Docs };

    /// <summary>A text.</summary>
    public Figure<T> Text(string key, string title, Func<T, string> get, Func<T, string, T> set) =>
        new(title, Measure.Text, r => Of(r) is { } part ? get(part) : null, JsonMember<T>.Text(key, get, set)) { Docs = Docs };

    /// <summary>A figure that follows from what results.json holds.</summary>
    public Figure Derived(string title, Measure measure, Func<T, object?> get) =>
        new(title, measure, r => Of(r) is { } part ? get(part) : null) { Docs = Docs };
}
