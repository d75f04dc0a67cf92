using System.Globalization;
using System.Text;

namespace NpuSim.Workloads.Networks.Onnx;

/// <summary>The table of operators as docs/networks.md shows it.</summary>
internal static class OperatorMarkdown
{
    /// <summary>One line per operator and form, each ended by a line feed.</summary>
    public static string Table()
    {
        StringBuilder text = new("| operator | operator sets | inputs | attributes (values) |\n|---|---|---|---|\n");
        foreach (OperatorRule rule in OperatorTable.Rules)
        {
            string inputs = rule.Most == int.MaxValue ? $"{rule.Least} or more" : rule.Least == rule.Most
                ? $"{rule.Least}" : $"{rule.Least} to {rule.Most}";
            string attributes = string.Join(", ", rule.Attributes.Select(Attribute));
            text.Append(CultureInfo.InvariantCulture,
                $"| `{rule.Name}` | {Sets(rule.From, rule.To)} | {inputs} | {attributes} |\n");
        }

        return text.ToString();

        static string Attribute(AttributeRule rule)
        {
            string sets = rule.From > 1 || rule.To < OperatorTable.Newest ? $" in {Sets(rule.From, rule.To)}" : "";
            string values = (rule.Accepted + sets).TrimStart();
            return values.Length == 0 ? $"`{rule.Name}`" : $"`{rule.Name}` ({values})";
        }

        static string Sets(int from, int to) => to >= OperatorTable.Newest ? $"{from}–{OperatorTable.Newest}" : from == to
            ? $"{from}" : $"{from}–{to}";
    }
}
