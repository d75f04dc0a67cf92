using System.Text.Json;

namespace NpuSim.Primitives.Tests;

public sealed class VisibleTextTests
{
    [TestCase("plain – 16×16 µJ 漢字", "plain – 16×16 µJ 漢字")]
    [TestCase("a\u001b[31mb", "a\\u001B[31mb")]
    [TestCase("a\u202Eb\u2066c\u200Fd", "a\\u202Eb\\u2066c\\u200Fd")]
    [TestCase("a\nb\rc\u0085d\u2028e", "a\\u000Ab\\u000Dc\\u0085d\\u2028e")]
    [TestCase("\uD83D\uDE00", "\uD83D\uDE00")]
    [TestCase("\uDB40\uDC41", "\\U000E0041")]
    public void A_line_shows_what_would_command_a_terminal_or_turn_the_text(string text, string expected) =>
        Assert.That(VisibleText.Line(text), Is.EqualTo(expected));

    private static readonly JsonSerializerOptions Shown = new() { Encoder = VisibleText.Json };

    [Test]
    public void Half_a_pair_of_surrogates_is_shown() => // not a test case: the text of attributes must be whole
        Assert.That(VisibleText.Line(new string(['\uD83D', 'x', '\uDE00'])), Is.EqualTo("\\uD83Dx\\uDE00"));

    [Test]
    public void Lines_keep_their_breaks_and_tabs() =>
        Assert.That(VisibleText.Lines("a\r\nb\n\tc\u0007\rd"), Is.EqualTo("a\nb\n\tc\\u0007\\u000Dd"));

    [Test]
    public void Json_shows_them_and_reads_back_the_same()
    {
        const string Text = "a\u202Eb\u001bc µ 漢 \u200B\uFEFF";
        string json = JsonSerializer.Serialize(Text, Shown);
        Assert.That(json.Any(c => VisibleText.IsHidden(c)), Is.False);
        Assert.That(json, Does.Contain("µ 漢"));
        Assert.That(JsonSerializer.Deserialize<string>(json), Is.EqualTo(Text));
    }

    [Test]
    public void A_writer_shows_them_whichever_way_text_comes()
    {
        using StringWriter inner = new();
        VisibleWriter writer = new(inner);
        writer.Write('\u202E');
        writer.Write("b\u0007");
        writer.Write(['c', '\u001b'], 0, 2);
        writer.WriteLine("d\u200E");
        writer.WriteLine(3);
        writer.WriteLine();
        Assert.That(inner.ToString(), Is.EqualTo("\\u202Eb\\u0007c\\u001Bd\\u200E\n3\n\n"));
    }
}
