using System.Collections.Concurrent;
using System.Collections.Immutable;
using NpuSim.Accelerators.Profiles;
using NpuSim.Random;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Workloads.Data;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;
using NpuSim.Workloads.Schemes;
using NpuSim.Workloads.Tasks;
using NpuSim.Yaml;

namespace NpuSim.Simulator.Studies.Leakage;

/// <summary>Runs a study of leakage: every attack by itself, many side by side, then the audits one after the other.</summary>
public sealed class LeakageStudy
{
    private readonly Leakage asked;
    private readonly Workload workload;
    private readonly TuningScheme scheme;
    private readonly HardwareProfile profile;
    private readonly Func<Workload, AttackedWeights, TrainingBench> open;
    private readonly int threads;
    private readonly ConcurrentDictionary<AttackedWeights, Lazy<TrainingBench>> benches = [];
    private readonly ConcurrentDictionary<int, Lazy<Tuning>> tunings = []; // by batch
    private readonly ImmutableDictionary<string, LeakageMessage> messages;
    private readonly ImmutableDictionary<string, LeakageDefence> defences;
    private readonly ImmutableDictionary<string, Method> methods;
    private readonly Lazy<int[]> order;

    /// <summary>Sets up a study.</summary>
    /// <param name="asked">What is asked.</param>
    /// <param name="open">Opens a workload with the weights of the workload, or whatever others.</param>
    /// <param name="threads">Attacks at the same time; no result depends on it.</param>
    /// <exception cref="InputException">The study names what there is not, or what does not go together.</exception>
    public LeakageStudy(Leakage asked, Func<Workload, AttackedWeights, TrainingBench> open, int threads)
    {
        ArgumentNullException.ThrowIfNull(asked);
        (this.asked, this.open, this.threads) = (asked = asked.WithLists(), open, threads);
        if (YamlRecord.Problems(asked) is [var problem, ..])
            throw new InputException($"{problem}.");
        workload = WorkloadMethods.Load(asked.Workload);
        if (workload.Adapt.FewShot is not null)
            throw new InputException(
                $"workload {workload.Name}: few-shot episodes are many trainings; accepted is a workload without few-shot.");
        if (asked.Steps > 0)
            workload = workload with { Adapt = workload.Adapt with { Steps = asked.Steps } };
        (scheme, profile) = (TuningScheme.Parse(asked.Scheme), ShippedProfiles.Find(asked.Profile));
        messages = asked.Messages.ToImmutableDictionary(m => m, LeakageMessage.Parse);
        defences = asked.Defences.ToImmutableDictionary(d => d, LeakageDefence.Parse);
        methods = asked.Methods.ToImmutableDictionary(m => m, m => workload.Configure(Method.Parse(m)));
        order = new(Order);
        Cases =
        [
            .. from weights in asked.Weights
               from batch in asked.Batches
               from message in asked.Messages
               from defence in asked.Defences
               from attack in asked.Attacks
               from sample in Enumerable.Range(0, asked.Samples)
               select new LeakageCase(weights, batch, message, defence, attack, sample),
        ];
    }

    /// <summary>What was asked, with what is meant where nothing is given.</summary>
    public Leakage Asked => asked;

    /// <summary>Every attack, in the order of the results.</summary>
    public ImmutableArray<LeakageCase> Cases { get; }

    private IEnumerable<LeakageCase> Running => Cases.Where(c => RefusalOf(c) is null);

    private IEnumerable<string> Audited => asked.Methods.Where(m => RefusalOf(methods[m]) is null);

    /// <summary>Attacks and audits that are not known yet.</summary>
    /// <param name="store">What is known.</param>
    public int Missing(LeakageStore store) => Running.Count(c => store.Find(IdentityOf(c)) is null)
        + Audited.Count(m => store.Find(IdentityOf(m)) is null);

