using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;
using NpuSim.Workloads.Schemes;
using NpuSim.Workloads.Tasks;
using NpuSim.Yaml;

namespace NpuSim.Simulator.Studies.Federated;

/// <summary>Runs a federated study: every protocol with every method on every partition with every seed, one training after the
/// other, the clients of each side by side.</summary>
public sealed class FederatedStudy
{
    private readonly Federation asked;
    private readonly Workload workload;
    private readonly TuningScheme scheme;
    private readonly ImmutableArray<HardwareProfile> profiles;
    private readonly Func<Workload, TrainingBench> open;
    private readonly int threads;
    private readonly ImmutableDictionary<string, MessageCompression> compressions;
    private readonly Dictionary<int, TrainingBench> benches = []; // by batch
    private readonly Dictionary<(Protocol, string), Fleet> fleets = [];
    private readonly Dictionary<(Protocol, string, string), (ImmutableArray<DevicePrice> Prices, string? Refusal)> prices = [];

    /// <summary>Sets up a study.</summary>
    /// <param name="asked">What is asked.</param>
    /// <param name="open">Opens a workload, with the weights that the study starts from.</param>
    /// <param name="threads">Clients at the same time; no result depends on it.</param>
    /// <exception cref="InputException">The study names what there is not, or what does not go together.</exception>
    public FederatedStudy(Federation asked, Func<Workload, TrainingBench> open, int threads)
    {
        ArgumentNullException.ThrowIfNull(asked);
        (this.asked, this.open, this.threads) = (asked = asked.WithLists(), open, threads);
        if (YamlRecord.Problems(asked) is [var problem, ..])
            throw new InputException($"{problem}.");
        Workload named = WorkloadMethods.Load(asked.Workload);
        if (named.Adapt.FewShot is not null)
            throw new InputException(
                $"workload {named.Name}: few-shot episodes are many trainings; accepted is a workload without few-shot.");
        workload = named with
        {
            Adapt = named.Adapt with { TrainSamples = asked.Clients * asked.Samples, Steps = asked.Rounds },
        };
        scheme = TuningScheme.Parse(asked.Scheme);
        profiles = [.. asked.Profiles.Select(ShippedProfiles.Find)];
        Methods = asked.Methods.ToImmutableDictionary(m => m, m => workload.Configure(Method.Parse(m)));
        compressions = asked.Compressions.ToImmutableDictionary(c => c, MessageCompression.Parse);
        Cases =
        [
            .. from protocol in asked.Protocols
               from method in asked.Methods
               from partition in asked.Partitions
               from compression in asked.Compressions
               from seed in Enumerable.Range(1, asked.Seeds)
               select new FederatedCase(protocol, method, partition, compression, (ulong)seed),
        ];
    }

    /// <summary>What was asked, with what is meant where nothing is given.</summary>
    public Federation Asked => asked;

    /// <summary>Every training, in the order of the results.</summary>
    public ImmutableArray<FederatedCase> Cases { get; }

    private ImmutableDictionary<string, Method> Methods { get; }

    /// <summary>Client rounds of all trainings that are not known yet.</summary>
    /// <param name="store">What is known.</param>
    public long Missing(FederatedStore store) => Cases.Count(c =>
        Priced(c).Refusal is null && store.Find(IdentityOf(c)) is null) * (long)asked.Rounds * asked.Asked;

