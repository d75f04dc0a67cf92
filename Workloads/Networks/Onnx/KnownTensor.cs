using NpuSim.Workloads.Formats;

namespace NpuSim.Workloads.Networks.Onnx;

/// <summary>A tensor whose numbers are in the file, and the type that the file gives them.</summary>
/// <param name="Array">Its numbers; those of types narrower than a byte one to a byte.</param>
/// <param name="Type">ONNX's type.</param>
internal sealed record KnownTensor(NumberArray Array, TensorType Type);