    /// <summary>Runs what is not known yet.</summary>
    /// <param name="store">What is known, and keeps what is found.</param>
    /// <param name="claim">Claims a piece before it runs, by a name; null from it: another process has it. Null: nobody else is
    /// there.</param>
    /// <param name="first">Share of the list, 0..1, at which to begin.</param>
    /// <param name="progress">Called with pieces that are done, by any thread.</param>
    /// <param name="cancellation">Ends the study.</param>
    /// <exception cref="OperationCanceledException">The study was cancelled.</exception>
    /// <exception cref="InputException">Nothing of the study runs; the message is that of the first attack.</exception>
    public void Run(
        LeakageStore store, Func<string, IDisposable?>? claim, double first, Action<int>? progress,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(store);
        if (!Running.Any() && !Audited.Any())
            throw new InputException($"nothing of the study runs: {YamlWords.Of(Cases[0].Attack)} on {Cases[0].Message}: "
                + $"{RefusalOf(Cases[0])}");
        LeakageCase[] all = [.. Running];
        int begin = (int)(first * all.Length);
        ParallelOptions options = new() { MaxDegreeOfParallelism = threads, CancellationToken = cancellation };
        Parallel.ForEach(
            Partitioner.Create(all[begin..].Concat(all[..begin]), EnumerablePartitionerOptions.NoBuffering), options,
            one => Piece(IdentityOf(one), id => new(id, Attack(one, cancellation), null)));
        foreach (string method in Audited)
            Piece(IdentityOf(method), id => new(id, null, Audit(method, cancellation)));

        void Piece(string identity, Func<string, LeakageRecord> run)
        {
            if (store.Find(identity) is not null)
                return;
            using IDisposable? mine = claim?.Invoke(RunIdentity.Hash(identity));
            if (claim is not null && (mine is null || store.Find(identity) is not null))
                return;
            store.Add(run(identity));
            progress?.Invoke(1);
        }
    }

    /// <summary>What is known of every attack and audit; of those that are not, nothing.</summary>
    public LeakageResults Results(LeakageStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        ImmutableArray<LeakageResult> attacks =
        [
            .. from one in Cases
               let refusal = RefusalOf(one)
               let outcome = refusal is null ? store.Find(IdentityOf(one))?.Attack : null
               where outcome is not null || refusal is not null
               select new LeakageResult(one, outcome, refusal),
        ];
        ImmutableArray<AuditResult> audits =
        [
            .. from method in asked.Methods
               let refusal = RefusalOf(methods[method])
               let outcome = refusal is null ? store.Find(IdentityOf(method))?.Audit : null
               where outcome is not null || refusal is not null
               select new AuditResult(method, outcome, refusal),
        ];
        var originals = from batch in asked.Batches
                        from sample in Enumerable.Range(0, asked.Samples)
                        select KeyValuePair.Create((batch, sample), Bytes(Victims(batch, sample).Images));
        return new(attacks, audits, Guess(), BenchOf(asked.Weights[0]).Train.SampleShape, originals.ToImmutableDictionary(),
            attacks.Length == Cases.Length && audits.Length == asked.Methods.Length);
    }

    private LeakageOutcome Attack(LeakageCase one, CancellationToken cancellation)
    {
        Dataset train = BenchOf(one.Weights).Train;
        (double[] images, double[] targets, int[] labels) = Victims(one.Batch, one.Sample);
        Tuning tuning = TuningOf(one.Batch);
        IReadOnlyDictionary<string, float[]> weights = WeightsOf(one.Weights, tuning);
        AttackedNetwork network = new(tuning, weights);
        ClientMessage message = new MessageMaker(network, asked.LearningRate, asked.Epsilon, asked.Seed)
            .Of(messages[one.Message], defences[one.Defence], images, targets, one.Sample);
        Inversion inversion = new(network, train.SampleShape, asked.Iterations, asked.TotalVariation);
        if (one.Attack == AttackKind.ClosedForm)
            return new(message.Bytes, null, 0, null, null, null,
                FeatureError(tuning, weights, images, inversion.Features(message.Estimate)), []);
        Inverted? best = null;
        for (int start = 0; start < asked.Starts && !(best?.Distance < Inversion.Enough); start++)
        {
            Inverted found = inversion.Run(one.Attack, messages[one.Message], message, targets, new RandomStream(asked.Seed,
                FormattableString.Invariant($"leakage start {one.Sample} {start}")), cancellation);
            best = best is null || found.Distance < best.Distance ? found : best;
        }

        return Scored(message.Bytes, best!, images, labels, train.SampleShape);
    }

