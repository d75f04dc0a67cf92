using System.Collections.Immutable;
using NpuSim.Workloads.Formats;
using NpuSim.Workloads.Models;
using NpuSim.Workloads.Networks.Onnx;
using NpuSim.Workloads.Networks.Tflite;

namespace NpuSim.Workloads.Networks;

/// <summary>A trained network read from a file.</summary>
/// <param name="Model">
/// The network for any batch size; beside the outputs of every model, "output" is what the file calls its output. The parameters
/// of the classifier are "head.weight" and "head.bias" (see <see cref="Completion"/>).
/// </param>
/// <param name="Numbers">See <see cref="Weights"/>.</param>
/// <param name="Quantization">How the file quantises it to 8 bits; null for a network in floating point.</param>
public sealed record ImportedNetwork(Model Model, Lazy<Weights> Numbers, Quantization? Quantization)
{
    /// <summary>
    /// Its weights in floating point, read when they are first asked for: a plan needs none. Integers of a quantised network are
    /// multiplied by their steps.
    /// </summary>
    public Weights Weights => Numbers.Value;

    /// <summary>The network with a new classifier, in floating point.</summary>
    /// <exception cref="InputException">It has no value of the name that the head reads.</exception>
    public ImportedNetwork With(NetworkHead head)
    {
        ArgumentNullException.ThrowIfNull(head);
        return HeadReplacement.Of(this, head);
    }

    /// <summary>Why a file with quantised numbers is a network in floating point; null for others.</summary>
    public string? Remark { get; init; }

    /// <summary>True where the network takes one sample at a time: its file joins the first axis with others. Other batches are
    /// refused.</summary>
    public bool TakesOneSample { get; init; }

    /// <summary>True for names that are network files rather than models of the catalog.</summary>
    public static bool IsFile(string name) =>
        Path.GetExtension(name) is ".json" or ".onnx" or ".tflite" || name.AsSpan().ContainsAny('/', '\\');

    /// <summary>The files that hold the network of that name: a topology has its constants beside it.</summary>
    public static ImmutableArray<string> Files(string path) =>
        Path.GetExtension(path) == ".json" ? [path, Path.ChangeExtension(path, ".npz")] : [path];

    /// <summary>Reads a network: ".tflite" as TFLite has it, ".json" as a topology beside its ".npz" of constants, ".onnx" an
    /// ONNX model.</summary>
    /// <param name="path">The file.</param>
    /// <param name="ports">Which inputs and which output; null: the one that the file has of each.</param>
    /// <exception cref="InputException">The file is missing, damaged, or holds operations that are not supported; they are named.
    /// Or it has several inputs or outputs, none of which is chosen.</exception>
    public static ImportedNetwork Read(string path, FilePorts? ports = null) => Path.GetExtension(path) switch
    {
        ".tflite" => TfliteFile.Read(path, ports ?? FilePorts.Unchosen),
        ".json" => TopologyFile.Read(path, ports ?? FilePorts.Unchosen),
        ".onnx" => OnnxFile.Read(path, ports ?? FilePorts.Unchosen),
        _ => throw new InputException(
            $"{InputFile.OneLine(path)}: no network file; accepted are .tflite, .onnx and .json (with .npz beside it)."),
    };
}