    /// <summary>Runs the trainings that are not known yet.</summary>
    /// <param name="store">What is known, and keeps what is found.</param>
    /// <param name="claim">Claims a training before it runs, by a name; null from it: another process has it. Null: nobody else
    /// is
    /// there.</param>
    /// <param name="first">Share of the list, 0..1, at which to begin.</param>
    /// <param name="progress">Called with client rounds that are done.</param>
    /// <param name="cancellation">Ends the study: the state of the training under way is kept.</param>
    /// <exception cref="OperationCanceledException">The study was cancelled.</exception>
    /// <exception cref="InputException">Nothing of the study runs; the message is that of the first case.</exception>
    public void Run(
        FederatedStore store, Func<string, IDisposable?>? claim, double first, Action<int>? progress,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(store);
        if (Cases.All(c => Priced(c).Refusal is not null))
            throw new InputException($"nothing of the study runs: {Cases[0].Method} by {YamlWords.Of(Cases[0].Protocol)}: "
                + $"{Priced(Cases[0]).Refusal}");
        int begin = (int)(first * Cases.Length);
        foreach (FederatedCase one in Cases[begin..].Concat(Cases[..begin]))
        {
            if (Priced(one).Refusal is not null || store.Find(IdentityOf(one)) is not null)
                continue;
            using IDisposable? mine = claim?.Invoke(RunIdentity.Hash(IdentityOf(one)));
            if (claim is not null && (mine is null || store.Find(IdentityOf(one)) is not null))
                continue;
            Train(one, store, progress, cancellation);
        }
    }

    /// <summary>What is known of every training; of those that are not, nothing.</summary>
    public ImmutableArray<FederatedResult> Results(FederatedStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        var results = ImmutableArray.CreateBuilder<FederatedResult>();
        foreach (FederatedCase one in Cases)
        {
            (ImmutableArray<DevicePrice> prices, string? refusal) = Priced(one);
            FederatedOutcome? outcome = refusal is null ? store.Find(IdentityOf(one)) : null;
            if (outcome is not null || refusal is not null)
                results.Add(new(one, prices, outcome, refusal));
        }

        return results.ToImmutable();
    }

    /// <summary>Everything that decides what a training comes to.</summary>
    internal string IdentityOf(FederatedCase one)
    {
        Method method = Methods[one.Method];
        string arithmetics = method.Operands.IsFixedPoint ? string.Join("; ", profiles.Select(p => p.Numerics))
            : "floating point";
        string candidates = one.Protocol == Protocol.Fedkseed
            ? FormattableString.Invariant($", {asked.Candidates} candidates") : "";
        string concentration = one.Partition == PartitionKind.Dirichlet
            ? FormattableString.Invariant($" {asked.ConcentrationPerClass}") : "",
            rule = !Averages(one.Protocol) ? FormattableString.Invariant($"{YamlWords.Of(asked.Vote)} {asked.VoteMargin}")
                : FormattableString.Invariant($"{YamlWords.Of(asked.Server)} {YamlWords.Of(asked.Average)} {asked.Trim}");
        return string.Create(CultureInfo.InvariantCulture,
            $"""
            {RunIdentity.Of(BenchOf(one.Protocol), method, scheme, SettingsOf(method), null, one.Seed)}
            fleet: {arithmetics}
            protocol: {YamlWords.Of(one.Protocol)}, {asked.StepsOf(one.Protocol)} steps{candidates}
            clients: {asked.Clients} of {asked.Samples} samples, share {asked.Share}
            partition: {YamlWords.Of(one.Partition)}{concentration} {workload.DataSeed}
            missing: {asked.DropOut} {asked.Stragglers}
            server: {rule}, {asked.Evaluations} evaluations
            compression: {compressions[one.Compression]} {asked.DgcMomentum} {asked.WarmUpRounds}
            attackers: {asked.Attackers} {YamlWords.Of(asked.Attack)}
            """);
    }