    private static LeakageOutcome Scored(int bytes, Inverted found, double[] images, int[] labels, Shape image)
    {
        int batch = labels.Length, pixels = (int)image.Count;
        double[] clamped = Array.ConvertAll(found.Images, p => Math.Clamp(p, 0, 1));
        double[,] errors = new double[batch, batch];
        for (int i = 0; i < batch * batch; i++)
            errors[i / batch, i % batch] = ImageScores.Mse(One(images, i / batch), One(clamped, i % batch));
        int[] match = ImageScores.Match(errors);
        double[] matched = [.. match.SelectMany(m => One(clamped, m).ToArray())];
        double? right = found.Labels is { } own ? (double)match.Where((m, i) => own[m] == labels[i]).Count() / batch : null;
        return new(bytes, found.Distance, found.Iterations, ImageScores.Mse(images, matched), Enumerable.Range(0, batch)
            .Average(i => ImageScores.Ssim(One(images, i), One(matched, i), image)), right, null, Bytes(matched));

        ReadOnlySpan<double> One(double[] all, int index) => all.AsSpan(index * pixels, pixels);
    }

    private static double FeatureError(
        Tuning tuning, IReadOnlyDictionary<string, float[]> weights, double[] images, double[] found)
    {
        Value read = HeadOf(tuning.Graph)!.Inputs[0];
        GraphBuilder builder = new(tuning.Graph);
        builder.Output("features", read);
        GraphRun run = new(builder.Build(), "features");
        images.CopyTo(run["images"]);
        foreach ((string name, float[] values) in weights.Where(w => run.Has(w.Key)))
            Array.ConvertAll(values, v => (double)v).CopyTo(run[name]);
        run.Run();
        double most = 0, largest = 0;
        foreach (double feature in run["features"])
            largest = Math.Max(largest, Math.Abs(feature));
        for (int row = 0; row < run["features"].Length; row += found.Length)
        {
            for (int i = 0; i < found.Length; i++)
                most = Math.Max(most, Math.Abs(found[i] - run["features"][row + i]));
        }

        return most / largest;
    }

    // What cannot be trained in the profile's arithmetic is a finding, too.
    private AuditOutcome Audit(string name, CancellationToken cancellation)
    {
        try
        {
            return Trained(name, cancellation);
        }
        catch (InputException fault)
        {
            return new([], fault.Message);
        }
    }

    private AuditOutcome Trained(string name, CancellationToken cancellation)
    {
        TrainingBench bench = BenchOf(AttackedWeights.Pretrained);
        Method method = methods[name];
        Tuning tuning = scheme.Tune(bench.Graph), single = TuningOf(1);
        int count = Math.Min(bench.Train.Count, bench.Test.Count);
        int[] first = [.. Enumerable.Range(0, count)];
        MembershipAudit audit = new(single.Graph, bench.Train.Select(first), bench.Test.Select(first), threads);
        Dictionary<string, float[]> weights = new(single.StartFrom(bench.Weights));
        TrainingSettings settings = workload.Settings(method, scheme);
        List<AuditPoint> points = [];
        var (curve, _) = bench.Prepare(method, scheme, settings, method.Operands.IsFixedPoint ? profile.Numerics : null, threads,
            step: Step.Of(profile, tuning, method)).Run(asked.Seed, null, cancellation, new(
                Math.Max(1, (settings.Steps + asked.Audits - 1) / asked.Audits), Save: null, Watch: (step, trained) =>
                {
                    foreach ((string tensor, Workloads.Formats.WeightTensor values) in trained.Tensors)
                        weights[tensor] = values.Values.ToArray();
                    points.Add(audit.Of(step, weights));
                }));
        return new([.. points], curve.Divergence is { } divergence ? $"{divergence}: {divergence.Reason}" : null);
    }

