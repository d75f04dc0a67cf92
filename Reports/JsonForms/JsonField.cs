using System.Collections.Immutable;
using System.Text.Json;
using NpuSim.Reports.Text;

namespace NpuSim.Reports.JsonForms;

/// <summary>A value in a JSON document together with its path, so that every fault can say where it is.</summary>
/// <param name="Element">The value.</param>
/// <param name="Path">As "$.runs[3].memory".</param>
/// <param name="File">What messages call the document.</param>
internal readonly record struct JsonField(JsonElement Element, string Path, string File)
{
    /// <summary>A required member of an object.</summary>
    public JsonField this[string key] =>
        Object().TryGetProperty(key, out JsonElement value) ? new(value, $"{Path}.{key}", File) : throw Fault($"lacks \"{key}\"");

    /// <summary>A member of an object that may be missing.</summary>
    public JsonField? Optional(string key) => Element.ValueKind == JsonValueKind.Object && Element.TryGetProperty(key, out _)
        ? this[key] : null;

    /// <summary>True for null.</summary>
    public bool IsNull => Element.ValueKind == JsonValueKind.Null;

    /// <summary>What is read from it; null where the document says null.</summary>
    public T? OrNull<T>(Func<JsonField, T> read) where T : class => IsNull ? null : read(this);

    /// <summary>A text.</summary>
    public string Text()
    {
        if (Element.ValueKind != JsonValueKind.String)
            throw Expected("a text");
        try
        {
            return Element.GetString()!;
        }
        catch (InvalidOperationException) // a lone surrogate
        {
            throw Expected("a text of whole characters");
        }
    }

    /// <summary>A truth value.</summary>
    public bool Truth() => Element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Expected("true or false"),
    };

    /// <summary>A number; NaN where the document says null.</summary>
    public double Double()
    {
        if (IsNull)
            return double.NaN;
        return Element.ValueKind == JsonValueKind.Number && Element.TryGetDouble(out double value) && double.IsFinite(value)
            ? value
            : throw Expected("a number or null");
    }

    /// <summary>A count or a size: an integer of at least 0.</summary>
    public long Count() => Element.ValueKind == JsonValueKind.Number && Element.TryGetInt64(out long value) && value >= 0
        ? value
        : throw Expected("an integer of at least 0");

    /// <summary>An integer of 32 bits.</summary>
    public int Int32() => Element.ValueKind == JsonValueKind.Number && Element.TryGetInt32(out int value) ? value
        : throw Expected("an integer");

    /// <summary>A seed: an integer of 64 bits without sign.</summary>
    public ulong UInt64() => Element.ValueKind == JsonValueKind.Number && Element.TryGetUInt64(out ulong value)
        ? value
        : throw Expected("an integer of at least 0");

    /// <summary>The elements of an array.</summary>
    public ImmutableArray<T> Each<T>(Func<JsonField, T> read)
    {
        if (Element.ValueKind != JsonValueKind.Array)
            throw Expected("an array");
        ImmutableArray<T>.Builder items = ImmutableArray.CreateBuilder<T>(Element.GetArrayLength());
        foreach (JsonElement element in Element.EnumerateArray())
            items.Add(read(new(element, $"{Path}[{items.Count}]", File)));
        return items.MoveToImmutable();
    }

    /// <summary>An object whose keys are members of an enumeration.</summary>
    public ImmutableSortedDictionary<TKey, TValue> Map<TKey, TValue>(Func<JsonField, TValue> read) where TKey : struct, Enum
    {
        ImmutableSortedDictionary<TKey, TValue>.Builder map = ImmutableSortedDictionary.CreateBuilder<TKey, TValue>();
        foreach (JsonProperty member in Object().EnumerateObject())
        {
            TKey key = Enum.GetValues<TKey>().Cast<TKey?>().FirstOrDefault(k => JsonText.Name(k!.Value) == member.Name)
                ?? throw Unknown(member, Enum.GetValues<TKey>().Select(JsonText.Name));
            map.Add(key, read(new(member.Value, $"{Path}.{member.Name}", File)));
        }

        return map.ToImmutable();
    }

    /// <summary>An object of texts.</summary>
    public ImmutableSortedDictionary<string, string> Texts()
    {
        JsonField self = this;
        return Object().EnumerateObject().ToImmutableSortedDictionary(
            m => m.Name, m => new JsonField(m.Value, $"{self.Path}.{m.Name}", self.File).Text(), StringComparer.Ordinal);
    }

    /// <summary>A member of an enumeration.</summary>
    public T Member<T>() where T : struct, Enum
    {
        string text = Text();
        return Enum.GetValues<T>().Cast<T?>().FirstOrDefault(m => JsonText.Name(m!.Value) == text)
            ?? throw Fault(
                $"is \"{PlainText.Fit(PlainText.Line(text), 40)}\"; accepted: "
                    + $"{string.Join(", ", Enum.GetValues<T>().Select(JsonText.Name))}");
    }

    /// <summary>Checks that an object has no other keys than these.</summary>
    public void Only(params ReadOnlySpan<string> keys)
    {
        foreach (JsonProperty member in Object().EnumerateObject())
        {
            if (!keys.Contains(member.Name))
                throw Unknown(member, keys.ToArray());
        }
    }

    /// <summary>A fault of this value, as one line.</summary>
    public InputException Fault(string what) => new($"{File}: {Path} {what}.");

    private InputException Unknown(JsonProperty member, IEnumerable<string> accepted) =>
        Fault($"has the unknown key \"{PlainText.Fit(PlainText.Line(member.Name), 40)}\"; accepted: "
            + string.Join(", ", accepted));

    private InputException Expected(string what) => Fault($"is {Kind()}; {what} is accepted");

    private JsonElement Object() => Element.ValueKind == JsonValueKind.Object ? Element : throw Expected("an object");

    private string Kind() => Element.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => PlainText.Fit(Element.GetRawText(), 40),
        JsonValueKind kind => kind.ToString().ToLowerInvariant(),
    };
}
