using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace NpuSim.Onnx.Tests;

/// <summary>What ONNX Runtime computes on the processor, its graph optimisations off.</summary>
internal static class OnnxRuntimeOracle
{
    /// <summary>The output of a model of one FLOAT input; null where ONNX Runtime refuses the model.</summary>
    /// <param name="model">The file.</param>
    /// <param name="shape">Of the input, as the file has it.</param>
    /// <param name="input">Its numbers.</param>
    /// <param name="fault">What ONNX Runtime says where it refuses.</param>
    public static float[]? Run(byte[] model, int[] shape, float[] input, out string fault)
    {
        fault = "";
        try
        {
            using SessionOptions options = new()
            {
                GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL,
                IntraOpNumThreads = 1,
                LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL
            };
            using InferenceSession session = new(model, options);
            string name = session.InputNames[0];
            using var results = session.Run([NamedOnnxValue.CreateFromTensor(name, new DenseTensor<float>(input, shape))]);
            return Floats(results[0].Value);
        }
        catch (OnnxRuntimeException refusal)
        {
            fault = refusal.Message;
            return null;
        }
    }

    /// <summary>An output of a model of several inputs of INT64.</summary>
    /// <param name="model">The file.</param>
    /// <param name="output">Name of the output.</param>
    /// <param name="shape">Of each input.</param>
    /// <param name="inputs">Their numbers by name.</param>
    public static float[] Run(byte[] model, string output, int[] shape, IReadOnlyDictionary<string, long[]> inputs)
    {
        using SessionOptions options = new()
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL,
            IntraOpNumThreads = 1
        };
        using InferenceSession session = new(model, options);
        using var results = session.Run(
            [.. inputs.Select(i => NamedOnnxValue.CreateFromTensor(i.Key, new DenseTensor<long>(i.Value, shape)))], [output]);
        return Floats(results[0].Value);
    }

    private static float[] Floats(object value) => value switch
    {
        Tensor<float> real => [.. real],
        Tensor<byte> bytes => [.. bytes.Select(b => (float)b)],
        Tensor<sbyte> bytes => [.. bytes.Select(b => (float)b)],
        Tensor<bool> truths => [.. truths.Select(t => t ? 1f : 0)],
        Tensor<int> whole => [.. whole.Select(i => (float)i)],
        Tensor<long> longs => [.. longs.Select(l => (float)l)],
        object other => throw new InvalidOperationException($"an output of {other.GetType()}"),
    };
}