    private LeakageGuess Guess()
    {
        Dataset train = BenchOf(asked.Weights[0]).Train;
        int known = asked.Samples * asked.Batches.Max(), pixels = (int)train.SampleShape.Count;
        double[][] others = [.. order.Value[known..].Select(i => Numbers(train, i))], victims =
            [.. order.Value[..known].Select(i => Numbers(train, i))];
        double[] mean = [.. Enumerable.Range(0, pixels).Select(p => others.Average(o => o[p]))];
        double[][] nearest = [.. victims.Select(v => others.MinBy(o => ImageScores.Mse(v, o))!)];
        return new(
            victims.Average(v => ImageScores.Mse(v, mean)),
            victims.Average(v => ImageScores.Ssim(v, mean, train.SampleShape)),
            victims.Zip(nearest, (v, n) => ImageScores.Mse(v, n)).Average(),
            victims.Zip(nearest, (v, n) => ImageScores.Ssim(v, n, train.SampleShape)).Average());
    }

    private string? RefusalOf(LeakageCase one)
    {
        LeakageMessage message = messages[one.Message];
        if (defences[one.Defence].Refusal(message) is { } cannot)
            return cannot;
        Tuning tuning = TuningOf(one.Batch);
        bool tellsHead = HeadOf(tuning.Graph) is not null && tuning.Trained.Contains(Inversion.HeadWeight)
            && tuning.Trained.Contains(Inversion.HeadBias);
        return one.Attack switch
        {
            AttackKind.Fit when !message.IsAlongDirections =>
                "the message has no directions; accepted are vote, feedsign and scalars",
            AttackKind.ClosedForm when message.IsAlongDirections =>
                "signs and scalars are no gradient of a layer; accepted are gradient, fedavg and random",
            AttackKind.Idlg or AttackKind.ClosedForm when !tellsHead =>
                $"needs the gradients of {Inversion.HeadWeight} and {Inversion.HeadBias}; accepted is a scheme that trains both",
            AttackKind.Idlg when one.Batch > 1 => "reads the label of one image; accepted is a batch of 1",
            AttackKind.ClosedForm => null,
            _ => tuning.Graph.Nodes.FirstOrDefault(n => HasKinks(n.Op)) is { } kink
                ? $"{kink.Op.Name} '{kink.Output.Name}' has no second derivative; accepted are networks without, as cnn-sigmoid"
                : null,
        };
    }

    private string? RefusalOf(Method method)
    {
        if (method.FitsMicroBatch)
            return "how many samples fit differs from device to device; accepted is +microN";
        Step step = Step.Of(profile, scheme.Tune(BenchOf(AttackedWeights.Pretrained).Graph), method);
        return method.Operands.IsFixedPoint ? PlanReading.Of(step, profile).NotRunnable : null;
    }

    private static bool HasKinks(Op op) => op is Relu or MaxPool or LeakyRelu or ThresholdedRelu or Abs or Sign or Clip
        or HardSigmoid or HardSwish or Floor or Ceil or Round or Shrink or Compare or Select;

    // The classifier, where it reads features of a sample.
    private static Node? HeadOf(Graph graph) =>
        graph.Nodes.FirstOrDefault(n => n.Op is Linear && n.Inputs.Length == 3 && n.Inputs[1].Name == Inversion.HeadWeight
            && n.Inputs[0].Shape.Rank == 2);

    private string IdentityOf(LeakageCase one) => FormattableString.Invariant(
        $"""
        {Basis(one.Weights)}
        weights: {YamlWords.Of(one.Weights)}
        message: {messages[one.Message]}, rate {asked.LearningRate}, epsilon {asked.Epsilon}
        defence: {defences[one.Defence]}
        attack: {YamlWords.Of(one.Attack)}, {asked.Iterations} steps, {asked.Starts} starts, variation {asked.TotalVariation}
        images: {one.Batch} of sample {one.Sample} by {asked.Batches.Max()}
        seed: {asked.Seed}
        """);

