using System.Text.Json;
using NpuSim.Files;
using NpuSim.Reports.JsonForms;
using NpuSim.Reports.Text;
using NpuSim.Simulator.Studies;

namespace NpuSim.Reports.Json;

/// <summary>
/// The file <c>results.json</c>; docs/results.schema.json is its schema. Every number that is not a plain count carries its unit
/// at the end of its key (…Bytes, …Cycles, …Joules, …Hertz, …Seconds, …Fraction); null stands for a number that is not finite and
/// for what a run does not have. Keys have a fixed order, lines end with \n, and "host" – the only part that differs between two
/// identical studies – comes last.
/// </summary>
public static class ResultsJson
{
    /// <summary>The version of the layout that this program writes, and the only one it reads.</summary>
    public const int SchemaVersion = 1;

    /// <summary>What the file is called in the folder of a study.</summary>
    public const string FileName = "results.json";

    /// <summary>Largest file that is read, in bytes.</summary>
    public const long LargestBytes = 1L << 28;

    // Of the document, its index and what is made of it; a number takes two bytes there.
    private const int MemoryPerByte = 12;

    /// <summary>Writes the study in UTF-8 without a byte-order mark.</summary>
    public static void Write(StudyResult study, Stream output)
    {
        using (Utf8JsonWriter json = new(output, JsonText.Layout))
            StudyJson.Write(json, study);
        output.Write("\n"u8);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="input">A results.json file.</param>
    /// <param name="name">What messages call it, as its path.</param>
    /// <exception cref="InputException">
    /// It is no such file, is damaged, or is of another version; the message says where.
    /// </exception>
    public static StudyResult Read(Stream input, string name = "results.json")
    {
        try
        {
            return InputBudget.Within(() => Whole(input, name));
        }
        catch (JsonException error)
        {
            throw new InputException(
                $"{name}:{error.LineNumber + 1}:{error.BytePositionInLine + 1}: not a whole JSON document; results.json of a "
                    + "study is accepted.", error);
        }
    }

    private static StudyResult Whole(Stream input, string name)
    {
        MemoryStream content = Bounded(input, name);
        JsonText.RequireNames(content.GetBuffer().AsSpan(0, (int)content.Length), name);
        using JsonDocument document = JsonDocument.Parse(content, JsonText.Strict);
        JsonField root = new(document.RootElement, "$", name);
        int version = root["schemaVersion"].Int32();
        if (version != SchemaVersion)
        {
            string writer = version > SchemaVersion ? "a newer version of npusim wrote it" : "no version of npusim wrote it";
            throw new InputException($"{name}: schemaVersion is {version}, this program reads {SchemaVersion}; {writer}.");
        }

        return StudyJson.Read(root);
    }

    /// <summary>Reads a study that is on disk.</summary>
    /// <param name="path">A results.json file, of any name, or a folder that holds one.</param>
    /// <exception cref="InputException">There is no such file or folder, or as <see cref="Read"/>.</exception>
    public static StudyResult ReadFile(string path)
    {
        if (path.Length == 0 || path.Contains('\0'))
            throw new InputException($"'{PlainText.Line(path)}': {FileName} of a study or the folder that holds it is accepted.");
        string file = Directory.Exists(path) ? Publication.Current(path, FileName) : path;
        try
        {
            using FileStream input = OrdinaryFile.OpenRead(file);
            return Read(input, file);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputException(
                $"{file}: no such file; {FileName} of a study or the folder that holds it is accepted.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{file}: cannot be read: {error.Message.ReplaceLineEndings(" ")}", error);
        }
    }

    private static MemoryStream Bounded(Stream input, string name)
    {
        MemoryStream content = new();
        byte[] block = new byte[1 << 16];
        for (int read; (read = input.Read(block)) > 0;)
        {
            content.Write(block, 0, read);
            if (content.Length > LargestBytes)
                throw new InputException(
                    $"{name}: larger than {Quantity.Bytes(LargestBytes)}; results.json of a study is accepted.");
            InputBudget.Take(read, MemoryPerByte, name);
        }

        content.Position = 0;
        return content;
    }
}
