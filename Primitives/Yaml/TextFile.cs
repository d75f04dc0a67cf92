using System.Text;
using NpuSim.Files;

namespace NpuSim.Yaml;

/// <summary>Reads small text files that a user names.</summary>
public static class TextFile
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The text of a UTF-8 file.</summary>
    /// <param name="path">As the user gave it.</param>
    /// <param name="maxBytes">Greatest size accepted.</param>
    /// <exception cref="InputException">There is no such file, or it cannot be read, is too long or is not UTF-8.</exception>
    public static string Read(string path, int maxBytes)
    {
        try
        {
            using FileStream file = OrdinaryFile.OpenRead(path);
            byte[] bytes = new byte[maxBytes + 1];
            int length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (length > maxBytes)
                throw new InputException($"{path}: the file is longer than the {maxBytes:N0} bytes accepted");
            return Strict.GetString(bytes, 0, length);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputException($"{path}: there is no such file", e);
        }
        catch (DecoderFallbackException e)
        {
            throw new InputException($"{path}: the file is not UTF-8 text", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new InputException($"{path}: the file cannot be read ({e.Message.TrimEnd('.')})", e);
        }
    }
}
