using System.Collections;
using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using NpuSim.Yaml.Nodes;

namespace NpuSim.Yaml.Forms;

/// <summary>An <see cref="ImmutableArray{T}"/>.</summary>
internal sealed class ListForm(Type itemType, Form item) : Form
{
    public override string Accepts => $"a list, each item {item.Accepts}";

    public override IEnumerable<Form> Parts => item.Parts;

    public Form Item => item;

    /// <summary>The list of no items.</summary>
    public object Empty => Make([]);

    public override bool TryRead(Node node, string path, Reading reading, out object? value)
    {
        if (node is not ListNode list)
            return Refuse(node, path, reading, out value);
        var items = new List<object?>();
        bool ok = true;
        for (int i = 0; i < list.Items.Count; i++)
        {
            reading.Remember($"{path}[{i}]", list.Items[i].At);
            ok &= item.TryRead(list.Items[i], $"{path}[{i}]", reading, out object? element);
            items.Add(element);
        }

        value = ok ? Make(items) : null;
        return ok;
    }

    public override Printed Print(object value)
    {
        Printed[] items = [.. Items(value).Select(item.Print)];
        if (items.Length == 0)
            return Printed.Inline("[]");
        if (item is TextForm || items.Any(i => i.Block))
            return new Printed([.. items.SelectMany(i => i.AsItem())], Block: true);
        return Printed.Inline($"[{string.Join(", ", items.Select(i => i.Lines[0]))}]");
    }

    public override IEnumerable<Problem> Check(object value, string path) =>
        Items(value).SelectMany((element, i) => item.Check(element, $"{path}[{i}]"));

    public override IEnumerable<string> Leaves(object value, string path) =>
        Items(value).SelectMany((element, i) => item.Leaves(element, $"{path}[{i}]"));

    public override Part? Find(object? value, PartPath path) =>
        path.IsEnd || value is null ? base.Find(value, path)
        : IndexOf(value, path) is int index ? item.Find(Items(value).ElementAt(index), path.Next)
        : null;

    public override bool TryChange(object value, PartPath path, Node node, Reading reading, out object? changed)
    {
        if (path.IsEnd)
            return base.TryChange(value, path, node, reading, out changed);
        if (IndexOf(value, path) is not int index)
            return Lacks(path, reading, [.. Items(value).Select((_, i) => $"[{i}]")], out changed);
        List<object?> items = [.. Items(value)];
        bool ok = item.TryChange(items[index]!, path.Next, node, reading, out object? element);
        items[index] = element;
        changed = ok ? Make(items) : null;
        return ok;
    }

    private static int? IndexOf(object value, PartPath path) =>
        path.Key is ['[', .. var digits, ']']
            && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int index)
            && index < Items(value).Count() ? index : null;

    public override JsonObject Schema(Definitions definitions) =>
        new() { ["type"] = "array", ["items"] = item.Schema(definitions) };

    private static IEnumerable<object> Items(object value) => ((IEnumerable)value).Cast<object>();

    private object Make(List<object?> items)
    {
        var array = Array.CreateInstance(itemType, items.Count);
        for (int i = 0; i < items.Count; i++)
            array.SetValue(items[i], i);
        return typeof(ListForm).GetMethod(nameof(Freeze), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(itemType).Invoke(null, [array])!;
    }

    private static ImmutableArray<T> Freeze<T>(T[] items) => [.. items];
}
