using System.Collections.Immutable;
using NpuSim.Yaml.Forms;

namespace NpuSim.Yaml;

/// <summary>Finds what declarations say of a key.</summary>
internal static class KeyMeanings
{
    /// <summary>The key at a path.</summary>
    /// <param name="root">Form of the record.</param>
    /// <param name="record">A record, whose kinds count; null: every kind does.</param>
    /// <param name="path">As <c>engine.rows</c>.</param>
    /// <exception cref="InputException">There is no such key.</exception>
    public static KeyMeaning Of(Form root, object? record, string path)
    {
        Form form = root;
        object? value = record;
        Field? found = null;
        string? kind = null;
        string section = "";
        for (PartPath at = new(path); !at.IsEnd; at = at.Next)
        {
            if (form is ListForm list && at.Key.StartsWith('['))
            {
                (form, value) = (list.Item, null);
                continue;
            }

            if (form is KindForm kinds && at.Key == KindForm.Key && at.Next.IsEnd)
            {
                string names = string.Join(", ", kinds.Kinds.Select(k => k.Name));
                return new(path, "Which kind it is.", names, null, kinds.Name, null, []);
            }

            (string? Kind, Field Field)[] fields = [.. Below(form, value)];
            (kind, found) = fields.FirstOrDefault(f => f.Field.Key == at.Key);
            if (found is null)
                throw Unknown(at, [.. fields.Select(f => f.Field.Key).Distinct()]);
            section = kind is null ? ((RecordForm)form).Name : $"kind-{kind}";
            (form, value) = (found.Form, value is null ? null : found.Get(value));
        }

        return new(path, found?.Description ?? "", form.Accepts,
            found is null || found.Required ? null
                : string.Join(' ', found.PrintValue(found.Default).Lines.Select(l => l.Trim())),
            section, kind, [.. Below(form, value).Select(f => f.Field.Key).Distinct()]);
    }

    /// <summary>The paths of all keys, groups before what is in them.</summary>
    public static IEnumerable<string> All(Form form, object? value, string path)
    {
        string[] kind = form is KindForm ? [Reading.Join(path, KindForm.Key)] : [];
        return kind.Concat(Below(form, value).DistinctBy(f => f.Field.Key)
            .SelectMany(f => All(f.Field.Form, value is null ? null : f.Field.Get(value), Reading.Join(path, f.Field.Key))
                .Prepend(Reading.Join(path, f.Field.Key))));
    }

    private static IEnumerable<(string? Kind, Field Field)> Below(Form form, object? value) => form switch
    {
        RecordForm record => record.Fields.Select(f => ((string?)null, f)),
        KindForm kinds when value is not null && kinds.Of(value) is var kind => kind.Fields.Select(f => ((string?)kind.Name, f)),
        KindForm kinds => kinds.Kinds.SelectMany(k => k.Fields.Select(f => ((string?)k.Name, f))),
        _ => [],
    };

    private static InputException Unknown(PartPath at, ImmutableArray<string> keys) => new(
        $"there is no key '{at.Key}'{(at.Before.Length > 0 ? $" in {at.Before}" : "")}"
        + (keys.IsEmpty ? $"; {at.Before} has none" : $"{Suggestion.For(at.Key, keys)}; accepted are {string.Join(", ", keys)}"));
}
