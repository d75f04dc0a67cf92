namespace NpuSim.Workloads.Networks.Onnx;

/// <summary>
/// A node joins the first axis of a file, the batch, with others. Where the file states the size of that axis it is read again as
/// one sample, what the file calls a batch being part of it.
/// </summary>
internal sealed class MixedBatch(string message) : InputException(message);
