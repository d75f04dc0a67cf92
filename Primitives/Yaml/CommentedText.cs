using System.Text;
using NpuSim.Yaml.Forms;

namespace NpuSim.Yaml;

/// <summary>Writes a record as YAML in which a comment above each key says what it means and what it accepts.</summary>
internal static class CommentedText
{
    private const int Width = 100;

    /// <summary>The lines of a record, or of the kind of one.</summary>
    public static IEnumerable<string> Lines(Form form, object value) => form switch
    {
        KindForm kinds when kinds.Of(value) is var kind =>
        [
            .. Comment($"{kind.Description} Other kinds: "
                + $"{string.Join(", ", kinds.Kinds.Where(k => k != kind).Select(k => k.Name))}."),
            $"{KindForm.Key}: {kind.Name}", .. Lines(kind, value),
        ],
        RecordForm record => record.Fields.SelectMany(f => Lines(f, f.Get(value))),
        _ => form.Print(value).Lines,
    };

    private static IEnumerable<string> Lines(Field field, object? value)
    {
        IEnumerable<string> below = value is not null && field.Form is RecordForm or KindForm
            ? new Printed([.. Lines(field.Form, value!)], Block: true).Under(field.Key)
            : field.PrintValue(value).Under(field.Key);
        return Comment($"{field.Description} {Accepted(field.Form)}").Concat(below);
    }

    private static string Accepted(Form form) => form switch
    {
        NumberForm or QuantityForm or EnumForm => $"Accepted: {form.Accepts}.",
        _ => "",
    };

    private static IEnumerable<string> Comment(string text)
    {
        StringBuilder line = new("#");
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 1 && line.Length + 1 + word.Length > Width)
            {
                yield return line.ToString();
                line = new("#");
            }

            line.Append(' ').Append(word);
        }

        if (line.Length > 1)
            yield return line.ToString();
    }
}
