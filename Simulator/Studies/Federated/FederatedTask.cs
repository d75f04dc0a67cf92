using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Methods;
using NpuSim.Workloads.Data;

namespace NpuSim.Simulator.Studies.Federated;

/// <summary>All that a protocol needs to run the rounds of one training.</summary>
/// <param name="Asked">The study.</param>
/// <param name="Protocol">The protocol.</param>
/// <param name="Method">What clients train by.</param>
/// <param name="Settings">Step sizes; the learning rate falls over the rounds.</param>
/// <param name="Fleet">The devices.</param>
/// <param name="Samples">Indices of the samples of each client.</param>
/// <param name="Seed">Seed of the run.</param>
/// <param name="Compression">What becomes of a client's change before it is sent.</param>
/// <param name="Threads">Clients at the same time; no result depends on it.</param>
internal sealed record FederatedTask(
    Federation Asked, Protocol Protocol, Method Method, TrainingSettings Settings, Fleet Fleet, ImmutableArray<int[]> Samples,
    ulong Seed, MessageCompression Compression, int Threads)
{
    private const int BlockSize = 64; // results held at the same time

    /// <summary>What devices did.</summary>
    public Tally Tally { get; } = new(Fleet);

    /// <summary>Seed of a client's order of samples, and of its directions where it walks alone; the first has the
    /// run's.</summary>
    public ulong SeedOf(int client) => Seed + ((ulong)client << 32);

    /// <summary>The step of a round, for a given seed.</summary>
    public StepContext Step(ulong seed, int round, int step) =>
        new(seed, (uint)step, Settings.RateAt(round), (double)round / Settings.Steps, TailRate: Settings.TailRateAt(round));

    /// <summary>The samples of a client's batches, by step.</summary>
    public Func<int, int[]> BatchesOf(int client)
    {
        int[] own = Samples[client];
        Batches batches = new(SeedOf(client), Asked.BatchOf(Protocol), own.Length);
        return step => Array.ConvertAll(batches.Indices(step), i => own[i]);
    }

    /// <summary>Does the work of clients, several at the same time, and takes their results in their order.</summary>
    /// <param name="clients">The clients.</param>
    /// <param name="work">What one does; any thread may run it.</param>
    /// <param name="take">Takes a result; one at a time.</param>
    public void Each<T>(ImmutableArray<Participant> clients, Func<Participant, T> work, Action<Participant, T> take)
    {
        (T Value, ExceptionDispatchInfo? Fault)[] results = new (T, ExceptionDispatchInfo?)[Math.Min(BlockSize, clients.Length)];
        for (int first = 0; first < clients.Length; first += BlockSize)
        {
            int count = Math.Min(BlockSize, clients.Length - first), from = first;
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = Threads },
                i => results[i] = Attempt(clients[from + i]));
            for (int i = 0; i < count; i++)
            {
                results[i].Fault?.Throw();
                take(clients[first + i], results[i].Value);
            }
        }

        // Of several faults that of the first client counts.
        (T Value, ExceptionDispatchInfo? Fault) Attempt(Participant client)
        {
            try
            {
                return (work(client), null);
            }
            catch (DivergedException fault)
            {
                return (default!, ExceptionDispatchInfo.Capture(fault));
            }
        }
    }
}
