using System.Collections.Immutable;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Profiles;

/// <summary>One accelerator as data: everything that decides its integers, its cycles and its energy.</summary>
/// <param name="Name">Unique among the profiles in use: letters, digits and hyphens.</param>
/// <param name="Description">One line for a list.</param>
/// <param name="ClockHz">Clock of engine and vector unit.</param>
/// <param name="Engine">What multiplies matrices.</param>
/// <param name="Vector">What does everything else in integers.</param>
/// <param name="Numerics">Arithmetic to the bit.</param>
/// <param name="Formats">Operand pairs the engine multiplies natively, best first.</param>
/// <param name="Memory">Memories and the paths between them.</param>
/// <param name="Host">A core with float arithmetic beside the accelerator; null: float operations cannot run.</param>
/// <param name="Energy">Energy per operation.</param>
/// <param name="Sources">Where each number comes from: path of a key (or a prefix of it) → citation, or "assumed".</param>
public sealed record HardwareProfile(
    string Name,
    string Description,
    double ClockHz,
    Engine Engine,
    VectorUnit Vector,
    NumericPolicy Numerics,
    ImmutableArray<OperandPair> Formats,
    MemorySystem Memory,
    HostCore? Host,
    EnergyModel Energy,
    ImmutableSortedDictionary<string, string> Sources)
{
    /// <summary>The pair of formats, or null when the engine cannot multiply them.</summary>
    public OperandPair? Pair(NumberFormat weights, NumberFormat activations) =>
        Formats.FirstOrDefault(p => p.Weights == weights && p.Activations == activations);
}

/// <summary>Formats that the engine multiplies natively.</summary>
/// <param name="Weights">Format of the stationary or weight operand.</param>
/// <param name="Activations">Format of the streamed operand.</param>
/// <param name="Rate">MACs per cycle as a share of the engine's peak, 0 &lt; rate ≤ 1 (16×8 on an 8×8 array: 0.5).</param>
public sealed record OperandPair(NumberFormat Weights, NumberFormat Activations, double Rate = 1);

/// <summary>What multiplies matrices. Each kind has its cycle model in <c>Dataflows</c>.</summary>
public abstract record Engine
{
    private protected Engine() { }
}

/// <summary>Which operand stays in a systolic array.</summary>
public enum Dataflow
{
    /// <summary>A tile of the weights stays.</summary>
    WeightStationary,

    /// <summary>A tile of the inputs stays.</summary>
    InputStationary,

    /// <summary>A tile of the outputs stays.</summary>
    OutputStationary,
}

/// <summary>A grid of MACs that pass operands to their neighbours.</summary>
/// <param name="Rows">At least 1.</param>
/// <param name="Columns">At least 1.</param>
/// <param name="Dataflow">Which operand stays.</param>
/// <param name="Pipelined">True: preload and drain of neighbouring folds overlap with streaming. False: folds run one after another (SCALE-Sim).</param>
public sealed record SystolicArray(int Rows, int Columns, Dataflow Dataflow, bool Pipelined = true) : Engine;

/// <summary>A block-based MAC array with adder trees (Ethos-U): each cycle it takes a depth of inputs for a block of outputs.</summary>
/// <param name="MacsPerCycle">Peak for 8×8 bits.</param>
/// <param name="BlockWidth">Output columns worked on in one cycle.</param>
/// <param name="BlockHeight">Output rows worked on in one cycle.</param>
/// <param name="BlockDepth">Output channels worked on in one cycle.</param>
/// <param name="InputDepth">Input channels reduced in one cycle.</param>
public sealed record MacArray(int MacsPerCycle, int BlockWidth, int BlockHeight, int BlockDepth, int InputDepth) : Engine;

/// <summary>A vector DSP whose lanes multiply and accumulate.</summary>
/// <param name="Lanes">Accumulator lanes per instruction.</param>
/// <param name="MacsPerLane">8×8-bit MACs per lane and instruction (HVX vrmpy: 4).</param>
/// <param name="IssueWidth">Multiply instructions per cycle.</param>
/// <param name="LoopOverheadCycles">Cycles per inner loop that are not multiplies.</param>
public sealed record VectorDsp(int Lanes, int MacsPerLane, int IssueWidth, double LoopOverheadCycles) : Engine;

/// <summary>A microcontroller core running a named kernel library: cycles per 8×8-bit MAC by kernel class, all else included.</summary>
/// <param name="Software">The kernel library and version the figures were measured with; published figures differ by 2.4× with it.</param>
/// <param name="ConvolutionCyclesPerMac">Spatial convolutions.</param>
/// <param name="DepthwiseCyclesPerMac">Depthwise convolutions.</param>
/// <param name="PointwiseCyclesPerMac">1×1 convolutions.</param>
/// <param name="FullyConnectedCyclesPerMac">Fully connected layers and matrix products.</param>
public sealed record Microcontroller(
    string Software,
    double ConvolutionCyclesPerMac,
    double DepthwiseCyclesPerMac,
    double PointwiseCyclesPerMac,
    double FullyConnectedCyclesPerMac) : Engine;

