using System.Text;
using NpuSim.Yaml.Forms;

namespace NpuSim.Yaml;

/// <summary>Writes the declarations of records as Markdown tables.</summary>
internal static class KeyTables
{
    /// <summary>Appends a section for <paramref name="root"/> and for each form inside it, each once.</summary>
    public static void Append(StringBuilder text, Form root)
    {
        var seen = new HashSet<string>();
        var open = new Queue<Form>(root.Parts);
        while (open.TryDequeue(out Form? form))
        {
            if (!seen.Add(Name(form)))
                continue;
            switch (form)
            {
                case RecordForm record:
                    Record(text, record, null);
                    record.Fields.SelectMany(f => f.Form.Parts).ToList().ForEach(open.Enqueue);
                    break;
                case KindForm kinds:
                    text.Append($"## {kinds.Name}\n\nOne of these kinds.\n\n");
                    kinds.Kinds.ToList().ForEach(kind => Record(text, kind, kind.Name));
                    kinds.Kinds.SelectMany(k => k.Fields).SelectMany(f => f.Form.Parts).ToList().ForEach(open.Enqueue);
                    break;
                case EnumForm words:
                    text.Append($"## {words.Name}\n\n| value | meaning |\n|---|---|\n");
                    words.Members.ToList().ForEach(m => text.Append($"| `{m.Word}` | {Cell(m.Description)} |\n"));
                    text.Append('\n');
                    break;
            }
        }
    }

    private static void Record(StringBuilder text, RecordForm record, string? kind)
    {
        text.Append(kind is null ? $"## {record.Name}\n\n" : $"### kind: {kind}\n\n");
        if (record.Description.Length > 0)
            text.Append(record.Description).Append("\n\n");
        text.Append("| key | value | default | meaning |\n|---|---|---|---|\n");
        foreach (Field field in record.Fields)
            text.Append($"| `{field.Key}` | {Cell(Value(field.Form))} | {Default(field)} | {Cell(field.Description)} |\n");
        text.Append('\n');
    }

    private static string Value(Form form) => form switch
    {
        RecordForm or KindForm => $"[{Name(form)}](#{Name(form)})",
        ListForm list => $"list of {Value(list.Item)}",
        MapForm map => $"names, each with {Value(map.Value)}",
        EnumForm words when words.Parts.Any() => $"[{words.Name}](#{words.Name})",
        EnumForm words => string.Join(", ", words.Members.Select(m => $"`{m.Word}`")),
        _ => form.Accepts,
    };

    private static string Default(Field field)
    {
        if (field.Required)
            return "required";
        return field.PrintValue(field.Default) is { Block: false, Lines: var lines } ? $"`{lines[0]}`" : "all defaults";
    }

    private static string Name(Form form) => form switch
    {
        RecordForm record => record.Name,
        KindForm kinds => kinds.Name,
        EnumForm words => words.Name,
        _ => form.Accepts,
    };

    private static string Cell(string text) => text.Replace("|", "\\|");
}