    private string IdentityOf(string method)
    {
        Method own = methods[method];
        return RunIdentity.Of(BenchOf(AttackedWeights.Pretrained), own, scheme, workload.Settings(own, scheme),
            own.Operands.IsFixedPoint ? profile.Numerics : null, asked.Seed)
            + FormattableString.Invariant($"\naudits: {asked.Audits}");
    }

    private string Basis(AttackedWeights weights) =>
        $"npusim: {typeof(LeakageStudy).Assembly.GetName().Version!.ToString(3)}, results {RunIdentity.ResultsVersion}\n"
            + $"{BenchOf(weights).Content}\nscheme: {scheme.Name}";

    private TrainingBench BenchOf(AttackedWeights weights) =>
        benches.GetOrAdd(weights, w => new(() => open(workload, w))).Value;

    private Tuning TuningOf(int batch) => tunings.GetOrAdd(batch, b => new(() =>
    {
        Tuning tuning = scheme.Tune(BenchOf(asked.Weights[0]).Model.Build(b));
        if (tuning.Graph.Inputs.All(i => i.Name != "labels"))
            throw new InputException(
                $"workload {workload.Name}: its network reconstructs samples; accepted is one that classifies.");
        return tuning.Channels.IsEmpty ? tuning : throw new InputException(
            $"scheme {scheme.Name} trains parts of tensors; accepted is one that trains tensors whole, as ft or lp.");
    })).Value;

    private IReadOnlyDictionary<string, float[]> WeightsOf(AttackedWeights weights, Tuning tuning) =>
        weights == AttackedWeights.Pretrained ? tuning.StartFrom(BenchOf(weights).Weights)
            : tuning.Graph.Parameters.ToDictionary(p => p.Name, p => Uniform(p, asked.Seed), StringComparer.Ordinal);

    private static float[] Uniform(Value parameter, ulong seed)
    {
        RandomStream random = new(seed, $"leakage weights {parameter.Name}");
        float[] values = new float[parameter.Shape.Count];
        foreach (ref float value in values.AsSpan())
            value = (float)random.NextDouble(-0.5, 0.5);
        return values;
    }

    private int[] Order()
    {
        Dataset train = BenchOf(asked.Weights[0]).Train;
        long needed = asked.Samples * (long)asked.Batches.Max();
        if (needed >= train.Count)
            throw new InputException(
                $"samples: {asked.Samples} messages of up to {asked.Batches.Max()} images; workload {workload.Name} has "
                    + $"{train.Count}, accepted are fewer in all.");
        foreach (float pixel in train.Images.Span)
        {
            if (pixel is < 0 or > 1)
                throw new InputException($"workload {workload.Name}: pixels leave 0..1; accepted is one without prepare.mean.");
        }

        int[] all = [.. Enumerable.Range(0, train.Count)];
        new RandomStream(asked.Seed, "leakage images").Shuffle<int>(all);
        return all;
    }

    private (double[] Images, double[] Targets, int[] Labels) Victims(int batch, int sample)
    {
        Dataset train = BenchOf(asked.Weights[0]).Train;
        int[] chosen = order.Value[(sample * asked.Batches.Max())..][..batch];
        int[] labels = Array.ConvertAll(chosen, i => train.Labels.Span[i]);
        double[] targets = new double[batch * train.Classes];
        for (int i = 0; i < batch; i++)
            targets[(i * train.Classes) + labels[i]] = 1;
        return ([.. chosen.SelectMany(i => Numbers(train, i))], targets, labels);
    }

    private static double[] Numbers(Dataset images, int index) => Array.ConvertAll(images.Image(index).ToArray(), p => (double)p);

    private static byte[] Bytes(double[] images) => Array.ConvertAll(images, p => (byte)Math.Round(255 * p));
}
