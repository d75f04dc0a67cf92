using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace NpuSim.Yaml.Nodes;

/// <summary>
/// YAML text → nodes. Takes one document without anchors, aliases and tags (so its size bounds the work), no deeper than
/// <see cref="MaxDepth"/>, every key a plain name given once.
/// </summary>
internal sealed class NodeParser
{
    /// <summary>Longest text accepted, in characters.</summary>
    public const int MaxCharacters = 1 << 20;

    /// <summary>Deepest nesting accepted.</summary>
    public const int MaxDepth = 32;

    private readonly Parser _events;
    private readonly Reading _reading;

    private NodeParser(string text, Reading reading)
    {
        _events = new Parser(new StringReader(text));
        _reading = reading;
    }

    /// <summary>The root, or null when the text is no such document; the cause is then among the faults.</summary>
    public static Node? Parse(string text, Reading reading)
    {
        if (text.Length > MaxCharacters)
        {
            string limit = $"at most {MaxCharacters:N0} are accepted";
            reading.Fault(Yaml.Position.Start, "", $"the file has {text.Length:N0} characters; {limit}");
            return null;
        }

        try
        {
            return new NodeParser(text, reading).Document();
        }
        catch (Refused)
        {
            return null;
        }
        catch (YamlException e)
        {
            if (Tab(text) is { } tab)
                reading.Fault(tab, "", "this line is indented with a tab; spaces are accepted");
            else
                reading.Fault(At(e.Start), "", NotYaml(e));
            return null;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or FormatException or OverflowException
            or IndexOutOfRangeException or NullReferenceException)
        {
            // The YAML parser's own slips on malformed text.
            reading.Fault(Yaml.Position.Start, "", NotYaml(e));
            return null;
        }
    }

    private Node? Document()
    {
        _events.Consume<StreamStart>();
        if (_events.Accept<StreamEnd>(out _))
        {
            _reading.Fault(Yaml.Position.Start, "", "the file is empty; accepted are keys with values, 'key: value'");
            return null;
        }

        _events.Consume<DocumentStart>();
        Node root = Value("", 0);
        _events.Consume<DocumentEnd>();
        if (_events.Accept<DocumentStart>(out DocumentStart? second))
            throw Refuse(second.Start, "", "a second document begins here; one is accepted");
        return root;
    }

    private Node Value(string path, int depth)
    {
        if (_events.Accept<AnchorAlias>(out AnchorAlias? alias))
            throw Refuse(alias.Start, path, "aliases (*name) are not accepted; write the value out");
        if (!_events.Accept<NodeEvent>(out NodeEvent? node))
            throw Refuse(_events.Current?.Start ?? Mark.Empty, path, "a value is missing here");
        if (!node.Anchor.IsEmpty)
            throw Refuse(node.Start, path, "anchors (&name) are not accepted; write the value where it is needed");
        if (!node.Tag.IsEmpty)
            throw Refuse(node.Start, path, "tags (!name) are not accepted; leave it out");
        if (depth > MaxDepth)
            throw Refuse(node.Start, "", $"nested deeper than the {MaxDepth} levels accepted");
        return node switch
        {
            Scalar => Text(),
            SequenceStart => List(path, depth),
            _ => Map(path, depth),
        };
    }

    private ScalarNode Text()
    {
        Scalar scalar = _events.Consume<Scalar>();
        return new ScalarNode(At(scalar.Start), scalar.Value, scalar.Style == ScalarStyle.Plain);
    }

    private ListNode List(string path, int depth)
    {
        Position at = At(_events.Consume<SequenceStart>().Start);
        var items = new List<Node>();
        while (!_events.TryConsume<SequenceEnd>(out _))
            items.Add(Value($"{path}[{items.Count}]", depth + 1));
        return new ListNode(at, items);
    }

    private MapNode Map(string path, int depth)
    {
        Position at = At(_events.Consume<MappingStart>().Start);
        var entries = new Dictionary<string, Entry>(StringComparer.Ordinal);
        while (!_events.TryConsume<MappingEnd>(out _))
        {
            Node name = Value(path, depth + 1);
            if (name is not ScalarNode { Text: var key })
                throw Refuse(name.At, path, $"a key is {name.Noun}; a name is accepted");
            Node value = Value(Reading.Join(path, key), depth + 1);
            if (!entries.TryAdd(key, new Entry(key, name.At, value)))
            {
                string first = $"it stands at {entries[key].At} already; once is accepted";
                _reading.Fault(name.At, Reading.Join(path, key), $"the key is given twice; {first}");
            }
        }

        return new MapNode(at, [.. entries.Values]);
    }

    /// <summary>The first tab that indents a line.</summary>
    private static Position? Tab(string text)
    {
        string[] lines = text.Split('\n');
        int line = Array.FindIndex(lines, l => l.TrimStart(' ').StartsWith('\t') && !string.IsNullOrWhiteSpace(l));
        return line < 0 ? null : new Position(line + 1, lines[line].IndexOf('\t', StringComparison.Ordinal) + 1);
    }

    private static string NotYaml(Exception e) =>
        $"this is not YAML: {Reading.Quote(e.Message.TrimEnd('.'), 120)[1..^1]}; accepted are keys with values, 'key: value'";

    private static Position At(Mark mark) => new((int)Math.Max(1, mark.Line), (int)Math.Max(1, mark.Column));

    private Refused Refuse(Mark at, string path, string text) => Refuse(At(at), path, text);

    private Refused Refuse(Position at, string path, string text)
    {
        _reading.Fault(at, path, text);
        return new Refused();
    }

    /// <summary>Leaves the parser once a fault is recorded that makes the rest meaningless.</summary>
    private sealed class Refused : Exception;
}