    private void Train(FederatedCase one, FederatedStore store, Action<int>? progress, CancellationToken cancellation)
    {
        string identity = IdentityOf(one);
        Method method = Methods[one.Method];
        WorkTeam.Threads = Math.Max(1, threads / asked.Asked); // clients side by side first, then threads within one
        TrainingBench bench = BenchOf(one.Protocol);
        FederatedTask task = new(asked, one.Protocol, method, SettingsOf(method), FleetOf(one, bench), Partition.Of(
            one.Partition, bench.TrainLabels.Span, asked.Clients, asked.ConcentrationPerClass, workload.DataSeed), one.Seed,
            compressions[one.Compression], threads);
        Stopwatch since = Stopwatch.StartNew();
        FederatedState? from = store.StateOf(identity);
        progress?.Invoke((from?.Progress.Rounds.Length ?? 0) * asked.Asked);
        store.Add(identity, new FederatedTraining(task).Run(from, Keep, progress, cancellation));

        void Keep(Func<FederatedState> state, bool isLast)
        {
            if (!isLast && since.Elapsed < store.StateInterval)
                return;
            store.Keep(identity, state());
            since.Restart();
        }
    }

    // Prices of a step on every profile, and why the case does not run.
    private (ImmutableArray<DevicePrice> Prices, string? Refusal) Priced(FederatedCase one)
    {
        var step = (one.Protocol, one.Method, one.Compression);
        if (!prices.TryGetValue(step, out (ImmutableArray<DevicePrice> Prices, string? Refusal) priced))
            prices[step] = priced = PricesOf(one);
        return priced;
    }

    private (ImmutableArray<DevicePrice> Prices, string? Refusal) PricesOf(FederatedCase one)
    {
        Method method = Methods[one.Method];
        if (!Averages(one.Protocol) && Voting.Refusal(one.Protocol, method) is { } cannot)
            return ([], cannot);
        if (!Averages(one.Protocol) && compressions[one.Compression].Kind != CompressionKind.None)
            return ([], $"{YamlWords.Of(one.Protocol)} sends no change of weights; accepted is compression none");
        if (method.FitsMicroBatch)
            return ([], "how many samples fit differs from device to device; accepted is +microN");
        Tuning tuning = scheme.Tune(BenchOf(one.Protocol).Graph);
        PlanTensor? other = StepPlanner.TrainingStep(tuning, method).Tensors.FirstOrDefault(t =>
            t.Role == TensorRole.TrainedWeight && !WeightCode.Takes(t.Format));
        if (other is not null)
            return ([], $"weights of format {YamlWords.Of(other.Format)} are in no message; accepted are int4, int8, int16, "
                + "fp16, bf16 and fp32");
        (DevicePrice Price, string? Refusal)[] each =
            [.. profiles.Select(p => DevicePrice.Of(Step.Of(p, tuning, method), p, compressions[one.Compression]))];
        // Floating point has values everywhere, integers only where they are multiplied.
        string? refusal = method.Operands.IsFixedPoint
            ? each.Select(p => p.Refusal is null ? null : $"{p.Price.Profile}: {p.Refusal}").FirstOrDefault(r => r is not null)
            : null;
        return ([.. each.Select(p => p.Price)], refusal);
    }

    private static bool Averages(Protocol protocol) => protocol is Protocol.Fedavg or Protocol.Fedsgd;

    private TrainingSettings SettingsOf(Method method)
    {
        TrainingSettings own = workload.Settings(method, scheme);
        return own with
        {
            LearningRate = asked.LearningRate > 0 ? asked.LearningRate : own.LearningRate,
            Epsilon = asked.Epsilon > 0 && method is ForwardMethod ? asked.Epsilon : own.Epsilon,
        };
    }

    private Fleet FleetOf(FederatedCase one, TrainingBench bench)
    {
        Method method = Methods[one.Method];
        if (!fleets.TryGetValue((one.Protocol, one.Method), out Fleet? fleet))
            fleets[(one.Protocol, one.Method)] = fleet = new(profiles, method.Operands.IsFixedPoint,
                policy => bench.ReplicasOf(method, scheme, SettingsOf(method), policy));
        return fleet;
    }

    private TrainingBench BenchOf(Protocol protocol)
    {
        int batch = asked.BatchOf(protocol);
        if (!benches.TryGetValue(batch, out TrainingBench? bench))
            benches[batch] = bench = open(workload with { Adapt = workload.Adapt with { Batch = batch } });
        return bench;
    }
}