/// <summary>
/// The unit for all that is not a matrix product: throughputs in 8-bit elements per cycle. 16-bit elements take twice, 32-bit
/// elements four times as long. Nothing here is free, so none may be 0.
/// </summary>
/// <param name="Move">Copies, transposes, im2col.</param>
/// <param name="Elementwise">Add, multiply, relu, requantise, bias alignment.</param>
/// <param name="Table">Look-ups: GELU and other unary functions.</param>
/// <param name="Softmax">Softmax, per element over all its passes.</param>
/// <param name="Normalize">Layer and batch normalisation, per element over all passes.</param>
/// <param name="Pool">Pooling, per input element read.</param>
/// <param name="Reduce">Sums along an axis, per input element.</param>
/// <param name="Random">Random numbers: draws of the perturbation z.</param>
/// <param name="Perturb">w± from w and z, per weight, without drawing z.</param>
/// <param name="Update">Weight update, per weight, without drawing z.</param>
/// <param name="Loss">Cross-entropy, per logit.</param>
public sealed record VectorUnit(
    double Move,
    double Elementwise,
    double Table,
    double Softmax,
    double Normalize,
    double Pool,
    double Reduce,
    double Random,
    double Perturb,
    double Update,
    double Loss);

/// <summary>One memory.</summary>
/// <param name="SizeBytes">Capacity.</param>
/// <param name="BytesPerSecond">Bandwidth of reads and writes together.</param>
/// <param name="ReadPicojoulesPerByte">Energy of a read.</param>
/// <param name="WritePicojoulesPerByte">Energy of a write.</param>
/// <param name="LatencyCycles">Engine cycles before the first byte of a burst.</param>
/// <param name="BurstBytes">Bytes of one burst; a shorter transfer costs a whole one.</param>
public sealed record Memory(
    long SizeBytes,
    double BytesPerSecond,
    double ReadPicojoulesPerByte,
    double WritePicojoulesPerByte,
    int LatencyCycles = 0,
    int BurstBytes = 1);

/// <summary>The memories of an accelerator and what they hold.</summary>
/// <param name="Scratchpad">On-chip memory for activations and everything live within a step.</param>
/// <param name="Accumulators">Separate buffer for partial sums; null: they stay in the engine.</param>
/// <param name="Weights">Read-only memory (flash, NVM) for frozen weights; null: they lie where trained weights lie.</param>
/// <param name="Dram">Off-chip memory for what the scratchpad cannot hold; null: what does not fit does not run.</param>
/// <param name="DoubleBuffered">True: transfers of the next tile overlap with computing this one.</param>
/// <param name="AlignmentBytes">Alignment of every buffer in the scratchpad; a power of two.</param>
public sealed record MemorySystem(
    Memory Scratchpad,
    Memory? Accumulators,
    Memory? Weights,
    Memory? Dram,
    bool DoubleBuffered = true,
    int AlignmentBytes = 16);

/// <summary>A core with float arithmetic beside the accelerator: where BP in fp16 or fp32 runs.</summary>
/// <param name="Name">Name of the core.</param>
/// <param name="ClockHz">Its clock.</param>
/// <param name="Fp32CyclesPerMac">Cycles of one fp32 multiply-accumulate in a matrix product, loads included.</param>
/// <param name="Fp16CyclesPerMac">The same in fp16.</param>
/// <param name="CyclesPerElement">Cycles of one element-wise float operation, loads included.</param>
/// <param name="TransferBytesPerSecond">Bandwidth between accelerator memory and host.</param>
/// <param name="PicojoulesPerCycle">Energy of one core cycle.</param>
public sealed record HostCore(
    string Name,
    double ClockHz,
    double Fp32CyclesPerMac,
    double Fp16CyclesPerMac,
    double CyclesPerElement,
    double TransferBytesPerSecond,
    double PicojoulesPerCycle);

/// <summary>Energy of the accelerator's own operations. Memories and host carry theirs.</summary>
/// <param name="Int8MacPicojoules">One 8×8-bit MAC.</param>
/// <param name="Int16x8MacPicojoules">One 16×8-bit MAC.</param>
/// <param name="Int16MacPicojoules">One 16×16-bit MAC.</param>
/// <param name="VectorPicojoulesPerElement">One 8-bit element through the vector unit.</param>
/// <param name="LeakageWatts">Leakage and idle power of the whole accelerator.</param>
public sealed record EnergyModel(
    double Int8MacPicojoules,
    double Int16x8MacPicojoules,
    double Int16MacPicojoules,
    double VectorPicojoulesPerElement,
    double LeakageWatts);
