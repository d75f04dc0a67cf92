using NpuSim.Accelerators.Numerics;
using NpuSim.Random;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Studies.Federated;

namespace NpuSim.Simulator.Studies.Leakage;

/// <summary>Makes a client's message of a batch, and decodes it as the server does.</summary>
/// <param name="network">The network; messages are of its batch.</param>
/// <param name="learningRate">η of the local steps of fedavg.</param>
/// <param name="epsilon">ε of probes along directions.</param>
/// <param name="seed">Of directions, noise and controls.</param>
internal sealed class MessageMaker(AttackedNetwork network, double learningRate, double epsilon, ulong seed)
{
    /// <summary>The message.</summary>
    /// <param name="message">Which.</param>
    /// <param name="defence">What is done to it.</param>
    /// <param name="images">[batch, pixels].</param>
    /// <param name="targets">[batch, classes].</param>
    /// <param name="batch">Which batch, by which noise is drawn.</param>
    public ClientMessage Of(LeakageMessage message, LeakageDefence defence, double[] images, double[] targets, int batch) =>
        message.IsAlongDirections ? Measured(message, defence, images, targets, batch)
            : Sent(message.Kind switch
            {
                MessageKind.Gradient => Gradient(images, targets),
                MessageKind.Fedavg => Walked(message.Count, images, targets),
                _ => Control(images, targets, batch),
            }, defence, batch);

    private double[] Gradient(double[] images, double[] targets, ReadOnlySpan<double> shift = default)
    {
        double[] gradient = new double[network.Count];
        network.Gradient(images, targets, gradient, shift);
        return gradient;
    }

    // (w₀ − w) / (η · steps), which the server takes for a gradient.
    private double[] Walked(int steps, double[] images, double[] targets)
    {
        double[] change = new double[network.Count];
        for (int step = 0; step < steps; step++)
            Vectors.Add(change, -learningRate, Gradient(images, targets, change));
        return Array.ConvertAll(change, c => -c / (learningRate * steps));
    }

    private double[] Control(double[] images, double[] targets, int batch)
    {
        double[] gradient = Gradient(images, targets), random = Vectors.Normal(network.Count, Stream("control", batch));
        int first = 0;
        foreach (TrainedTensor tensor in network.Tensors)
        {
            Span<double> own = random.AsSpan(first, tensor.Count);
            double factor = Vectors.Norm(gradient.AsSpan(first, tensor.Count)) / Vectors.Norm(own);
            foreach (ref double value in own)
                value *= factor;
            first += tensor.Count;
        }

        return random;
    }

    private ClientMessage Sent(double[] gradient, LeakageDefence defence, int batch)
    {
        if (defence.Kind == DefenceKind.Clip && Vectors.Norm(gradient) is var norm && norm > defence.Strength)
            gradient = Array.ConvertAll(gradient, g => g * (defence.Strength / norm));
        Noise(gradient, defence, batch);
        float[] numbers = Array.ConvertAll(gradient, g => (float)g);
        NumberFormat format = defence.Kind switch
        {
            DefenceKind.Fp16 => NumberFormat.Fp16,
            DefenceKind.Bf16 => NumberFormat.Bf16,
            _ => NumberFormat.Fp32,
        };
        FloatRounding.Round(format, numbers);
        int bytes = format.Bits() / 8 * numbers.Length;
        if (defence.Compression is { } how)
        {
            ChangeCode code = new(network.Tensors, how, momentum: 0, warmUp: 0);
            byte[] message = code.Encode([.. numbers], new float[code.KeptCount], round: 0);
            code.Decode(message, numbers, round: 0);
            bytes = message.Length;
        }

        return new(bytes, Array.ConvertAll(numbers, g => (double)g), [], []);
    }

    private ClientMessage Measured(LeakageMessage message, LeakageDefence defence, double[] images, double[] targets, int batch)
    {
        double[][] directions = [.. Enumerable.Range(0, message.Count).Select(i =>
            Vectors.Normal(network.Count, Stream("direction", i)))];
        double[] slopes = Array.ConvertAll(directions, z => (Loss(epsilon, z) - Loss(-epsilon, z)) / (2 * epsilon));
        FactorForm form = message.Kind switch
        {
            MessageKind.Vote => FactorForm.Sign,
            MessageKind.Feedsign => FactorForm.Bit,
            _ => FactorForm.Scalar,
        };
        if (message.IsOfSigns)
            slopes = Array.ConvertAll(slopes, s => (double)Math.Sign(s));
        Noise(slopes, defence, batch);
        byte[] sent = FactorCode.Encode(Array.ConvertAll(slopes, s => (float)s), form);
        float[] read = new float[slopes.Length];
        FactorCode.Decode(sent, form, read);
        double[] measured = Array.ConvertAll(read, r => (double)r), estimate = new double[network.Count];
        foreach ((double[] z, double factor) in directions.Zip(measured))
            Vectors.Add(estimate, factor / directions.Length, z);
        return new(sent.Length, estimate, directions, measured);

        double Loss(double factor, double[] z) => network.Gradient(images, targets, [], Array.ConvertAll(z, e => factor * e));
    }

    private void Noise(double[] values, LeakageDefence defence, int batch)
    {
        RandomStream random = Stream("noise", batch);
        double deviation = Math.Sqrt(defence.Strength);
        double flips = 1 / (1 + Elementary.Exp(defence.Strength));
        foreach (ref double value in values.AsSpan())
            value = defence.Kind switch
            {
                DefenceKind.Gaussian => value + (deviation * random.NextNormal()),
                DefenceKind.Laplace => value + (deviation / Math.Sqrt(2) * Laplace(random)),
                DefenceKind.Response => random.NextDouble() < flips ? -value : value,
                _ => value,
            };
    }

    // Of scale 1, variance 2.
    private static double Laplace(RandomStream random)
    {
        double magnitude = -Elementary.Log(1 - random.NextDouble());
        return random.NextDouble() < 0.5 ? -magnitude : magnitude;
    }

    private RandomStream Stream(string what, int index) => new(seed, FormattableString.Invariant($"leakage {what} {index}"));
}
